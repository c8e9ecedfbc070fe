package doorflow

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"keyroster/providers/failure"
	"keyroster/providers/lookup"
	"keyroster/reconcile"
	"keyroster/reconcile/rescue"
)

// Pages of people hold at most 100, those of credentials 500.
const peoplePage = 100

// fewPeople is up to how many people are looked up one by one: beyond it,
// reading all people by the hundred costs less.
const fewPeople = 20

// person is the part of DoorFlow's person object that is of use here.
type person struct {
	ID      text   `json:"id"`
	First   string `json:"first_name"`
	Last    string `json:"last_name"`
	Email   string `json:"email"`
	Ref     text   `json:"system_id"`
	Enabled *bool  `json:"enabled"`
	From    text   `json:"valid_from"`
	To      text   `json:"valid_to"`
}

func (p *person) valid() error {
	if p.ID == "" {
		return errors.New("a person has no id")
	}
	return nil
}

func (p *person) name() string { return strings.TrimSpace(p.First + " " + p.Last) }

// disabled reports whether DoorFlow blocks the person at every door.
func (p *person) disabled() bool { return p.Enabled != nil && !*p.Enabled }

// people are the persons that a roster names, as far as they were looked up.
type people struct {
	mu   sync.Mutex
	byID map[string]*person
	// byEmail is without regard to case; byRef is exact.
	byEmail, byRef map[string][]*person
	looks          looks
	// failed has the look-ups that failed, by what was asked for.
	failed map[asked]*reconcile.Failure
}

// asked is what one look-up asks for.
type asked struct{ column, text string }

func newPeople() *people {
	return &people{byID: map[string]*person{}, byEmail: map[string][]*person{}, byRef: map[string][]*person{}, failed: map[asked]*reconcile.Failure{}}
}

// add remembers a person once, however many look-ups find them.
func (p *people) add(found *person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id := string(found.ID)
	if p.byID[id] != nil {
		return
	}
	p.byID[id] = found
	if found.Email != "" {
		p.byEmail[fold(found.Email)] = append(p.byEmail[fold(found.Email)], found)
	}
	if found.Ref != "" {
		p.byRef[string(found.Ref)] = append(p.byRef[string(found.Ref)], found)
	}
}

// fail notes a look-up that failed.
func (p *people) fail(what asked, f *reconcile.Failure) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed[what] = f
}

// wishes are the people that a roster names, each once.
type wishes struct {
	ids, emails, refs map[string]bool
}

func newWishes() wishes {
	return wishes{ids: map[string]bool{}, emails: map[string]bool{}, refs: map[string]bool{}}
}

func (w wishes) len() int { return len(w.ids) + len(w.emails) + len(w.refs) }

// readPeople looks up the people that are wished for, or everybody when those
// are many. Who is not found is not in the result.
func (c *Client) readPeople(ctx context.Context, w wishes) (*people, error) {
	found := newPeople()
	if w.len() == 0 {
		return found, nil
	}
	var err error
	if w.len() > fewPeople {
		err = c.listPeople(ctx, "people", nil, found)
	} else {
		if err = c.lookUp(ctx, w, found); err == nil && found.lacks(w) {
			// Under another spelling, perhaps: the filters find no such.
			err = c.listPeople(ctx, "people", nil, found)
		}
	}
	if err != nil {
		return nil, err
	}
	c.rememberAll(found)
	return found, nil
}

// lookUp asks for each wish by itself. The filters of the API match partially
// (email=ann finds joann): whom a row means is told by the maps of [people],
// which are exact, and never by the position in an answer. One that fails is
// noted and stops no other.
func (c *Client) lookUp(ctx context.Context, w wishes, found *people) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(c.concurrency)
	tally := lookup.Of(c)
	ask := func(what asked, look func() error) {
		g.Go(rescue.Guarded(func() error {
			failed, fatal := tally.Keep(ctx, rescue.Guarded(look)())
			if failed != nil {
				found.fail(what, failed)
			}
			return fatal
		}))
	}
	for email := range w.emails {
		ask(asked{"holder_email", email}, func() error {
			return c.listPeople(ctx, "people by e-mail", url.Values{"email": {email}}, found)
		})
	}
	for ref := range w.refs {
		ask(asked{"holder_ref", ref}, func() error {
			return c.listPeople(ctx, "people by system_id", url.Values{"system_id": {ref}}, found)
		})
	}
	for id := range w.ids {
		ask(asked{"holder_id", id}, func() error { return c.readPerson(ctx, id, found) })
	}
	return g.Wait()
}

// readPerson reads one person by id, and finds nobody where there is none.
func (c *Client) readPerson(ctx context.Context, id string, found *people) error {
	var p person
	err := c.get(ctx, "read person "+id, "/api/3/people/"+url.PathEscape(id), nil, &p)
	if failure.IsGone(err) || err == nil && string(p.ID) != id {
		return nil
	}
	if err == nil {
		found.add(&p)
	}
	return deniedIfForbidden(err)
}

// listPeople reads a list of people whole.
func (c *Client) listPeople(ctx context.Context, what string, query url.Values, into *people) error {
	var kept []*person
	l := &lister[person]{
		client: c, what: what, path: "/api/3/people", query: query, size: peoplePage, strategy: listPages,
		valid: (*person).valid, id: func(p *person) string { return string(p.ID) },
		restart: func() { kept = nil },
		keep: func(p *person) {
			one := *p
			kept = append(kept, &one)
		},
	}
	if _, err := l.read(ctx); err != nil {
		return err
	}
	for _, p := range kept {
		into.add(p)
	}
	return nil
}

// HolderIDs are the ids of the people whose column (holder_email, without regard
// to case, or holder_ref or holder_id, exactly) has that text: none, one, or several where
// DoorFlow let two people share it. A text that ends in * is the beginning of
// one. A listing has neither, so what a configuration says about people by them
// has to be put into ids first. Other columns find nobody.
func (c *Client) HolderIDs(ctx context.Context, column, text string) ([]string, error) {
	w := newWishes()
	fits := func(have string) bool { return have == text }
	switch column {
	case "holder_email":
		w.emails[text] = true
		fits = func(have string) bool { return fold(have) == fold(text) }
	case "holder_ref":
		w.refs[text] = true
	case "holder_id":
		if !isPersonID(text) {
			return nil, nil
		}
		w.ids[text] = true
	default:
		return nil, nil
	}
	found := newPeople()
	var err error
	if prefix, many := strings.CutSuffix(text, "*"); many {
		fits = func(have string) bool { return have != "" && strings.HasPrefix(fold(have), fold(prefix)) }
		if err = c.listPeople(ctx, "people", nil, found); err == nil {
			c.rememberAll(found)
		}
	} else {
		found, err = c.readPeople(ctx, w)
	}
	if err != nil {
		return nil, err
	}
	for _, failed := range found.failed {
		return nil, failed // who is meant must be known for certain
	}
	var ids []string
	for id, p := range found.byID {
		if fits(map[string]string{"holder_id": id, "holder_ref": string(p.Ref), "holder_email": p.Email}[column]) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}
