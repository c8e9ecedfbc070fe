package fake

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

// kind says how credentials of a type behave.
type kind uint8

const (
	card kind = iota
	pin
	mobile
)

type person struct {
	id       int64
	email    string // lower case, for the filter
	systemID string // lower case, for the filter
	raw      []byte // the object without the members named after types
	// updated is the time of the last change; the sandbox's initial time if the state does
	// not say.
	updated time.Time
	creds   []*credential
}

type credentialType struct {
	id          int64
	label, slug string
	kind        kind
	raw         []byte
	count       int // credentials of the type
}

type credential struct {
	order    uint64 // position in listings
	id       string
	typ      *credentialType
	person   *person
	value    string // meaningful if hasValue
	hasValue bool
	status   string
	url      string
	wallet   string
	extra    []byte // further members, each with a comma in front
	deleted  bool
	// door is the value that the doors know; atDoor is false if they know none.
	door   string
	atDoor bool
}

// account is the state: records in the order of their creation, with the indexes that
// checks need.
type account struct {
	settings settings
	seed     uint64
	// settle is how long a sync takes to reach the doors, and a mobile credential to be
	// deleted.
	settle time.Duration

	people      sandbox.Table[int64, person]
	types       sandbox.Table[int64, credentialType]
	credentials sandbox.Table[string, credential]
	// values counts the credentials that hold a value. A state file may have duplicates;
	// only writes are refused.
	values map[string]int
	// made counts creations by person and type, so that ids are never reused.
	made      map[[2]int64]int64
	lastOrder uint64

	// dirty are credentials that changed since the last sync, deleted ones included; ghosts
	// are deleted ones that still open doors.
	dirty    map[*credential]bool
	ghosts   map[*credential]bool
	syncing  []delivery
	revoking []revocation
	lastSync time.Time
}

// delivery is what a sync brings to the doors, and when.
type delivery struct {
	at      time.Time
	changes []doorChange
}

type doorChange struct {
	credential *credential
	value      string
	atDoor     bool
}

// revocation is a mobile credential that is being deleted, and when that is done.
type revocation struct {
	at         time.Time
	credential *credential
}

func newAccount(set settings, seed uint64, settle time.Duration) *account {
	a := &account{
		settings: set, seed: seed, settle: settle,
		values: map[string]int{}, made: map[[2]int64]int64{},
		dirty: map[*credential]bool{}, ghosts: map[*credential]bool{},
	}
	a.people, a.types, a.credentials = peopleOf(a), typesOf(a), credentialsOf(a)
	return a
}

// Parts implements [sandbox.State].
func (a *account) Parts() []sandbox.Part { return []sandbox.Part{&a.people, &a.types, &a.credentials} }

// key returns what a value is counted under.
func (a *account) key(t *credentialType, value string) string {
	if a.settings.uniquePerType {
		return strconv.FormatInt(t.id, 10) + ":" + value
	}
	return value
}

// inUse reports whether a credential other than except holds the value.
func (a *account) inUse(t *credentialType, value string, except *credential) bool {
	n := a.values[a.key(t, value)]
	if except != nil && except.hasValue && except.value == value {
		n--
	}
	return n > 0
}

func (a *account) remove(c *credential) {
	a.credentials.Leave(c)
	c.deleted = true
	if c.atDoor {
		a.ghosts[c] = true
	}
}

// nextOrder returns the position of a new credential in listings.
func (a *account) nextOrder() uint64 {
	a.lastOrder++
	return a.lastOrder
}

func (a *account) setValue(c *credential, value string) {
	a.countValue(c, -1)
	c.value, c.hasValue = value, true
	a.countValue(c, 1)
	a.dirty[c] = true
}

func (a *account) countValue(c *credential, by int) {
	if !c.hasValue {
		return
	}
	key := a.key(c.typ, c.value)
	if a.values[key] += by; a.values[key] == 0 {
		delete(a.values, key)
	}
}

// nextID makes the id of a new credential.
func (a *account) nextID(p *person, t *credentialType) (id string, nth int64) {
	pair := [2]int64{p.id, t.id}
	for {
		a.made[pair]++
		nth = a.made[pair]
		id = hashid(sandbox.DeriveNumbers(a.seed, "credential", p.id, t.id, nth), 8)
		if a.credentials.Find(id) == nil {
			return id, nth
		}
	}
}

// tries bounds the search for a free value where nearly all are taken.
const tries = 1000

// randomPIN generates a PIN that is free and fits the rules.
func (a *account) randomPIN(c *credential, nth int64) (value string, found bool) {
	length := min(max(6, a.settings.pinMin), a.settings.pinMax)
	for try := range int64(tries) {
		value := sandbox.DeriveNumbers(a.seed, "pin", c.person.id, c.typ.id, nth, try).Digits(length)
		if !a.inUse(c.typ, value, c) {
			return value, true
		}
	}
	return "", false
}

// inUse is DoorFlow's error for a value that another credential holds.
const inUse = "value is already in use on your account"

// valueProblem says what is wrong with a value for the type, in DoorFlow's words; empty for
// nothing.
func (a *account) valueProblem(t *credentialType, value string, except *credential) string {
	switch {
	case strings.TrimSpace(value) == "":
		return "can't be blank"
	case t.kind == pin && !a.fitsPIN(value):
		return fmt.Sprintf("must be between %d and %d digits in length", a.settings.pinMin, a.settings.pinMax)
	case a.inUse(t, a.stored(value), except):
		return inUse
	}
	return ""
}

// stored returns a value as the account stores it.
func (a *account) stored(value string) string {
	if a.settings.stripZeros {
		return sandbox.Stripped(value)
	}
	return value
}

func (a *account) fitsPIN(value string) bool {
	if len(value) < a.settings.pinMin || len(value) > a.settings.pinMax {
		return false
	}
	return !strings.ContainsFunc(value, func(r rune) bool { return r < '0' || r > '9' })
}
