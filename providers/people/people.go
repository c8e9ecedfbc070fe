// Package people finds the people whom rosters and configurations name, at providers that
// know people: by id, by e-mail address and by the customer's own reference. A few are
// looked up one by one; for more, all are read.
//
// A person is identified by comparing the texts, never by the position in an answer: the
// filters of an API may match parts. A failed look-up affects only its own text, as package
// lookup decides.
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
	// Barred says what keeps the person out, as far as that was read.
	Barred reconcile.EffectState
}

// text returns the person's text in a column.
func (p *Person) text(column string) string {
	return map[string]string{ID: p.ID, Email: p.Email, Ref: p.Ref}[column]
}

// Asked is what one look-up asks for.
type Asked struct{ Column, Text string }

// Wishes are the people to be found, each once.
type Wishes map[Asked]bool

// Found are the people that were read. Look people up in it only once all are read.
type Found struct {
	// Failed has the look-ups that failed, by what was asked for.
	Failed map[Asked]*reconcile.Failure

	key func(string) string
	mu  sync.Mutex
	// few were looked up one by one; everybody is the whole account, once it was read. A
	// person in both counts as one of the few.
	few, everybody *List
	// looks has people by how their names look to a reader. It is built on first use.
	looks map[Asked][]string
}

// name returns a text in comparable form: addresses without regard to case.
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

// ByID returns the person with an id, and whether one was read.
func (f *Found) ByID(id string) (Person, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p, read := f.few.find(id); read {
		return p, true
	}
	return f.everybody.find(id)
}

// All iterates over the people in the order they were read.
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

// Named returns the people whom an address or a reference names, in the order they were
// read.
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

// Alike returns the people whose address or reference looks like this one, which no person
// has, ordered by id.
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

// Of returns the people with these ids, in their order, as far as they were read.
func (f *Found) Of(ids []string) []*Person {
	var list []*Person
	for _, id := range ids {
		if p, read := f.ByID(id); read {
			list = append(list, &p)
		}
	}
	return list
}

// IDs returns the ids of some people, in their order.
func IDs(list []*Person) []string {
	var ids []string
	for _, p := range list {
		ids = append(ids, p.ID)
	}
	slices.Sort(ids)
	return ids
}

// Unique returns list without repetitions, in its order.
func Unique(list []string) []string {
	var out []string
	for _, item := range list {
		if !slices.Contains(out, item) {
			out = append(out, item)
		}
	}
	return out
}

// has reports whether a person named by a text was read.
func (f *Found) has(what Asked) bool {
	if what.Column == ID {
		return f.few.has(what.Text) || f.everybody.has(what.Text)
	}
	return len(f.Named(what.Column, what.Text)) > 0
}

// lacks reports whether a wish by one of some columns found no person.
func (f *Found) lacks(w Wishes, by ...string) bool {
	for what := range w {
		if slices.Contains(by, what.Column) && !f.has(what) {
			return true
		}
	}
	return false
}
