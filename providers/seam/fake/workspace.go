package fake

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

// workspace is the state: records with the indexes that checks and lists need.
type workspace struct {
	settings settings
	seed     uint64
	delay    time.Duration

	id      string
	members sandbox.Object

	systems   sandbox.Table[string, system]
	users     sandbox.Table[string, user]
	entrances sandbox.Table[string, entrance]
	// credentials has managed and unmanaged ones.
	credentials sandbox.Table[string, credential]
	// short has the ids of state files that are not UUIDs.
	short map[string]bool
	// codes counts the credentials of a system that hold a code. A state file may have
	// duplicates; only writes are refused.
	codes map[codeKey]int
	// made counts creations by user, so that ids are never reused.
	made map[string]int
	// queue has the accepted changes that have not reached their provider, ordered by time.
	queue []change
}

type codeKey struct{ system, code string }

// entry is what all records have in common.
type entry struct {
	id      string
	created time.Time
	members sandbox.Object
	// raw is the object that the API shows, full the one in the state.
	raw, full []byte
}

func (e *entry) place() *entry { return e }

// placed is a record that has a place in lists.
type placed interface{ place() *entry }

// compare orders lists by created_at and id: Seam's own order is not published; its fake
// server sorts like this.
func (e *entry) compare(created time.Time, id string) int {
	return cmp.Or(e.created.Compare(created), cmp.Compare(e.id, id))
}

// records is a table of a kind; byPlace is false for the order of the file.
func records[T any, P interface {
	*T
	placed
}](name string, byPlace bool, read func(sandbox.Object) (*T, error)) sandbox.Table[string, T] {
	t := sandbox.Table[string, T]{
		Name: name + "s", ID: name + "_id", Read: read,
		Key:  func(one *T) string { return P(one).place().id },
		Text: func(one *T) []byte { return P(one).place().full },
	}
	if byPlace {
		t.Compare = func(one, other *T) int {
			place := P(other).place()
			return P(one).place().compare(place.created, place.id)
		}
	}
	return t
}

type system struct {
	entry
	kind string
}

type user struct {
	entry
	system, identity string
	// search is the text that the parameter search matches, in lower case; email is that of
	// the linked identity.
	search, email string
	// allowed are the entrances that all of the user's credentials open.
	allowed []string
	creds   sandbox.Table[string, credential]
}

type credential struct {
	entry
	system       *system
	user         string
	identity     string
	method       string
	managed      bool
	multiPhone   bool
	parent       string
	code         string // empty for none
	starts, ends time.Time
	// allowed are the entrances that it opens.
	allowed []string
	// deleting: it has the warning being_deleted.
	deleting bool
	search   string
	// version counts the accepted changes; pendingDelete: the last one was a deletion.
	version       int
	pendingDelete bool
}

func newWorkspace(s settings, seed uint64, delay time.Duration) *workspace {
	w := &workspace{
		settings: s, seed: seed, delay: delay,
		short: map[string]bool{}, codes: map[codeKey]int{}, made: map[string]int{},
	}
	w.systems = records("acs_system", false, w.readSystem)
	w.systems.Remove = w.removeSystem
	w.users = records("acs_user", true, w.readUser)
	w.users.Keep = func(u, changed *user) { changed.creds = u.creds }
	w.users.Remove = func(u *user) error {
		for _, c := range slices.Clone(u.creds.All) {
			w.credentials.Leave(c)
		}
		w.users.Leave(u)
		return nil
	}
	w.entrances = records("acs_entrance", true, w.readEntrance)
	w.entrances.Optional = true
	w.credentials = records("acs_credential", true, w.readCredential)
	w.credentials.Entered = func(c *credential) {
		if u := w.users.Find(c.user); u != nil {
			u.creds.Enter(c)
		}
		w.count(c, 1)
	}
	w.credentials.Left = func(c *credential) {
		if u := w.users.Find(c.user); u != nil {
			u.creds.Leave(c)
		}
		w.count(c, -1)
	}
	w.credentials.Keep = func(c, changed *credential) {
		changed.version, changed.pendingDelete = c.version, c.pendingDelete
	}
	if err := w.put(sandbox.Object{}); err != nil {
		panic("make a workspace: " + err.Error())
	}
	return w
}

// Parts implements [sandbox.State]. Deleting a user or system deletes what belongs to it. A
// member that an edit sets to null stays, with null.
func (w *workspace) Parts() []sandbox.Part {
	own := &sandbox.One{
		Name: "workspace", Put: w.put,
		Text: func() []byte { return w.members.Encode("workspace_id") },
		Set: func(_ json.RawMessage, patch sandbox.Object) error {
			if _, found := patch["workspace_id"]; found {
				return errors.New("an id cannot be changed")
			}
			return w.put(w.members.Patch(patch))
		},
	}
	return []sandbox.Part{own, &w.systems, &w.users, &w.entrances, &w.credentials}
}

// Inherit takes over the ids that another state knew, for [sandbox.NewFake].
func (w *workspace) Inherit(old *workspace) { maps.Copy(w.short, old.short) }

func (w *workspace) removeSystem(s *system) error {
	for _, u := range slices.Clone(w.users.All) {
		if u.system == s.id {
			_ = w.users.Remove(u)
		}
	}
	for _, c := range slices.Clone(w.credentials.All) {
		if c.system == s {
			w.credentials.Leave(c)
		}
	}
	for _, e := range slices.Clone(w.entrances.All) {
		if e.system == s.id {
			w.entrances.Leave(e)
		}
	}
	w.systems.Leave(s)
	return nil
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

// inUse reports whether a credential of the system other than except holds the code.
func (w *workspace) inUse(s *system, code string, except *credential) bool {
	n := w.codes[codeKey{s.id, code}]
	if except != nil && except.code == code && except.method == "code" {
		n--
	}
	return n > 0
}

// noteIDs remembers the ids of a record that do not have the form of Seam's: a state file
// may have shorter ones, which are still ids once the record is gone.
func (w *workspace) noteIDs(m sandbox.Object) {
	for name, value := range m {
		var id string
		if strings.HasSuffix(name, "_id") && json.Unmarshal(value, &id) == nil && id != "" && !uuid.MatchString(id) {
			w.short[id] = true
		}
	}
}

// change sets members of a credential.
func (w *workspace) change(c *credential, changes map[string]any) {
	w.credentials.Change(c, c.members.With(changes))
}
