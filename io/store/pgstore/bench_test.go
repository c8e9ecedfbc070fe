//go:build postgres

package pgstore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"keyroster/io/journalio"
	"keyroster/io/store"
	"keyroster/io/store/pgstore"
)

// counting counts the statements of a pool.
type counting struct {
	mu  sync.Mutex
	all map[string]int
}

func (c *counting) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all[strings.Join(strings.Fields(data.SQL), " ")]++
	return ctx
}

func (*counting) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (c *counting) sum() (n int) {
	for _, times := range c.all {
		n += times
	}
	return n
}

// counted returns a store whose statements are counted.
func counted(t testing.TB) (*pgstore.Store, *counting) {
	t.Helper()
	pool := connect(t, database)
	config := pool.Config()
	c := &counting{all: map[string]int{}}
	config.ConnConfig.Tracer = c
	config.MaxConns = 42 // as many as three workers of eight slots have
	traced, err := pgxpool.NewWithConfig(background, config)
	must(t, err)
	t.Cleanup(traced.Close)
	s := process(t, traced, place(t, pool), long)
	clear(c.all)
	return s, c
}

// changes takes a run with the given number of changes through its store, four at a time, as an
// apply does.
func changes(s store.Store, account string, changes int) error {
	of, err := s.Tenant("doorflow", account)
	if err != nil {
		return err
	}
	l, err := of.Lock(store.Holder{})
	if err != nil {
		return err
	}
	run, err := l.Create(account, night)
	if err != nil {
		return err
	}
	state := store.State{OpenRun: run.ID()}
	_, keyErr := store.Fingerprints(of)
	_, _, sealErr := store.SealKeyOf(of)
	var j *journalio.Journal
	for _, do := range []func() error{
		func() error { return keyErr },
		func() error { return sealErr },
		func() error { return l.Name(run.ID()) },
		func() error { return run.Write(store.PlanFile, text("{}")) },
		func() error { return run.Write(store.SealedFile, text("x")) },
		func() error { return run.Write(store.UndoFile, text("x")) },
		func() error { return old(s, account) },
		func() error { return l.Begin(run) },
		func() error { return store.SaveState(of, l, state) },
		func() (err error) { j, err = run.StartJournal(); return err },
		func() error { return appendChanges(j, changes) },
		func() error { return j.Close() },
		func() error { return store.SaveState(of, l, store.State{}) },
		func() error { return store.SaveValues(l, store.Values{KeyID: "k"}) },
		func() error { return run.Write(store.ReportJSONFile, text("{}")) },
		func() error { return run.Write(store.ReportCSVFile, text("x")) },
		func() error { return run.Write(store.ReportXLSXFile, text("x")) },
		func() error { return run.Write(store.ReportHTMLFile, text("x")) },
		func() error { return run.Unseal() },
		func() error { return run.WriteManifest(store.Manifest{Account: account}) },
		func() error { return l.Close() },
	} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// old does to old runs what their age calls for.
func old(s store.Store, account string) error {
	store.HasUndo(s, account, night)
	_, emptyErr := store.DiscardEmpty(s, account, night)
	_, wipeErr := store.WipeUndo(s, account, night)
	_, expireErr := store.Expire(s, account, night.AddDate(0, -3, 0))
	return errors.Join(emptyErr, wipeErr, expireErr)
}

// keep gives an account a run for each of the given number of nights.
func keep(s store.Store, account string, nights int) error {
	of, err := s.Tenant("doorflow", account)
	if err != nil {
		return err
	}
	l, err := of.Lock(store.Holder{})
	if err != nil {
		return err
	}
	for i := range nights {
		run, err := l.Create(account, night.AddDate(0, 0, -i-1))
		if err == nil {
			err = run.WriteManifest(store.Manifest{Account: account})
		}
		if err != nil {
			return err
		}
	}
	return l.Close()
}

// appendChanges writes the lines of the given number of changes, whose intents are synced four at a
// time.
func appendChanges(j *journalio.Journal, changes int) error {
	for done := 0; done < changes; done += 4 {
		var intents []journalio.Entry
		for i := range 4 {
			intents = append(intents, journalio.Entry{Kind: journalio.KindIntent, Line: done + i, Attempt: 1})
		}
		if err := j.Append(true, intents...); err != nil {
			return err
		}
		for i := range 4 {
			for _, kind := range []journalio.Kind{journalio.KindAnswer, journalio.KindOutcome} {
				if err := j.Append(false, journalio.Entry{Kind: kind, Line: done + i, Attempt: 1}); err != nil {
					return err
				}
			}
		}
	}
	return j.Append(true, journalio.Entry{Kind: journalio.KindEnd, Line: journalio.NoLine})
}

// TestStatementsOfARun: a run needs few statements, and their number grows neither with the lines
// of its journal that need no sync nor with the runs that are kept.
func TestStatementsOfARun(t *testing.T) {
	s, c := counted(t)
	must(t, keep(s, "first", 30))
	clear(c.all)
	must(t, changes(s, "first", 40))
	first := c.sum()
	clear(c.all)
	must(t, changes(s, "first", 40))
	for _, sql := range slices.Sorted(func(yield func(string) bool) {
		for sql, n := range c.all {
			if !yield(fmt.Sprintf("%3d %.400s", n, sql)) {
				return
			}
		}
	}) {
		t.Log(sql)
	}
	if n := c.sum(); n > 70 {
		t.Errorf("a run of 40 changes takes %d statements", n)
	} else {
		t.Logf("%d statements, %d of them the first time", n, first)
	}
}

// BenchmarkFencedAppend appends a line to a journal that is fenced and survives a power cut, in one
// run and in as many at once as three workers have.
func BenchmarkFencedAppend(b *testing.B) {
	line := []byte(strings.Repeat("x", 400) + "\n")
	for _, runs := range []int{1, 24} {
		b.Run(fmt.Sprintf("runs=%d", runs), func(b *testing.B) {
			s, _ := counted(b)
			var journals []journalio.File
			for i := range runs {
				of, err := s.Tenant("doorflow", fmt.Sprint("tenant", i))
				must(b, err)
				l, err := of.Lock(store.Holder{})
				must(b, err)
				b.Cleanup(func() { must(b, l.Close()) })
				run, err := l.Create("hq", night)
				must(b, err)
				file, _, err := run.CreateJournal()
				must(b, err)
				journals = append(journals, file)
			}
			took := make([][]time.Duration, runs)
			b.ResetTimer()
			var all errgroup.Group
			for i, file := range journals {
				all.Go(func() error {
					for range b.N {
						began := time.Now()
						_, err := file.Write(line)
						if err = errors.Join(err, file.Sync()); err != nil {
							return err
						}
						took[i] = append(took[i], time.Since(began))
					}
					return nil
				})
			}
			must(b, all.Wait())
			each := slices.Sorted(slices.Values(slices.Concat(took...)))
			b.ReportMetric(float64(each[len(each)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(each[len(each)*99/100].Microseconds()), "p99-µs")
		})
	}
}

// BenchmarkRun does everything that a run of 40 changes asks of the store.
func BenchmarkRun(b *testing.B) {
	s, c := counted(b)
	i := 0
	for b.Loop() {
		i++
		must(b, changes(s, fmt.Sprint("account", i), 40))
	}
	b.ReportMetric(float64(c.sum())/float64(b.N), "statements/op")
}
