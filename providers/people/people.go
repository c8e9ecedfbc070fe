// Package people finds the people whom rosters and configurations name, at
// providers that know people: by id, by e-mail address and by the customer's own
// reference, one by one while they are few and else all of them.
//
// Whom a text means is told by the texts themselves, never by the position in an
// answer: the filters of an API may match parts. A look-up that fails is that of
// its text alone, as package lookup decides.
package people

import (
	"iter"
	"slices"
	"sync"

	"keyroster/reconcile"
)

// The columns that name a person.
const (
	ID    = "holder_id"
	Email = "holder_email"
	Ref   = "holder_ref"
)

// columns is the order in which people are looked up.
var columns = []string{Email, Ref, ID}

// Person is what is kept of a person who was read.
type Person struct {
	reconcile.Holder
	// Barred is what keeps the person out, as far as that was read.
	Barred reconcile.EffectState
}

// text is what a column says of a person.
func (p *Person) text(column string) string {
	return map[string]string{ID: p.ID, Email: p.Email, Ref: p.Ref}[column]
}

// Asked is what one look-up asks for.
type Asked struct{ Column, Text string }

// Wishes are the people that are to be found, each once.
type Wishes map[Asked]bool

// Found are the people that were read, for readers once all is read.
type Found struct {
	// Failed has the look-ups that failed, by what was asked for.
	Failed map[Asked]*reconcile.Failure

	key func(string) string
	mu  sync.Mutex
	// few are those who were looked up one by one, everybody all of the account once they
	// were read; who is in both counts as one of the few.
	few, everybody *List
	// looks has people by what a person sees of their names. It is made when it
	// is first asked for.
	looks map[Asked][]string
}

// name is a text as it is compared: addresses without regard to case.
func (f *Found) name(column, text string) Asked {
	if column == Email {
		text = f.key(text)
	}
	return Asked{column, text}
}

// Add remembers the people of a list, each once, however many look-ups find them. It is
// safe for concurrent use.
func (f *Found) Add(list *List) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for p := range list.All() {
		if !f.few.has(p.ID) {
			f.few.Add(&p)
		}
	}
}

// ByID is the person of an id, and whether one was read.
func (f *Found) ByID(id string) (Person, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p, read := f.few.find(id); read {
		return p, true
	}
	return f.everybody.find(id)
}

// All are the people as they came.
func (f *Found) All() iter.Seq[Person] {
	return func(yield func(Person) bool) {
		for p := range f.few.All() {
			if !yield(p) {
				return
			}
		}
		for p := range f.everybody.All() {
			if !f.few.has(p.ID) && !yield(p) {
				return
			}
		}
	}
}

// Named are the people whom an address or a reference names, as they came.
func (f *Found) Named(column, text string) []*Person {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []*Person
	if text = f.name(column, text).Text; text == "" {
		return nil
	}
	for _, list := range []*List{f.few, f.everybody} {
		for _, n := range list.named(column, text, f.key) {
			if p := list.at(n); list == f.few || !f.few.has(p.ID) {
				found = append(found, &p)
			}
		}
	}
	return found
}

// Alike are the people whose address or reference looks like one that no person has,
// by their ids.
func (f *Found) Alike(column, text string) []*Person {
	if f.looks == nil {
		f.looks = map[Asked][]string{}
		for p := range f.All() {
			for _, column := range []string{Email, Ref} {
				if text := p.text(column); text != "" {
					look := Asked{column, reconcile.Skeleton(f.name(column, text).Text)}
					f.looks[look] = append(f.looks[look], p.ID)
				}
			}
		}
	}
	name := f.name(column, text)
	name.Text = reconcile.Skeleton(name.Text)
	return f.Of(slices.Sorted(slices.Values(f.looks[name])))
}

// Of are the people of some ids, in their order, as far as they were read.
func (f *Found) Of(ids []string) []*Person {
	var list []*Person
	for _, id := range ids {
		if p, read := f.ByID(id); read {
			list = append(list, &p)
		}
	}
	return list
}

// IDs are the ids of some people, in their order.
func IDs(list []*Person) []string {
	var ids []string
	for _, p := range list {
		ids = append(ids, p.ID)
	}
	slices.Sort(ids)
	return ids
}

// Unique is list without repetitions, in its order.
func Unique(list []string) []string {
	var out []string
	for _, item := range list {
		if !slices.Contains(out, item) {
			out = append(out, item)
		}
	}
	return out
}

// has reports whether a person was read whom a text means.
func (f *Found) has(what Asked) bool {
	if what.Column == ID {
		return f.few.has(what.Text) || f.everybody.has(what.Text)
	}
	return len(f.Named(what.Column, what.Text)) > 0
}

// lacks reports whether no person was read for a wish by one of some columns.
func (f *Found) lacks(w Wishes, by ...string) bool {
	for what := range w {
		if slices.Contains(by, what.Column) && !f.has(what) {
			return true
		}
	}
	return false
}
