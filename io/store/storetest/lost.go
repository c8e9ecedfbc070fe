package storetest

import (
	"errors"
	"testing"

	"keyroster/io/store"
)

var lostLaws = []law{
	{"a lock that was lost changes nothing any more", lostLocks},
	{"a lost lock does not affect its new holder", lostAndTaken},
	{"a process that lost the lock changes no file of a run, where the store fences files", lostFiles},
}

func lostLocks(t *testing.T, open open) {
	w := open(t)
	if w.Lose == nil {
		return
	}
	s := w.Open()
	of, l, run, other := usedLock(t, s)
	w.Lose(of, l)
	changesNothing(t, l, other)
	untouched(t, s, of, run)
	_ = l.Close() // a store may return an error or not
	changesNothing(t, l, other)
	untouched(t, s, of, run)
}

func lostAndTaken(t *testing.T, open open) {
	w := open(t)
	if w.Lose == nil {
		return
	}
	s := w.Open()
	of, l, run, other := usedLock(t, s)
	w.Lose(of, l)
	now, err := tenant(t, w.Open()).Lock(holder(2, "two"))
	must(t, err)
	sameHolder(t, "left by", now.Predecessor(), holder(1, "one"))
	for range 2 {
		changesNothing(t, l, other)
		untouched(t, s, of, run)
		must(t, now.Held())
		sameHolder(t, "held by", refused(t, of), holder(2, "two"))
		_ = l.Close()
	}
	now.ForgetPredecessor()
	must(t, now.Save(store.StateDocument, []byte("kept")))
	must(t, now.Begin(other))
	must(t, now.Close())
	// Nor does the lock come back once it is free.
	changesNothing(t, l, run)
	untouched(t, s, of, other)
	last, err := of.Lock(holder(3, "three"))
	must(t, err)
	sameHolder(t, "left by, after all", last.Predecessor(), store.Holder{})
	must(t, last.Close())
}

func lostFiles(t *testing.T, open open) {
	w := open(t)
	if !w.Fenced {
		return // a folder does not fence writes
	}
	s := w.Open()
	of, l, run, other := usedLock(t, s)
	must(t, run.Write(store.PlanFile, text("kept")))
	file, mark, err := run.CreateJournal()
	must(t, err)
	w.Lose(of, l)
	again, err := s.Run(run.ID())
	must(t, err)
	for range 2 {
		for _, run := range []*store.Run{run, again} {
			is(t, "write", run.Write(store.PlanFile, text("late")), store.ErrNotLocked)
			is(t, "remove", run.Remove(store.PlanFile), store.ErrNotLocked)
			is(t, "discard", run.Discard(), store.ErrNotLocked)
		}
		_, _, err := other.CreateJournal()
		is(t, "make a journal", err, store.ErrNotLocked)
		_, err = file.Write([]byte("late"))
		is(t, "append", errors.Join(err, file.Sync()), store.ErrNotLocked)
		is(t, "mark", mark.Put([]byte("late")), store.ErrNotLocked)
		wantFiles(t, run, map[string]string{store.PlanFile: "kept", store.JournalFile: ""})
		_ = l.Close() // a lost lock is not released
	}
	_, _ = file.Close(), mark.Close(false)
}
