package providertest

import (
	"context"
	"errors"
	"sync/atomic"

	"keyroster/providers"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// errGateClosed is the error of a fence that refuses a write.
var errGateClosed = errors.New("the lease is over")

// fence is a gate of the transport that lets opens writes pass.
type fence struct {
	opens int64
	asked atomic.Int64
}

func (f *fence) setting(env *providers.Env) {
	env.HTTP.Gate = func(context.Context) error {
		if f.asked.Add(1) > f.opens {
			return errGateClosed
		}
		return nil
	}
}

// asksBeforeItWrites: every request that changes something asks the transport's gate, and
// nothing else does; what it refuses is not sent, was not attempted, and ends the run. The
// sandbox's log proves it.
func asksBeforeItWrites(t prover, s *Suite) {
	for _, action := range actions {
		gateClosed(t, s, action)
	}
	gateClosesAfterOne(t, s)
	gateOpen(t, s)
}

// gateClosed: logins and reads pass, writes do not.
func gateClosed(t prover, s *Suite, action reconcile.Action) {
	shut := &fence{}
	x := newChangeTest(t, s, action, shut.setting)
	if _, err := x.client.Tenant(t.Context()); err != nil {
		t.Fatalf("tenant: %v", err)
	}
	if _, err := x.client.Read(t.Context(), x.change); err != nil {
		t.Fatalf("read: %v", err)
	}
	if n := shut.asked.Load(); n != 0 {
		t.Errorf("%s: %d reads or logins asked the gate", action, n)
	}
	_, err := x.client.Write(t.Context(), x.change)
	if x.fails(err, reconcile.Fenced, action); !errors.Is(err, errGateClosed) {
		t.Errorf("%s: %v", action, err)
	}
	run := x.run()
	if x.outcome(run, reconcile.NotAttempted, " in a run"); !errors.Is(run.Stop, errGateClosed) {
		t.Errorf("%s in a run: stopped by %v", action, run.Stop)
	}
	if _, err = x.client.Finish(t.Context(), nil); err != nil {
		x.fails(err, reconcile.Fenced, "finish")
	}
	x.wroteNothing()
	writes := x.writes(action)
	for _, r := range x.gate.seen() {
		if writes[r.call()] > 0 {
			t.Errorf("%s: %s was sent", action, r.call())
		}
	}
}

// run applies the three rows behind the gate, one after the other.
func (f *fence) run(t prover, s *Suite) (*world, *engine.Run) {
	w := newWorld(t, s, nil)
	client := w.open(f.setting)
	plan := w.threeRows(client)
	run := w.apply(client, plan, func(o *engine.Options) { o.Concurrency = 1 })
	engine.Deliver(t.Context(), run, client, leakJournal{w.leaks})
	return w, run
}

// gateClosesAfterOne: a run whose gate shuts after a write sends no other.
func gateClosesAfterOne(t prover, s *Suite) {
	once := &fence{opens: 1}
	w, run := once.run(t, s)
	if n := sum(w.gate.applied()); n != 1 || !errors.Is(run.Stop, errGateClosed) {
		t.Errorf("a gate that opens once: wrote %v, stopped by %v", w.gate.applied(), run.Stop)
	}
	applied := 0
	for row := range 3 {
		switch outcome := run.Outcome(row); outcome {
		case reconcile.Applied:
			applied++
		case reconcile.NotAttempted, reconcile.Failed: // failed: the second call of a change
		default:
			t.Errorf("a gate that opens once: row %d: %s: %s", row, outcome, run.Result(row).Reason)
		}
	}
	if applied > 1 {
		t.Errorf("a gate that opens once: %d rows are reported as applied", applied)
	}
}

// gateOpen: each write asks once, also in runs that are refused.
func gateOpen(t prover, s *Suite) {
	open := &fence{opens: 1 << 30}
	w, _ := open.run(t, s)
	if asked, wrote := open.asked.Load(), sum(w.gate.applied()); asked != int64(wrote) || wrote < 3 {
		t.Errorf("the gate was asked %d times for %v", asked, w.gate.applied())
	}
}

func sum(calls map[string]int) int {
	n := 0
	for _, times := range calls {
		n += times
	}
	return n
}
