package fake

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

// workspace is the state: records with the indexes that checks and lists need.
// Server.state guards it.
type workspace struct {
	settings settings
	seed     uint64
	delay    time.Duration

	id      string
	members sandbox.Object

	systems    []*system
	systemByID map[string]*system
	entrances  []*entrance
	users      []*user
	userByID   map[string]*user
	// short has the ids of state files that are no UUIDs.
	short map[string]bool
	// entranceByID has the doors of all systems.
	entranceByID map[string]*entrance
	// credentials has managed and unmanaged ones in the order of lists.
	credentials []*credential
	credByID    map[string]*credential
	// codes counts the credentials of a system that hold a code. A state file
	// may hold one twice; only writes are refused.
	codes map[codeKey]int
	// made counts creations by user, so that ids never return.
	made map[string]int
	// queue has the accepted changes that have not reached their provider, in
	// the order of time.
	queue []change
}

type codeKey struct{ system, code string }

// entry is what all records that are listed in pages have in common: their
// place in lists, which is by created_at and id (Seam's own order is not
// published; its fake server sorts so).
type entry struct {
	id      string
	created time.Time
	raw     []byte
}

func (e *entry) place() *entry { return e }

func (e *entry) compare(created time.Time, id string) int {
	if c := e.created.Compare(created); c != 0 {
		return c
	}
	return cmp.Compare(e.id, id)
}

func (e *entry) text() []byte { return e.raw }

type system struct {
	id, kind string
	members  sandbox.Object
	raw      []byte
}

func (s *system) text() []byte { return s.raw }

type user struct {
	entry
	members          sandbox.Object
	system, identity string
	// search is what the parameter search looks in, in lower case; email is
	// that of the linked identity.
	search, email string
	// allowed are the entrances that the user's credentials all open.
	allowed []string
	full    []byte
	creds   []*credential
}

type credential struct {
	entry
	members      sandbox.Object
	system       *system
	user         string
	identity     string
	method       string
	managed      bool
	multiPhone   bool
	parent       string
	code         string // empty for none
	starts, ends time.Time
	// allowed are the entrances that it opens; full is the object as the state
	// has it, where raw is what the API shows.
	allowed []string
	full    []byte
	// deleting: it carries the warning being_deleted.
	deleting bool
	search   string
	// version counts the accepted changes; pendingDelete tells that the last
	// one was a deletion.
	version       int
	pendingDelete bool
}

func newWorkspace(s settings, seed uint64, delay time.Duration) *workspace {
	return &workspace{
		settings: s, seed: seed, delay: delay,
		systemByID: map[string]*system{}, userByID: map[string]*user{}, entranceByID: map[string]*entrance{}, short: map[string]bool{}, credByID: map[string]*credential{},
		codes: map[codeKey]int{}, made: map[string]int{},
	}
}

// placed is a record that has a place in lists.
type placed interface{ place() *entry }

// from is the index of the first record at or behind a place.
func from[T placed](list []T, created time.Time, id string) int {
	at, _ := slices.BinarySearchFunc(list, id, func(record T, id string) int { return record.place().compare(created, id) })
	return at
}

// enter puts a record into its place.
func enter[T placed](list []T, record T) []T {
	e := record.place()
	return slices.Insert(list, from(list, e.created, e.id), record)
}

// leave takes a record out of its place.
func leave[T placed](list []T, record T) []T {
	e := record.place()
	at := from(list, e.created, e.id)
	return slices.Delete(list, at, at+1)
}

// attach enters a credential into lists and indexes.
func (w *workspace) attach(c *credential) {
	w.credentials = enter(w.credentials, c)
	w.credByID[c.id] = c
	if u := w.userByID[c.user]; u != nil {
		u.creds = enter(u.creds, c)
	}
	w.count(c, 1)
}

// detach takes a credential out of lists and indexes.
func (w *workspace) detach(c *credential) {
	w.credentials = leave(w.credentials, c)
	delete(w.credByID, c.id)
	if u := w.userByID[c.user]; u != nil {
		u.creds = leave(u.creds, c)
	}
	w.count(c, -1)
}

func (w *workspace) count(c *credential, by int) {
	if c.code == "" || c.method != "code" {
		return
	}
	key := codeKey{c.system.id, c.code}
	if w.codes[key] += by; w.codes[key] == 0 {
		delete(w.codes, key)
	}
}

// inUse is true when another credential of the system than except holds the
// code.
func (w *workspace) inUse(s *system, code string, except *credential) bool {
	n := w.codes[codeKey{s.id, code}]
	if except != nil && except.code == code && except.method == "code" {
		n--
	}
	return n > 0
}

// text of users and credentials is the whole object, what no answer shows
// included.
func (u *user) text() []byte       { return u.full }
func (c *credential) text() []byte { return c.full }

// changeUser puts changed members into a user.
func (w *workspace) changeUser(u *user, changes map[string]any) {
	changed, err := w.readUser(u.members.With(changes))
	if err != nil {
		panic("change a user that was good before: " + err.Error())
	}
	w.replaceUser(u, changed)
}

// knows reports whether an id without the form of Seam's is of something that the
// workspace has or had.
func (w *workspace) knows(id string) bool { return w.short[id] }

// noteIDs remembers the ids of a record that have not the form of Seam's: a
// state file may have shorter ones, which stay ids when the record is gone.
func (w *workspace) noteIDs(m sandbox.Object) {
	for name, value := range m {
		var id string
		if strings.HasSuffix(name, "_id") && json.Unmarshal(value, &id) == nil && id != "" && !uuid.MatchString(id) {
			w.short[id] = true
		}
	}
}

// change puts changed members into a credential.
func (w *workspace) change(c *credential, changes map[string]any) {
	changed, err := w.readCredential(c.members.With(changes))
	if err != nil {
		panic("change a credential that was good before: " + err.Error())
	}
	w.replace(c, changed)
}

// replace gives a credential the content of another one.
func (w *workspace) replace(c, changed *credential) {
	w.detach(c)
	changed.version, changed.pendingDelete = c.version, c.pendingDelete
	*c = *changed
	w.attach(c)
}
