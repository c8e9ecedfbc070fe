package doorflow

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"keyroster/providers/failure"
	"keyroster/providers/listing"
	"keyroster/providers/people"
	"keyroster/reconcile"
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

// known is what is kept of a person.
func (p *person) known() people.Person {
	return people.Person{
		Holder: reconcile.Holder{
			ID: string(p.ID), Name: p.name(), First: p.First, Last: p.Last, Email: p.Email, Ref: string(p.Ref),
			Disabled: p.disabled(),
		},
		Standing: p.standing(time.Now()),
	}
}

// book finds the people of the account.
func (c *Client) book() *people.Book {
	return people.New(people.Source{
		Host: c,
		All: func(ctx context.Context, add func(people.Person)) error {
			return c.listPeople(ctx, "people", nil, add)
		},
		One: c.findOne, Columns: []string{people.ID, people.Email, people.Ref}, IsID: isPersonID, Fold: fold,
		Few: fewPeople, Concurrency: c.concurrency, Log: c.log,
	})
}

// findOne looks for one text. The filters of the API match partially (email=ann
// finds joann).
func (c *Client) findOne(ctx context.Context, what people.Asked, add func(people.Person)) error {
	switch what.Column {
	case people.Email:
		return c.listPeople(ctx, "people by e-mail", url.Values{"email": {what.Text}}, add)
	case people.Ref:
		return c.listPeople(ctx, "people by system_id", url.Values{"system_id": {what.Text}}, add)
	}
	var p person
	err := c.get(ctx, "read person "+what.Text, "/api/3/people/"+url.PathEscape(what.Text), nil, &p)
	if failure.IsGone(err) || err == nil && string(p.ID) != what.Text {
		return nil
	}
	if err == nil {
		add(p.known())
	}
	return deniedIfForbidden(err)
}

// listPeople reads a list of people whole.
func (c *Client) listPeople(ctx context.Context, what string, query url.Values, add func(people.Person)) error {
	var kept []people.Person
	l := &lister[person]{
		client: c, path: "/api/3/people", query: query, size: peoplePage, valid: (*person).valid,
		List: listing.List[person]{
			What: what, ID: func(p *person) string { return string(p.ID) },
			Restart: func() { kept = nil },
			Keep:    func(p *person) { kept = append(kept, p.known()) },
		},
	}
	_, err := l.read(ctx)
	if err != nil {
		return err
	}
	for _, p := range kept {
		add(p)
	}
	return nil
}
