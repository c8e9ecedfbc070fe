package people

import (
	"iter"

	"keyroster/reconcile"
)

// List holds many people, packed as in [reconcile.Holders], with the same rules for
// goroutines. nil has no people.
type List struct {
	holders *reconcile.Holders
	// barred says why some are kept out, by their numbers.
	barred map[int]reconcile.EffectState
	// by indexes the people by columns other than the id. It is built on first use and
	// dropped when a person is added.
	by map[string]*reconcile.Index
}

// NewList makes a list of copies of some people.
func NewList(some ...*Person) *List {
	l := &List{holders: reconcile.NewHolders()}
	for _, p := range some {
		l.Add(p)
	}
	return l
}

// Len returns the number of people.
func (l *List) Len() int {
	if l == nil {
		return 0
	}
	return l.holders.Len()
}

// Add copies a person to the end.
func (l *List) Add(p *Person) {
	n := l.holders.Add(&p.Holder)
	if p.Barred.Known() {
		if l.barred == nil {
			l.barred = map[int]reconcile.EffectState{}
		}
		l.barred[n] = p.Barred
	}
	l.by = nil
}

// at returns person n. The texts are views of the list.
func (l *List) at(n int) Person { return Person{l.holders.At(n), l.barred[n]} }

// All iterates over the people in their order.
func (l *List) All() iter.Seq[Person] {
	return func(yield func(Person) bool) {
		for n := range l.Len() {
			if !yield(l.at(n)) {
				return
			}
		}
	}
}

// find returns the person with an id, and whether there is one.
func (l *List) find(id string) (Person, bool) {
	n := l.number(id)
	if n < 0 {
		return Person{}, false
	}
	return l.at(n), true
}

// has reports whether there is a person with an id.
func (l *List) has(id string) bool { return l.number(id) >= 0 }

func (l *List) number(id string) int {
	if l == nil {
		return -1
	}
	return l.holders.Number(id)
}

// named returns the numbers of the people whom a text in a column names; fold makes
// addresses comparable. It is for one goroutine at a time.
func (l *List) named(column, text string, fold func(string) string) (numbers []int) {
	if l.Len() == 0 {
		return nil
	}
	if l.by == nil {
		l.by = map[string]*reconcile.Index{}
	}
	by := l.by[column]
	switch {
	case by != nil:
	case column == Email:
		by = l.holders.ByEmail(fold)
	case column == Ref:
		by = l.holders.ByRef()
	}
	l.by[column] = by
	for n := by.Find(text); n >= 0; n = by.Next(n) {
		numbers = append(numbers, n)
	}
	return numbers
}
