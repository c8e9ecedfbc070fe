package storetest

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"

	"keyroster/io/store"
)

var lockLaws = []law{
	{"one process holds a tenant's lock, and the others learn which", oneHolder},
	{"pid and host of a holder are filled in", filledInHolder},
	{"of all who race for a lock one gets it", racingForTheLock},
	{"each tenant has a lock of its own", locksOfTenants},
	{"a released lock can be taken, and releasing it again does nothing", releasedLocks},
	{"a released lock changes nothing any more", closedLocks},
	{"the lock of a process that was killed can be taken, and says who left it", killedHolder},
	{"a killed predecessor is reported until it was handled", leftUntilForgotten},
	{"any goroutine may ask whether the lock is held", askingWhetherHeld},
}

// refused tries to take a lock, which must fail, and returns its holder.
func refused(t *testing.T, of store.Tenant) store.Holder {
	t.Helper()
	l, err := of.Lock(holder(99, "too late"))
	if err == nil {
		_ = l.Close()
	}
	e, ok := errors.AsType[*store.LockedError](err)
	if !ok {
		t.Fatalf("two hold the lock: %v", err)
	}
	if e.Place != of.Place() {
		t.Errorf("the lock of %q is said to be that of %q", of.Place(), e.Place)
	}
	return e.Holder
}

// sameHolder compares holders of a lock.
func sameHolder(t *testing.T, what string, got, want store.Holder) {
	t.Helper()
	if !got.StartedAt.Equal(want.StartedAt) {
		t.Errorf("%s: since %v, want %v", what, got.StartedAt, want.StartedAt)
	}
	got.StartedAt = want.StartedAt
	if got != want {
		t.Errorf("%s: %+v, want %+v", what, got, want)
	}
}

func oneHolder(t *testing.T, open open) {
	w := open(t)
	mine, other := tenant(t, w.Open()), tenant(t, w.Open())
	l, err := mine.Lock(holder(7, ""))
	must(t, err)
	must(t, l.Held())
	sameHolder(t, "before the run has a name", refused(t, other), holder(7, ""))
	must(t, l.Name("20260131T020001Z-hq-00aa11"))
	sameHolder(t, "another process", refused(t, other), holder(7, "20260131T020001Z-hq-00aa11"))
	sameHolder(t, "the same process", refused(t, mine), holder(7, "20260131T020001Z-hq-00aa11"))
	must(t, l.Held())
	sameHolder(t, "left by", l.Predecessor(), store.Holder{})
	must(t, l.Close())
}

func filledInHolder(t *testing.T, open open) {
	w := open(t)
	l, err := tenant(t, w.Open()).Lock(store.Holder{StartedAt: began})
	must(t, err)
	got := refused(t, tenant(t, w.Open()))
	if host, _ := os.Hostname(); got.PID == 0 || got.Host != host || !got.StartedAt.Equal(began) {
		t.Errorf("holder %+v", got)
	}
	must(t, l.Close())
}

func racingForTheLock(t *testing.T, open open) {
	w := open(t)
	var tenants []store.Tenant
	for range 8 {
		tenants = append(tenants, tenant(t, w.Open()))
	}
	taken := make(chan store.Lock, len(tenants))
	var all sync.WaitGroup
	for i, of := range tenants {
		all.Go(func() {
			l, err := of.Lock(holder(i+1, ""))
			if err == nil {
				taken <- l
			} else if _, ok := errors.AsType[*store.LockedError](err); !ok {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(taken) != 1 {
		t.Fatalf("%d hold the lock", len(taken))
	}
	must(t, (<-taken).Close())
}

func locksOfTenants(t *testing.T, open open) {
	s := open(t).Open()
	locked(t, s)
	for _, id := range [][2]string{{"doorflow", "abc124"}, {"seam", "abc123"}} {
		of, err := s.Tenant(id[0], id[1])
		must(t, err)
		l, err := of.Lock(holder(2, ""))
		must(t, err)
		must(t, l.Close())
	}
}

func releasedLocks(t *testing.T, open open) {
	w := open(t)
	mine, other := tenant(t, w.Open()), tenant(t, w.Open())
	first, err := mine.Lock(holder(1, "one"))
	must(t, err)
	must(t, first.Close())
	must(t, first.Close())
	second, err := other.Lock(holder(2, "two"))
	must(t, err)
	sameHolder(t, "left by", second.Predecessor(), store.Holder{})
	must(t, first.Close())
	must(t, second.Held())
	sameHolder(t, "after the first let go once more", refused(t, mine), holder(2, "two"))
	must(t, second.Close())
	third, err := mine.Lock(holder(3, "three"))
	must(t, err)
	must(t, third.Close())
}

// changesNothing fails unless every change through a lock is refused.
func changesNothing(t *testing.T, l store.Lock, run *store.Run) {
	t.Helper()
	is(t, "held", l.Held(), store.ErrNotLocked)
	if err := l.Held(); err != nil && len(err.Error()) <= len(store.ErrNotLocked.Error()) {
		t.Errorf("no reason is given: %v", err)
	}
	if err := l.Held(); errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is taken for something that is asked for and not there: %v", err)
	}
	for _, name := range documents {
		is(t, "save", l.Save(name, []byte("too late")), store.ErrNotLocked)
	}
	is(t, "drop", l.Drop(store.StateDocument), store.ErrNotLocked)
	is(t, "set a key", l.SetKey(store.SealKey, []byte("too late")), store.ErrNotLocked)
	_, err := l.Adopt(elsewhere)
	is(t, "adopt", err, store.ErrNotLocked)
	is(t, "name", l.Name("too late"), store.ErrNotLocked)
	is(t, "begin", l.Begin(run), store.ErrNotLocked)
	made, err := l.Create("late", began)
	is(t, "create", err, store.ErrNotLocked)
	if made != nil {
		t.Errorf("run %s was made", made.ID())
	}
}

// untouched fails if one of those changes took effect.
func untouched(t *testing.T, s store.Store, of store.Tenant, run *store.Run) {
	t.Helper()
	if data, err := of.Document(store.StateDocument); err != nil || string(data) != "kept" {
		t.Errorf("the state is %q, %v", data, err)
	}
	if of.Has(store.ValuesDocument) {
		t.Error("a document came late")
	}
	if id, _, err := of.LastBegun(); err != nil || id != run.ID() {
		t.Errorf("begun is %q (%v), want %s", id, err, run.ID())
	}
	ids, err := s.Runs()
	must(t, err)
	for _, id := range ids {
		if strings.Contains(id, "late") {
			t.Errorf("run %s came late", id)
		}
	}
}

// usedLock is a lock through which everything was done once, and its two runs: one that was
// begun, and one that was not.
func usedLock(t *testing.T, s store.Store) (of store.Tenant, l store.Lock, run, other *store.Run) {
	t.Helper()
	of = tenant(t, s)
	l, err := of.Lock(holder(1, "one"))
	must(t, err)
	must(t, l.Save(store.StateDocument, []byte("kept")))
	run, err = l.Create("hq", began)
	must(t, err)
	other, err = l.Create("hq", began)
	must(t, err)
	must(t, l.Begin(run))
	return of, l, run, other
}

func closedLocks(t *testing.T, open open) {
	w := open(t)
	s := w.Open()
	of, l, run, other := usedLock(t, s)
	must(t, l.Close())
	changesNothing(t, l, other)
	untouched(t, s, of, run)
	next, err := tenant(t, w.Open()).Lock(holder(2, "two"))
	must(t, err)
	changesNothing(t, l, other)
	untouched(t, s, of, run)
	sameHolder(t, "the next holder", refused(t, of), holder(2, "two"))
	must(t, next.Held())
	must(t, next.Close())
}

func killedHolder(t *testing.T, open open) {
	w := open(t)
	of, l := locked(t, w.Open())
	must(t, l.Name("killed"))
	w.Kill(of, l)
	next, err := tenant(t, w.Open()).Lock(holder(2, ""))
	must(t, err)
	sameHolder(t, "left by", next.Predecessor(), holder(1, "killed"))
	sameHolder(t, "held by", refused(t, of), holder(2, ""))
	next.ForgetPredecessor()
	sameHolder(t, "left by, once looked after", next.Predecessor(), store.Holder{})
	must(t, next.Close())
	last, err := of.Lock(holder(3, ""))
	must(t, err)
	sameHolder(t, "left by, after all", last.Predecessor(), store.Holder{})
	must(t, last.Close())
}

func leftUntilForgotten(t *testing.T, open open) {
	w := open(t)
	of, l := locked(t, w.Open())
	must(t, l.Name("killed"))
	w.Kill(of, l)
	for i := range 3 {
		next, err := tenant(t, w.Open()).Lock(holder(2+i, "looked away"))
		must(t, err)
		sameHolder(t, "left by", next.Predecessor(), holder(1, "killed"))
		must(t, next.Close())
	}
	again, err := of.Lock(holder(9, "killed too"))
	must(t, err)
	w.Kill(of, again)
	next, err := tenant(t, w.Open()).Lock(holder(10, ""))
	must(t, err)
	sameHolder(t, "left by the last that was killed", next.Predecessor(), holder(9, "killed too"))
	next.ForgetPredecessor()
	must(t, next.Close())
}

func askingWhetherHeld(t *testing.T, open open) {
	_, l := locked(t, open(t).Open())
	done := make(chan struct{})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := l.Held(); err != nil && !errors.Is(err, store.ErrNotLocked) {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 5 {
		must(t, l.Save(store.StateDocument, []byte("x")))
		must(t, l.Name("run"))
		must(t, l.Held())
	}
	must(t, l.Close())
	is(t, "held", l.Held(), store.ErrNotLocked)
	close(done)
	all.Wait()
}
