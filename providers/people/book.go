package people

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/rs/zerolog"

	"keyroster/providers/lookup"
	"keyroster/reconcile"
	"keyroster/reconcile/rescue"
)

// Source is how a provider finds people. Its functions are safe for concurrent use.
type Source struct {
	// Host answers as long as it is up.
	Host lookup.Host
	// All reads all people, each once, or fails. One looks for one text; its list is empty
	// or nil if no person has it.
	All func(ctx context.Context) (*List, error)
	One func(ctx context.Context, what Asked) (*List, error)
	// Columns find people; IsID reports whether a text may be an id.
	Columns []string
	IsID    func(text string) bool
	// Key makes addresses comparable.
	Key func(string) string
	// Few is the largest number of people looked up one by one: beyond it, reading
	// everybody costs less. Concurrency bounds how many look-ups run at a time.
	Few, Concurrency int
	Log              zerolog.Logger
}

// Book finds people and remembers those it read, for names in reports. It is safe for
// concurrent use.
type Book struct {
	source Source

	mu sync.RWMutex
	// everybody is the last complete list of people, nil before one was read; it is not
	// added to. known are the people read since.
	everybody *List
	known     map[string]*Person
}

// New makes a book that knows no person yet.
func New(source Source) *Book { return &Book{source: source, known: map[string]*Person{}} }

func (b *Book) found() *Found {
	return &Found{
		few: NewList(), Failed: map[Asked]*reconcile.Failure{}, key: b.source.Key,
	}
}

// Find looks up the people wished for, or all people if there are many wishes. People who
// do not exist are missing from the result.
func (b *Book) Find(ctx context.Context, w Wishes) (*Found, error) {
	found := b.found()
	var err error
	switch n := len(w); {
	case n == 0:
		return found, nil
	case n > b.source.Few:
		err = b.all(ctx, found)
	default:
		err = b.lookUp(ctx, w, found)
		if err == nil && found.lacks(w, Email, Ref) {
			// Perhaps under another spelling, which the filters do not match.
			err = b.all(ctx, found)
		}
	}
	return b.remember(found, err)
}

// FindRest reads all people, unless that was done, if an id that is wished for belongs to
// no person: it may be in another column.
func (b *Book) FindRest(ctx context.Context, w Wishes, found *Found) error {
	if found.everybody != nil || !found.lacks(w, ID) {
		return nil
	}
	_, err := b.remember(found, b.all(ctx, found))
	return err
}

func (b *Book) readAll(ctx context.Context) (*Found, error) {
	found := b.found()
	return b.remember(found, b.all(ctx, found))
}

func (b *Book) all(ctx context.Context, found *Found) error {
	list, err := b.source.All(ctx)
	if err != nil {
		return err
	}
	list.number("") // builds the index before concurrent use
	found.everybody, found.looks = list, nil
	return nil
}

func (b *Book) remember(found *Found, err error) (*Found, error) {
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if found.everybody != nil {
		for p := range b.everybody.All() {
			if b.known[p.ID] == nil {
				b.known[p.ID] = &p // deleted people may still be named
			}
		}
		b.everybody = found.everybody
		maps.DeleteFunc(b.known, func(id string, _ *Person) bool { return b.everybody.has(id) })
	}
	for p := range found.few.All() {
		if !found.everybody.has(p.ID) {
			b.known[p.ID] = &p
		}
	}
	return found, nil
}

// lookUp asks for each wish separately. A failure is recorded and does not stop the others.
func (b *Book) lookUp(ctx context.Context, w Wishes, found *Found) error {
	var asked []Asked
	for _, column := range columns {
		for what := range w {
			if what.Column == column {
				asked = append(asked, what)
			}
		}
	}
	tally := lookup.Of(b.source.Host)
	return lookup.Each(ctx, b.source.Concurrency, len(asked), func(ctx context.Context, n int) error {
		failed, fatal := tally.Record(ctx, rescue.Guarded(func() error {
			list, err := b.source.One(ctx, asked[n])
			if err == nil {
				found.Add(list)
			}
			return err
		})())
		if failed != nil {
			found.mu.Lock()
			defer found.mu.Unlock()
			found.Failed[asked[n]] = failed
		}
		return fatal
	})
}

// Known returns what was read of a person, and whether anything was.
func (b *Book) Known(id string) (Person, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if p := b.known[id]; p != nil {
		return *p, true
	}
	return b.everybody.find(id)
}

// HolderName returns the name and e-mail address of a person whom a look-up of this client
// has read; reports show them beside ids.
func (b *Book) HolderName(id string) (name, email string) {
	p, _ := b.Known(id)
	return p.Name, p.Email
}

// HolderIDs returns the ids of the people with that text in a column (holder_email, without
// regard to case, or holder_ref or holder_id, exactly): none, one, or several if the
// provider lets people share it. Except for holder_id, a text that ends in * is a prefix.
// Listings have none of these columns, so what a configuration says of people by them must
// be turned into ids first. Other columns find no id.
func (b *Book) HolderIDs(ctx context.Context, column, text string) ([]string, error) {
	if !slices.Contains(b.source.Columns, column) || column == ID && !b.source.IsID(text) {
		return nil, nil
	}
	prefix, many := strings.CutSuffix(text, "*")
	many = many && column != ID
	var found *Found
	var err error
	if many {
		found, err = b.readAll(ctx)
	} else {
		found, err = b.Find(ctx, Wishes{{column, text}: true})
	}
	if err != nil {
		return nil, err
	}
	for _, failed := range found.Failed {
		return nil, failed // the person meant must be certain
	}
	fold, wanted := b.source.Key, found.name(column, text)
	var ids []string
	for p := range found.All() {
		have := p.text(column)
		if found.name(column, have) == wanted || many && have != "" && strings.HasPrefix(fold(have), fold(prefix)) {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// ReadHolders reads all people of the account, by id, and fails rather than leave one out.
// From then on [Book.HolderName] knows all of them.
func (b *Book) ReadHolders(ctx context.Context) (*reconcile.Holders, error) {
	found, err := b.readAll(ctx)
	if err != nil {
		return nil, err
	}
	return found.everybody.holders, nil
}

// LookUpHolders reads the people with these ids, so that [Book.HolderName] knows them.
// Deleted ones are left out.
func (b *Book) LookUpHolders(ctx context.Context, ids []string) error {
	w := Wishes{}
	for _, id := range ids {
		w[Asked{ID, id}] = true
	}
	_, err := b.Find(ctx, w)
	return err
}
