package seam

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"keyroster/providers/failure"
	"keyroster/providers/lookup"
	"keyroster/reconcile"
	"keyroster/reconcile/rescue"
)

// fewUsers is up to how many users are looked up one by one: beyond it, reading
// all users by the page costs less.
const fewUsers = 20

// user is the part of Seam's acs_user that is of use here.
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

// email is the user's own address; email is the older name of email_address.
func (u *user) email() string {
	if u.Address != "" {
		return u.Address
	}
	return u.Email
}

// users are the users that a roster names, as far as they were looked up.
type users struct {
	mu      sync.Mutex
	byID    map[string]*user
	byEmail map[string][]*user
	// failed has the look-ups that failed, by the id or the address.
	failed map[string]*reconcile.Failure
	// byLooks has the least id of those whose addresses look so. It is made when
	// it is first asked for.
	byLooks map[string]string
}

// alike finds a user whose address looks like this one, which is nobody's, and
// says so.
func (u *users) alike(address string) (id, words string) {
	if u.byLooks == nil {
		u.byLooks = map[string]string{}
		for id, one := range u.byID {
			if email := one.email(); email != "" {
				look := reconcile.Skeleton(fold(email))
				if first := u.byLooks[look]; first == "" || id < first {
					u.byLooks[look] = id
				}
			}
		}
	}
	if id = u.byLooks[reconcile.Skeleton(fold(address))]; id == "" {
		return "", ""
	}
	return id, fmt.Sprintf("; user %s has one that looks the same and differs in %s", id, reconcile.Unlike(address, u.byID[id].email()))
}

func newUsers() *users {
	return &users{byID: map[string]*user{}, byEmail: map[string][]*user{}, failed: map[string]*reconcile.Failure{}}
}

// add remembers a user once, however many look-ups find them.
func (u *users) add(found *user) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.byID[found.ID] != nil {
		return
	}
	u.byID[found.ID] = found
	if email := found.email(); email != "" {
		u.byEmail[fold(email)] = append(u.byEmail[fold(email)], found)
	}
}

// readUsers looks up the users with these ids and e-mail addresses, or all
// users when those are many. Who is not found is not in the result.
func (c *Client) readUsers(ctx context.Context, ids, emails map[string]bool) (*users, error) {
	found := newUsers()
	var err error
	switch n := len(ids) + len(emails); {
	case n == 0:
		return found, nil
	case n > fewUsers:
		err = c.listUsers(ctx, "users", nil, func(*user) bool { return true }, found)
	default:
		err = c.lookUp(ctx, ids, emails, found)
		if err == nil && slices.ContainsFunc(slices.Collect(maps.Keys(emails)), func(email string) bool { return len(found.byEmail[fold(email)]) == 0 }) {
			// Under another spelling, perhaps: the search finds no such.
			err = c.listUsers(ctx, "users", nil, func(*user) bool { return true }, found)
		}
	}
	if err != nil {
		return nil, err
	}
	c.remember(found)
	return found, nil
}

// remember keeps the names of users that were read, for reports.
func (c *Client) remember(found *users) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, u := range found.byID {
		c.known[id] = userName{name: u.name(), email: u.email(), standing: u.standing(time.Now())}
	}
}

// lookUp asks for each user by itself. The search of the API finds parts, in
// names, ids and telephone numbers too: equality is checked here.
func (c *Client) lookUp(ctx context.Context, ids, emails map[string]bool, found *users) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(c.concurrency)
	tally := lookup.Of(c)
	ask := func(what string, look func() error) {
		g.Go(rescue.Guarded(func() error {
			failed, fatal := tally.Keep(ctx, rescue.Guarded(look)())
			if failed != nil {
				found.fail(what, failed)
			}
			return fatal
		}))
	}
	for email := range emails {
		ask(email, func() error {
			return c.listUsers(ctx, "users by e-mail", map[string]any{"search": email},
				func(u *user) bool { return fold(u.email()) == fold(email) }, found)
		})
	}
	for id := range ids {
		ask(id, func() error {
			u, err := c.readUser(ctx, id)
			if failure.IsGone(err) || isNoID(err, "acs_user_id") {
				return nil
			}
			if err == nil {
				found.add(u)
			}
			return err
		})
	}
	return g.Wait()
}

// fail notes a look-up that failed.
func (u *users) fail(what string, f *reconcile.Failure) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.failed[what] = f
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

// listUsers reads a list of users whole and adds those that fit.
func (c *Client) listUsers(ctx context.Context, what string, filter map[string]any, fits func(*user) bool, into *users) error {
	var kept []*user
	w := &walk[user]{
		client: c, what: what, path: "/acs/users/list", member: "acs_users", filter: filter,
		valid: (*user).valid, id: func(u *user) string { return u.ID },
		restart: func() { kept = nil },
		keep: func(u *user) {
			if fits(u) {
				one := *u
				kept = append(kept, &one)
			}
		},
	}
	if _, err := w.read(ctx); err != nil {
		return err
	}
	for _, u := range kept {
		into.add(u)
	}
	return nil
}

// HolderIDs are the ids of the users whose column has that text: holder_id exactly,
// or holder_email without regard to case: none, one, or several, for instance one
// in each access system. A text that ends in * is the beginning of addresses. Other columns find
// nobody.
func (c *Client) HolderIDs(ctx context.Context, column, text string) ([]string, error) {
	switch column {
	case "holder_id":
		found, err := c.readUsers(ctx, map[string]bool{text: true}, nil)
		if err != nil || found.byID[text] == nil {
			return nil, err
		}
		return []string{text}, nil
	case "holder_email":
	default:
		return nil, nil
	}
	prefix, many := strings.CutSuffix(fold(text), "*")
	found := newUsers()
	var err error
	if many {
		if err = c.listUsers(ctx, "users", nil, func(*user) bool { return true }, found); err == nil {
			c.remember(found)
		}
	} else {
		found, err = c.readUsers(ctx, nil, map[string]bool{text: true})
	}
	if err != nil {
		return nil, err
	}
	for _, failed := range found.failed {
		return nil, failed // who is meant must be known for certain
	}
	var ids []string
	for email, users := range found.byEmail {
		if email != prefix && !(many && strings.HasPrefix(email, prefix)) {
			continue
		}
		for _, u := range users {
			ids = append(ids, u.ID)
		}
	}
	slices.Sort(ids)
	return ids, nil
}
