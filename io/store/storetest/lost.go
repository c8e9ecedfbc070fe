package storetest

import (
	"testing"

	"keyroster/io/store"
)

var lostLaws = []law{
	{"a lock that was lost changes nothing any more", lostLocks},
	{"a lock that was lost does nothing to who has it now", lostAndTaken},
}

func lostLocks(t *testing.T, open open) {
	w := open(t)
	s := w.Open()
	of, l, run, other := atWork(t, s)
	w.Lose(of, l)
	changesNothing(t, l, other)
	untouched(t, s, of, run)
	_ = l.Close() // whether that is an error is the store's own affair
	changesNothing(t, l, other)
	untouched(t, s, of, run)
}

func lostAndTaken(t *testing.T, open open) {
	w := open(t)
	s := w.Open()
	of, l, run, other := atWork(t, s)
	w.Lose(of, l)
	now, err := tenant(t, w.Open()).Lock(holder(2, "two"))
	must(t, err)
	sameHolder(t, "left by", now.Left(), holder(1, "one"))
	for range 2 {
		changesNothing(t, l, other)
		untouched(t, s, of, run)
		must(t, now.Held())
		sameHolder(t, "held by", refused(t, of), holder(2, "two"))
		_ = l.Close()
	}
	now.Forget()
	must(t, now.Save(store.StateDocument, []byte("kept")))
	must(t, now.Begin(other))
	must(t, now.Close())
	// Nor does it come back once the lock is free.
	changesNothing(t, l, run)
	untouched(t, s, of, other)
	last, err := of.Lock(holder(3, "three"))
	must(t, err)
	sameHolder(t, "left by, after all", last.Left(), store.Holder{})
	must(t, last.Close())
}
