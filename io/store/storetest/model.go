package storetest

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"keyroster/io/store"
	"keyroster/io/store/memory"
)

var modelLaws = []law{
	{"whatever two processes do, the answers are those of a store in memory", sameAsMemory},
}

// longest bounds the calls of one history: a store on a disk is slow for each.
const longest = 14

func sameAsMemory(t *testing.T, open open) {
	rapid.Check(t, func(rt *rapid.T) {
		w := open(t)
		model := memory.New()
		m := &pair{world: w, model: model}
		for p := range m.tenants {
			for i, id := range []string{"abc123", "..", "ABC123"} {
				mine, err := w.Open().Tenant("doorflow", id)
				if err != nil {
					rt.Fatal(err)
				}
				of, err := model.Process().Tenant("doorflow", id)
				if err != nil {
					rt.Fatal(err)
				}
				m.tenants[p][i] = two[store.Tenant]{mine, of}
			}
		}
		m.stores = two[store.Store]{w.Open(), model}
		defer m.end()
		for _, c := range rapid.SliceOfN(calls, 1, longest).Draw(rt, "calls") {
			mine, want := m.make(c)
			if mine != want {
				rt.Fatalf("%s %d %d: %s\nin memory: %s", callNames[c.what], c.a, c.b, mine, want)
			}
		}
	})
}

// aCall is a call to both stores; a and b choose its arguments.
type aCall struct{ what, a, b int }

var calls = rapid.Custom(func(t *rapid.T) aCall {
	return aCall{
		rapid.IntRange(0, len(callNames)-1).Draw(t, "call"), rapid.IntRange(0, 5).Draw(t, "a"),
		rapid.IntRange(0, 3).Draw(t, "b"),
	}
})

// two are the same thing in the store under test and in the model.
type two[T any] struct{ mine, want T }

// pair is a store and its model, with everything that calls have made in both.
type pair struct {
	world    World
	model    *memory.Store
	stores   two[store.Store]
	tenants  [2][3]two[store.Tenant]
	locks    []two[heldLock]
	runs     []madeRun
	journals []openJournal
}

// end closes everything.
func (m *pair) end() {
	for _, j := range m.journals {
		_, _ = j.files.mine.Close(), j.marks.mine.Close(false)
	}
	for _, l := range m.locks {
		_ = l.mine.held.Close()
	}
}

// both asks both stores the same question.
func both[T any](of two[T], ask func(T) string) (mine, want string) {
	return ask(of.mine), ask(of.want)
}

// describe puts the answer to a call into words that do not depend on the store.
func (m *pair) describe(err error, answer ...any) string {
	text := fmt.Sprint(answer...)
	for i, run := range m.runs {
		text = strings.ReplaceAll(text, run.mine.ID(), fmt.Sprintf("run %d", i))
		text = strings.ReplaceAll(text, run.want.ID(), fmt.Sprintf("run %d", i))
	}
	var locked *store.LockedError
	switch {
	case err == nil:
	case errors.As(err, &locked):
		return fmt.Sprintf("%d of %s holds it", locked.PID, locked.RunID)
	case errors.Is(err, fs.ErrNotExist):
		text += " there is none"
	case errors.Is(err, fs.ErrExist):
		text += " there is one"
	case errors.Is(err, store.ErrNotLocked):
		text += " not locked"
	default:
		text += " " + err.Error()
	}
	return text
}

// callNames are the calls, in the order of [pair.make].
var callNames = []string{
	"lock", "lock", "create", "create", "save", "document", "begin", "begun", "name", "held", "forget", "close", "kill", "lose",
	"key", "write", "write", "open", "list", "remove", "discard", "runs", "run", "create journal", "open journal", "append", "truncate", "mark", "close journal",
}

// make makes a call to both stores.
func (m *pair) make(c aCall) (mine, want string) {
	switch name := callNames[c.what]; name {
	case "lock", "document", "begun", "key":
		return m.ofTenant(name, c)
	case "write", "open", "list", "remove", "discard", "run", "create journal", "open journal":
		if len(m.runs) > 0 {
			return m.ofRun(name, c)
		}
	case "append", "truncate", "mark", "close journal":
		if len(m.journals) > 0 {
			return m.ofJournal(name, c)
		}
	case "runs":
		return both(m.stores, func(s store.Store) string {
			ids, err := s.Runs()
			return m.describe(err, m.inOrderMade(ids))
		})
	default:
		if len(m.locks) > 0 {
			return m.ofLock(name, c)
		}
	}
	return "", ""
}

// inOrderMade sorts ids in the order in which the runs were made: ids of one second are random
// and differ between the stores.
func (m *pair) inOrderMade(ids []string) string {
	if !slices.IsSorted(ids) {
		return fmt.Sprintf("not in order: %q", ids)
	}
	var found []string
	for i, run := range m.runs {
		if slices.Contains(ids, run.mine.ID()) || slices.Contains(ids, run.want.ID()) {
			found = append(found, fmt.Sprint(i))
		}
	}
	return fmt.Sprint(len(ids), " ", found)
}

func (m *pair) ofTenant(name string, c aCall) (mine, want string) {
	of := m.tenants[c.a%2][c.b%3]
	doc, key := documents[c.a%3], []store.Key{store.FingerprintKey, store.SealKey}[c.a%2]
	switch name {
	case "lock":
		var locks []heldLock
		mine, want = both(of, func(of store.Tenant) string {
			l, err := of.Lock(holder(c.a+1, ""))
			if err != nil {
				return m.describe(err)
			}
			locks = append(locks, heldLock{of, l})
			return m.describe(nil, "left by", l.Predecessor().PID)
		})
		if len(locks) == 2 {
			m.locks = append(m.locks, two[heldLock]{locks[0], locks[1]})
		}
		return mine, want
	case "document":
		return both(of, func(of store.Tenant) string {
			data, err := of.Document(doc)
			return m.describe(err, string(data), of.Has(doc))
		})
	case "key":
		fresh := func() ([]byte, error) { return fmt.Appendf(nil, "key %d", c.a), nil }
		if c.a == 0 {
			fresh = nil
		}
		return both(of, func(of store.Tenant) string {
			data, err := of.Key(key, fresh)
			return m.describe(err, string(data), of.HasKey(key))
		})
	}
	return both(of, func(of store.Tenant) string {
		id, run, err := of.LastBegun()
		return m.describe(err, id, run != nil && err == nil)
	})
}

func (m *pair) ofLock(name string, c aCall) (mine, want string) {
	i := c.a % len(m.locks)
	l := m.locks[i]
	ask := func(do func(store.Lock) error) (string, string) {
		return both(l, func(l heldLock) string { return m.describe(do(l.held)) })
	}
	switch name {
	case "create":
		return m.create(l, c)
	case "save":
		return ask(func(l store.Lock) error { return l.Save(documents[c.b%3], fmt.Appendf(nil, "text %d", c.a)) })
	case "name":
		return ask(func(l store.Lock) error { return l.Name(fmt.Sprintf("name %d", c.b)) })
	case "held":
		return ask(store.Lock.Held)
	case "forget":
		return ask(func(l store.Lock) error { l.ForgetPredecessor(); return nil })
	case "close":
		return ask(func(l store.Lock) error { _ = l.Close(); return nil })
	case "begin":
		if len(m.runs) == 0 {
			return "", ""
		}
		run := m.runs[c.b%len(m.runs)]
		return m.describe(l.mine.held.Begin(run.mine)), m.describe(l.want.held.Begin(run.want))
	}
	if l.mine.held.Held() != nil {
		return "", "" // the process does not have it
	}
	provider, tenant := l.want.of.Of()
	m.model.Expire(provider, tenant)
	if name == "kill" || m.world.Lose == nil {
		m.world.Kill(l.mine.of, l.mine.held)
		m.locks = slices.Delete(m.locks, i, i+1)
	} else {
		m.world.Lose(l.mine.of, l.mine.held)
		for i, run := range m.runs {
			m.runs[i].fenced = run.fenced || m.world.Fenced && run.of == l.mine.of
		}
	}
	return "", ""
}
