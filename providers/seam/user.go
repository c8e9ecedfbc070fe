package seam

import (
	"context"
	"errors"
	"time"

	"keyroster/providers/failure"
	"keyroster/providers/listing"
	"keyroster/providers/people"
	"keyroster/reconcile"
)

// fewUsers is the largest number of users looked up one by one: beyond it, reading all
// users by the page costs less.
const fewUsers = 20

// user is the part of Seam's acs_user that is used here.
type user struct {
	ID        string `json:"acs_user_id"`
	System    string `json:"acs_system_id"`
	Display   string `json:"display_name"`
	Full      string `json:"full_name"`
	Address   string `json:"email_address"`
	Email     string `json:"email"`
	Identity  string `json:"user_identity_id"`
	Suspended bool   `json:"is_suspended"`
	Schedule  struct {
		Starts string `json:"starts_at"`
		Ends   string `json:"ends_at"`
	} `json:"access_schedule"`
	Errors []issue `json:"errors"`
	Warns  []issue `json:"warnings"`
}

func (u *user) valid() error {
	if u.ID == "" || u.System == "" {
		return errors.New("a user has no acs_user_id or no acs_system_id")
	}
	return nil
}

func (u *user) name() string {
	if u.Full != "" {
		return u.Full
	}
	return u.Display
}

// email returns the user's own address; email is the older name of email_address.
func (u *user) email() string {
	if u.Address != "" {
		return u.Address
	}
	return u.Email
}

// known returns what is kept of a user.
func (u *user) known() *people.Person {
	return &people.Person{
		Holder: reconcile.Holder{
			ID:       u.ID,
			Name:     u.name(),
			Email:    u.email(),
			Identity: u.Identity,
			System:   u.System,
			Disabled: u.Suspended,
		},
		Barred: u.barred(time.Now()),
	}
}

// book finds the users of the workspace, in all its access systems. Users have no reference
// of the customer's own (Seam API reference, users).
func (c *Client) book() *people.Book {
	return people.New(people.Source{
		Host: c,
		All: func(ctx context.Context) (*people.List, error) {
			return c.listUsers(ctx, "users", nil, func(*user) bool { return true })
		},
		One: c.findOne, Columns: []string{people.ID, people.Email}, IsID: func(string) bool { return true }, Key: emailKey,
		Few: fewUsers, Concurrency: c.concurrency, Log: c.log,
	})
}

// findOne looks up one text. The search of the API matches parts, also in names, ids and
// telephone numbers: equality is checked here.
func (c *Client) findOne(ctx context.Context, what people.Asked) (*people.List, error) {
	if what.Column == people.Email {
		return c.listUsers(ctx, "users by e-mail", map[string]any{"search": what.Text},
			func(u *user) bool { return emailKey(u.email()) == emailKey(what.Text) })
	}
	u, err := c.readUser(ctx, what.Text)
	if failure.IsGone(err) || isNoID(err, "acs_user_id") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return people.NewList(u.known()), nil
}

// readUser reads one user; one who does not exist is a failure of class Gone.
func (c *Client) readUser(ctx context.Context, id string) (*user, error) {
	var u user
	name := "read user " + id
	if err := c.get(ctx, name, "/acs/users/get", map[string]any{"acs_user_id": id}, "acs_user", &u); err != nil {
		return nil, err
	}
	if err := u.valid(); err != nil {
		return nil, failure.Unreadable(name, nil, err)
	}
	if u.ID != id {
		return nil, failure.Unreadable(name, nil, errors.New("the answer is about user "+u.ID))
	}
	return &u, nil
}

// listUsers reads a whole list of users and keeps those that fit.
func (c *Client) listUsers(
	ctx context.Context, what string, filter map[string]any, fits func(*user) bool,
) (*people.List, error) {
	kept := people.NewList()
	w := &walk[user]{
		client: c, path: "/acs/users/list", member: "acs_users", filter: filter, valid: (*user).valid,
		List: listing.List[user]{
			What: what, ID: func(u *user) string { return u.ID },
			Restart: func() { kept = people.NewList() },
			Keep: func(u *user) {
				if fits(u) {
					kept.Add(u.known())
				}
			},
		},
	}
	_, err := w.read(ctx)
	return kept, err
}
