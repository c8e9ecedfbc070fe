// Package people finds the people whom rosters and configurations name, at
// providers that know people: by id, by e-mail address and by the customer's own
// reference, one by one while they are few and else all of them.
//
// Whom a text means is told by the texts themselves, never by the position in an
// answer: the filters of an API may match parts. A look-up that fails is that of
// its text alone, as package lookup decides.
package people

import (
	"slices"
	"strings"
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
	// Standing is what keeps the person out, as far as that was read.
	Standing reconcile.Settled
}

// text is what a column says of a person.
func (p *Person) text(column string) string {
	return map[string]string{ID: p.ID, Email: p.Email, Ref: p.Ref}[column]
}

// Asked is what one look-up asks for.
type Asked struct{ Column, Text string }

// Wishes are the people that are to be found, each once.
type Wishes map[Asked]bool

// Found are the people that were read. Its maps are for readers once all is read.
type Found struct {
	ByID map[string]*Person
	// Failed has the look-ups that failed, by what was asked for.
	Failed map[Asked]*reconcile.Failure

	fold   func(string) string
	mu     sync.Mutex
	byName map[Asked][]*Person
	// whole: all people were read.
	whole bool
	// looks has people by what a person sees of their names. It is made when it
	// is first asked for.
	looks map[Asked][]*Person
}

// name is a text as it is compared: addresses without regard to case.
func (f *Found) name(column, text string) Asked {
	if column == Email {
		text = f.fold(text)
	}
	return Asked{column, text}
}

// Add remembers a person once, however many look-ups find them. It is safe for
// concurrent use.
func (f *Found) Add(p Person) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ByID[p.ID] != nil {
		return
	}
	f.ByID[p.ID] = &p
	for _, column := range []string{Email, Ref} {
		if text := p.text(column); text != "" {
			name := f.name(column, text)
			f.byName[name] = append(f.byName[name], &p)
		}
	}
}

// Named are the people whom an address or a reference names, as they came.
func (f *Found) Named(column, text string) []*Person { return f.byName[f.name(column, text)] }

// Alike are the people whose address or reference looks like one that no person has,
// by their ids.
func (f *Found) Alike(column, text string) []*Person {
	if f.looks == nil {
		f.looks = map[Asked][]*Person{}
		for name, list := range f.byName {
			name.Text = reconcile.Skeleton(name.Text)
			f.looks[name] = append(f.looks[name], list...)
		}
	}
	name := f.name(column, text)
	name.Text = reconcile.Skeleton(name.Text)
	return slices.SortedFunc(slices.Values(f.looks[name]), func(a, b *Person) int { return strings.Compare(a.ID, b.ID) })
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
		return f.ByID[what.Text] != nil
	}
	return len(f.byName[f.name(what.Column, what.Text)]) > 0
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
