//go:build postgres

package pgstore_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"keyroster/io/journalio"
	"keyroster/io/store"
	"keyroster/io/store/pgstore"
	"keyroster/io/store/pgstore/pgtest"
)

// TestJournalEndsWithTheLease: the journal of a run ends with its lease. What was announced is not
// sent, and whoever takes over reads what was written before.
func TestJournalEndsWithTheLease(t *testing.T) {
	pool := connect(t, database)
	schema := place(t, pool)
	_, l := take(t, process(t, pool, schema, long))
	run, err := l.Create("hq", night)
	must(t, err)
	j, err := run.StartJournal()
	must(t, err)
	must(t, j.Append(true, journalio.Entry{Kind: journalio.KindRun, Line: journalio.NoLine, Note: run.ID()}))
	must(t, j.Append(true, journalio.Entry{Kind: journalio.KindIntent, Attempt: 1}))
	must(t, j.Append(false, journalio.Entry{Kind: journalio.KindAnswer, Attempt: 1}))
	must(t, pgstore.RunOut(l))
	other := process(t, pool, schema, long)
	take(t, other)
	for range 2 {
		err := j.Append(true, journalio.Entry{Kind: journalio.KindIntent, Line: 1, Attempt: 1})
		if !errors.Is(err, store.ErrNotLocked) {
			t.Errorf("announced: %v", err)
		}
	}
	if err := j.Close(); !errors.Is(err, store.ErrNotLocked) {
		t.Errorf("closed: %v", err)
	}
	run, err = other.Run(run.ID())
	must(t, err)
	again, said, err := run.ResumeJournal()
	must(t, err)
	if said.Entries != 2 || len(said.InDoubt()) != 1 {
		t.Errorf("it says %+v", said)
	}
	must(t, again.Append(true, journalio.Entry{Kind: journalio.KindEnd, Line: journalio.NoLine}))
	must(t, again.Close())
}

// TestLeasesAreRenewed: a lease that is renewed outlives its length by far; one that is not can be
// taken.
func TestLeasesAreRenewed(t *testing.T) {
	pool := connect(t, database)
	schema := place(t, pool)
	const lease = 2 * time.Second
	s := process(t, pool, schema, lease)
	of, l := take(t, s)
	pause := func() { // on the server's clock
		_, err := pool.Exec(background, "SELECT pg_sleep(2.5)")
		must(t, err)
	}
	pause()
	must(t, l.Held())
	must(t, l.Save(store.StateDocument, []byte("x")))
	if _, err := of.Lock(store.Holder{}); err == nil {
		t.Error("two hold the lease")
	}
	must(t, l.Close())

	_, l = take(t, s)
	must(t, pgstore.RunOut(l)) // its process stood still
	next, err := of.Lock(store.Holder{})
	must(t, err)
	pause()
	if err := l.Held(); !errors.Is(err, store.ErrNotLocked) {
		t.Errorf("the renewal has not found out: %v", err)
	}
	must(t, next.Held())
	must(t, next.Close())
}

// TestWaitingEnds: no call waits for longer than a lease, whoever is in its way.
func TestWaitingEnds(t *testing.T) {
	pool := connect(t, database)
	schema := place(t, pool)
	s := process(t, pool, schema, time.Second)
	of, l := take(t, s)
	tx, err := pool.Begin(background)
	must(t, err)
	_, err = tx.Exec(background, `LOCK TABLE "`+schema+`".document, "`+schema+`".secret, "`+schema+`".worker`)
	must(t, err)
	began := time.Now()
	if err := l.Save(store.StateDocument, []byte("x")); err == nil {
		t.Error("it was saved")
	}
	if _, err := s.Board().Renew(store.Worker{Name: "one"}, nil, long); err == nil {
		t.Error("a worker was seen")
	}
	if !of.Has(store.StateDocument) || !of.HasKey(store.SealKey) {
		t.Error("what cannot be read is taken for what was never there")
	}
	if waited := time.Since(began); waited > 20*time.Second {
		t.Errorf("it took %v", waited)
	}
	must(t, tx.Rollback(background))
	of, err = process(t, pool, schema, long).Look("doorflow", "abc123")
	if must(t, err); of.Has(store.StateDocument) {
		t.Error("the document was saved after all")
	}
}

// TestPowerCut: what was written before a server lost power is there when it returns, and its
// clients continue.
func TestPowerCut(t *testing.T) {
	c, err := pgtest.Start()
	must(t, err)
	t.Cleanup(func() { must(t, c.Stop()) })
	pool := connect(t, c.URL())
	conn, err := pool.Acquire(background)
	must(t, err)
	_, err = pgstore.Migrate(background, conn.Conn())
	must(t, err)
	conn.Release()
	open := func() *pgstore.Store {
		s, err := pgstore.Open(background, pool, fleetKey(t), long)
		must(t, err)
		return s
	}
	w := atWork(t, open())
	_, err = w.journal.Write([]byte("one\ntwo\n"))
	must(t, errors.Join(err, w.journal.Sync()))
	must(t, w.run.Write(store.ReportCSVFile, text("report")))
	must(t, c.Crash())
	if !w.run.Has(store.PlanFile) { // the first answer of a broken connection is an error
		t.Error("what cannot be read is taken for what was never there")
	}
	pool.Reset() // the others are broken too, however many there are
	again, err := open().Run(w.run.ID())
	must(t, err)
	if got := read(t, again, store.JournalFile); got != "kept\none\ntwo\n" {
		t.Errorf("the journal is %q", got)
	}
	if got := read(t, again, store.ReportCSVFile); got != "report" {
		t.Errorf("the report is %q", got)
	}
	must(t, w.l.Held())
	must(t, w.l.Save(store.StateDocument, []byte("after")))
	w.append(t, "three\n")
	must(t, w.l.Close())
	if got := read(t, again, store.JournalFile); !strings.HasSuffix(got, "two\nthree\n") {
		t.Errorf("the journal is %q", got)
	}
}
