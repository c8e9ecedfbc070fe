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

// fewPeople is the largest number of people looked up one by one: beyond it, reading all
// people by the hundred costs less.
const fewPeople = 20

// person is the part of DoorFlow's person object that is used here.
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

// member returns the field for the JSON member of that name.
func (p *person) member(name []byte) any {
	switch string(name) {
	case "id":
		return &p.ID
	case "first_name":
		return &p.First
	case "last_name":
		return &p.Last
	case "email":
		return &p.Email
	case "system_id":
		return &p.Ref
	case "enabled":
		return &p.Enabled
	case "valid_from":
		return &p.From
	case "valid_to":
		return &p.To
	}
	return nil
}

func (p *person) name() string { return strings.TrimSpace(p.First + " " + p.Last) }

// disabled reports whether DoorFlow blocks the person at every door.
func (p *person) disabled() bool { return p.Enabled != nil && !*p.Enabled }

// known returns what is kept of a person.
func (p *person) known() *people.Person {
	return &people.Person{
		Holder: reconcile.Holder{
			ID: string(p.ID), Name: p.name(), First: p.First, Last: p.Last, Email: p.Email, Ref: string(p.Ref),
			Disabled: p.disabled(),
		},
		Barred: p.barred(time.Now()),
	}
}

// book finds the people of the account.
func (c *Client) book() *people.Book {
	return people.New(people.Source{
		Host: c,
		All:  func(ctx context.Context) (*people.List, error) { return c.listPeople(ctx, "people", nil) },
		One:  c.findOne, Columns: []string{people.ID, people.Email, people.Ref}, IsID: isPersonID, Key: nameKey,
		Few: fewPeople, Concurrency: c.concurrency, Log: c.log,
	})
}

// findOne looks up one text. The filters of the API match partially (email=ann finds
// joann).
func (c *Client) findOne(ctx context.Context, what people.Asked) (*people.List, error) {
	switch what.Column {
	case people.Email:
		return c.listPeople(ctx, "people by e-mail", url.Values{"email": {what.Text}})
	case people.Ref:
		return c.listPeople(ctx, "people by system_id", url.Values{"system_id": {what.Text}})
	}
	var p person
	err := c.get(ctx, "read person "+what.Text, "/api/3/people/"+url.PathEscape(what.Text), nil, &p)
	if failure.IsGone(err) || err == nil && string(p.ID) != what.Text {
		return nil, nil
	}
	if err != nil {
		return nil, deniedIfForbidden(err)
	}
	return people.NewList(p.known()), nil
}

// listPeople reads a whole list of people.
func (c *Client) listPeople(ctx context.Context, what string, query url.Values) (*people.List, error) {
	kept := people.NewList()
	l := &lister[person]{
		client: c, path: "/api/3/people", query: query, size: peoplePage,
		array: array[person]{member: (*person).member}, valid: (*person).valid,
		List: listing.List[person]{
			What: what, ID: func(p *person) string { return string(p.ID) },
			Restart: func() { kept = people.NewList() },
			Keep:    func(p *person) { kept.Add(p.known()) },
		},
	}
	_, err := l.read(ctx)
	return kept, err
}
