package server

import (
	"cmp"
	"slices"
	"time"

	"keyroster/providers/sandbox/record"
)

// workspace is the state: records with the indexes that checks and lists need.
// Server.state guards it.
type workspace struct {
	settings settings
	seed     uint64
	delay    time.Duration

	id      string
	members record.Object

	systems    []*system
	systemByID map[string]*system
	users      []*user
	userByID   map[string]*user
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
	members  record.Object
	raw      []byte
}

func (s *system) text() []byte { return s.raw }

type user struct {
	entry
	members          record.Object
	system, identity string
	// search is what the parameter search looks in, in lower case; email is
	// that of the linked identity.
	search, email string
	creds         []*credential
}

type credential struct {
	entry
	members      record.Object
	system       *system
	user         string
	identity     string
	method       string
	managed      bool
	multiPhone   bool
	parent       string
	code         string // empty for none
	starts, ends time.Time
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
		systemByID: map[string]*system{}, userByID: map[string]*user{}, credByID: map[string]*credential{},
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
