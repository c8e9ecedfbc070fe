package engine

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"keyroster/reconcile"
)

// bad panics in one method for one record, like a provider with a mistake, before or after a write
// took effect.
type bad struct {
	*provider
	method, id string
	after      bool
}

func (b *bad) raise(method, id string) {
	if method == b.method && (id == b.id || id == "") {
		panic("value " + cardNumber(1))
	}
}

func (b *bad) Read(ctx context.Context, c reconcile.Change) (reconcile.Record, error) {
	b.raise("read", b.name(c))
	return b.provider.Read(ctx, c)
}

func (b *bad) Write(ctx context.Context, c reconcile.Change) (reconcile.Receipt, error) {
	if !b.after {
		b.raise("write", b.name(c))
	}
	receipt, err := b.provider.Write(ctx, c)
	b.raise("write", b.name(c))
	return receipt, err
}

func (b *bad) List(ctx context.Context, s reconcile.Scope, progress func(int, int)) (*reconcile.Listing, error) {
	b.raise("list", "")
	return b.provider.List(ctx, s, progress)
}

func (b *bad) Finish(ctx context.Context, accepted []reconcile.Accepted) (reconcile.Finish, error) {
	b.raise("finish", "")
	return b.provider.Finish(ctx, accepted)
}

// TestPanicsOfAProvider: a provider that panics in one method fails one record, or the listing, and
// nothing else; after a write the record is read back. No message contains a value.
func TestPanicsOfAProvider(t *testing.T) {
	for _, c := range []struct {
		method string
		after  bool
		want   reconcile.Outcome
		holds  string
	}{
		{"read", false, reconcile.Failed, "v1"},
		{"write", false, reconcile.Failed, "v1"},
		{"write", true, reconcile.Applied, "w1"},
		{"list", false, reconcile.Applied, "w1"},
		{"finish", false, reconcile.Applied, "w1"},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := &bad{provider: newProvider(3), method: c.method, id: "c1", after: c.after}
			j := newMemoryJournal(1 << 30)
			run := Apply(t.Context(), p.plan(t, false, update(0, "w0"), update(1, "w1"), update(2, "w2")), Options{Provider: p, Concurrency: 2, Journal: j})
			Deliver(t.Context(), run, p, j)
			_, listErr := NewRecentWrites(0).List(t.Context(), p, reconcile.Scope{}, nil)
			for i := range 3 {
				res, want, holds := run.Result(i), reconcile.Applied, fmt.Sprint("w", i)
				if i == 1 {
					want, holds = c.want, c.holds
				}
				if res.Outcome != want || p.records[fmt.Sprint("c", i)][2] != holds || j.results[i].Outcome != want {
					t.Errorf("%s %v: c%d: %v (%s), holds %s", c.method, c.after, i, res.Outcome, res.Reason, p.records[fmt.Sprint("c", i)][2])
				}
				if res.Outcome == reconcile.Failed &&
					!strings.Contains(res.Reason, "internal error (an error of string at guard_test.go:") ||
					strings.Contains(res.Reason, cardNumber(1)) {
					t.Errorf("%s: %s", c.method, res.Reason)
				}
			}
			if (listErr != nil) != (c.method == "list") || (run.FinishErr != nil) != (c.method == "finish") || run.Stop != nil {
				t.Errorf("%s: list %v, finish %v, stop %v", c.method, listErr, run.FinishErr, run.Stop)
			}
		})
	}
}

// broken is a journal that panics on one line.
type broken struct {
	NoJournal
	line int
}

func (b broken) Intent(s Step, _ int) error {
	if s.Line == b.line {
		panic("value")
	}
	return nil
}

// TestPanicsOfTheEngine: a mistake in the engine itself leaves one chain in doubt.
func TestPanicsOfTheEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, rows := swap(2)
		p.put("c7", "h7", "card", "70000001")
		rows = append(rows, update(7, "70000002"))
		run := Apply(t.Context(), p.plan(t, true, rows...), Options{Provider: p, Concurrency: 2, Journal: broken{line: 0}, Park: parking, Freshness: FreshListing})
		if len(run.Parked) != 1 || run.Result(0).Outcome != reconcile.Unknown || run.Result(1).Outcome != reconcile.Unknown || run.Result(2).Outcome != reconcile.Applied {
			t.Errorf("parked %v, %v, %v, %v", run.Parked, run.Result(0).Outcome, run.Result(1).Outcome, run.Result(2).Outcome)
		}
	})
}
