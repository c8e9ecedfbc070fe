package storetest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"keyroster/io/journalio"
	"keyroster/io/store"
	"keyroster/io/store/memory"
)

var modelLaws = []law{
	{"whatever two processes do, the answers are those of a store in memory", sameAsMemory},
}

// longest bounds the calls of one history: a store on a disk waits for each.
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

// aCall is a call that is made of both stores; a and b choose what of.
type aCall struct{ what, a, b int }

var calls = rapid.Custom(func(t *rapid.T) aCall {
	return aCall{
		rapid.IntRange(0, len(callNames)-1).Draw(t, "call"), rapid.IntRange(0, 5).Draw(t, "a"),
		rapid.IntRange(0, 3).Draw(t, "b"),
	}
})

// two are one thing of both stores: of the one that is tried, and of the model.
type two[T any] struct{ mine, want T }

// pair is a store and its model, and what the calls so far have made in both.
type pair struct {
	world    World
	model    *memory.Store
	stores   two[store.Store]
	tenants  [2][3]two[store.Tenant]
	locks    []two[heldLock]
	runs     []madeRun
	journals []openJournal
}

// madeRun is a run as a process has it that made it under the lock of a tenant.
type madeRun struct {
	two[*store.Run]
	of store.Tenant
	// fenced: the process lost the lock. What becomes of its calls is no matter of the
	// model.
	fenced bool
}

// openJournal is the open journal of a run.
type openJournal struct {
	run   int
	files two[journalio.File]
	marks two[journalio.Mark]
}

// end lets go of all, so that nothing is left open.
func (m *pair) end() {
	for _, j := range m.journals {
		_, _ = j.files.mine.Close(), j.marks.mine.Close(false)
	}
	for _, l := range m.locks {
		_ = l.mine.held.Close()
	}
}

// both asks both stores the same.
func both[T any](of two[T], ask func(T) string) (mine, want string) {
	return ask(of.mine), ask(of.want)
}

// said is an answer to a call in words that both stores share.
func (m *pair) said(err error, answer ...any) string {
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

// make makes a call of both.
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
			return m.said(err, m.inOrderMade(ids))
		})
	default:
		if len(m.locks) > 0 {
			return m.ofLock(name, c)
		}
	}
	return "", ""
}

// inOrderMade has the ids in an order that both stores share: those of runs of one
// second are random.
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
				return m.said(err)
			}
			locks = append(locks, heldLock{of, l})
			return m.said(nil, "left by", l.Left().PID)
		})
		if len(locks) == 2 {
			m.locks = append(m.locks, two[heldLock]{locks[0], locks[1]})
		}
		return mine, want
	case "document":
		return both(of, func(of store.Tenant) string {
			data, err := of.Document(doc)
			return m.said(err, string(data), of.Has(doc))
		})
	case "key":
		fresh := func() ([]byte, error) { return fmt.Appendf(nil, "key %d", c.a), nil }
		if c.a == 0 {
			fresh = nil
		}
		return both(of, func(of store.Tenant) string {
			data, err := of.Key(key, fresh)
			return m.said(err, string(data), of.HasKey(key))
		})
	}
	return both(of, func(of store.Tenant) string {
		id, run, err := of.Begun()
		return m.said(err, id, run != nil && err == nil)
	})
}

func (m *pair) ofLock(name string, c aCall) (mine, want string) {
	i := c.a % len(m.locks)
	l := m.locks[i]
	ask := func(do func(store.Lock) error) (string, string) {
		return both(l, func(l heldLock) string { return m.said(do(l.held)) })
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
		return ask(func(l store.Lock) error { l.Forget(); return nil })
	case "close":
		return ask(func(l store.Lock) error { _ = l.Close(); return nil })
	case "begin":
		if len(m.runs) == 0 {
			return "", ""
		}
		run := m.runs[c.b%len(m.runs)]
		return m.said(l.mine.held.Begin(run.mine)), m.said(l.want.held.Begin(run.want))
	}
	if l.mine.held.Held() != nil {
		return "", "" // it is not its to lose
	}
	provider, tenant := l.want.of.Of()
	m.model.Expire(provider, tenant)
	if name == "kill" {
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

func (m *pair) create(l two[heldLock], c aCall) (mine, want string) {
	var runs []*store.Run
	mine, want = both(l, func(l heldLock) string {
		run, err := l.held.Create(fmt.Sprintf("hq/%d", c.b), began)
		if err == nil {
			runs = append(runs, run)
		}
		return m.said(err)
	})
	if len(runs) == 2 {
		m.runs = append(m.runs, madeRun{two[*store.Run]{runs[0], runs[1]}, l.mine.of, false})
	}
	return mine, want
}

func (m *pair) ofRun(name string, c aCall) (mine, want string) {
	i := c.a % len(m.runs)
	run := m.runs[i]
	if run.fenced {
		return "", ""
	}
	file := []string{"plan.json", "report.files/1.txt", "report.files/2.txt", store.JournalFile}[c.b]
	switch name {
	case "run":
		return m.said(m.found(m.stores.mine, run.mine)), m.said(m.found(m.stores.want, run.want))
	case "create journal", "open journal":
		return m.openJournal(name, i)
	case "discard", "write", "remove":
		if name != "discard" && file != store.JournalFile {
			break
		}
		// A journal that goes away under its owner is not worth a promise.
		m.journals = slices.DeleteFunc(m.journals, func(j openJournal) bool {
			return j.run == i && errors.Join(j.files.mine.Close(), j.marks.mine.Close(false)) == nil
		})
	}
	return both(run.two, func(run *store.Run) string {
		switch name {
		case "write":
			return m.said(run.Write(file, text(fmt.Sprint("file ", c.a))))
		case "remove":
			return m.said(run.Remove(file))
		case "discard":
			return m.said(run.Discard())
		case "list":
			list, err := run.List()
			return m.said(err, fmt.Sprint(len(list), list))
		}
		f, err := run.Open(file)
		if err != nil {
			return m.said(err, run.Has(file))
		}
		data, err := io.ReadAll(f)
		return m.said(errors.Join(err, f.Close()), string(data), run.Has(file))
	})
}

// found opens a run by its id and by its place.
func (m *pair) found(s store.Store, run *store.Run) error {
	_, err := s.Run(run.ID())
	if _, other := s.Run(run.Place()); (err == nil) != (other == nil) {
		return errors.New("the id finds another than the place")
	}
	return err
}

func (m *pair) openJournal(name string, i int) (mine, want string) {
	j := openJournal{run: i}
	opened := func(run *store.Run) (journalio.File, journalio.Mark, error) {
		if name == "create journal" {
			return run.CreateJournal()
		}
		return run.OpenJournal()
	}
	var mineErr, wantErr error
	j.files.mine, j.marks.mine, mineErr = opened(m.runs[i].mine)
	j.files.want, j.marks.want, wantErr = opened(m.runs[i].want)
	if mineErr == nil && wantErr == nil {
		m.journals = append(m.journals, j)
	}
	return m.said(mineErr), m.said(wantErr)
}

func (m *pair) ofJournal(name string, c aCall) (mine, want string) {
	i := c.a % len(m.journals)
	j := m.journals[i]
	fenced := m.runs[j.run].fenced
	if fenced && name != "close journal" {
		return "", ""
	}
	switch name {
	case "append":
		return both(j.files, func(f journalio.File) string {
			n, err := f.Write(fmt.Appendf(nil, "line %d\n", c.b))
			return m.said(errors.Join(err, f.Sync()), n)
		})
	case "truncate":
		return both(j.files, func(f journalio.File) string { return m.said(f.Truncate(0)) })
	case "mark":
		return both(j.marks, func(k journalio.Mark) string {
			return m.said(k.Put(fmt.Appendf(nil, "mark %d", c.b)))
		})
	}
	m.journals = slices.Delete(m.journals, i, i+1)
	mine, want = both(j.files, func(f journalio.File) string { return m.said(f.Close()) })
	mineMark, wantMark := both(j.marks, func(k journalio.Mark) string { return m.said(k.Close(c.b > 1)) })
	if fenced {
		return "", ""
	}
	return mine + mineMark, want + wantMark
}
