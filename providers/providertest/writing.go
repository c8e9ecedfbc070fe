package providertest

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// appliesOnce: an applied change is not applied again, neither by an earlier plan nor by a
// run that does not know how the first one ended.
func appliesOnce(t prover, s *Suite) {
	stale := map[reconcile.Action]reconcile.Outcome{
		reconcile.Create: reconcile.Conflict, reconcile.Update: reconcile.Conflict, reconcile.Delete: reconcile.Applied,
	}
	inDoubt := func(o *engine.Options) { o.Prior = func(int) engine.Prior { return engine.Prior{InDoubt: true} } }
	forEachAction(t, s, func(x *changeTest) {
		if x.outcome(x.run(), reconcile.Applied, "").Outcome != reconcile.Applied {
			return
		}
		done, records := x.gate.applied(), x.list(x.client).Records.Len()
		x.outcome(x.apply(x.open(), x.only), stale[x.action], " by a plan from before")
		x.outcome(x.apply(x.open(), x.only, inDoubt), reconcile.Applied, " that was in doubt")
		x.wrote(done)
		if n := x.list(x.client).Records.Len(); n != records {
			t.Errorf("%s: %d records, and after two more tries %d", x.action, records, n)
		}
		x.inSync(reconcile.Policy{}, s.rows()[x.action])
	})
}

// leavesWhatMoved: a record that another client changed since the listing is not touched.
func leavesWhatMoved(t prover, s *Suite) {
	x := newChangeTest(t, s, reconcile.Update)
	x.changeElsewhere(reconcile.Update)
	done := x.gate.applied()
	x.outcome(x.run(), reconcile.Conflict, " of a record that moved")
	x.wrote(done)
	if s.Spec.Schema.OneEach {
		createsNoSecond(t, s)
	}
}

// createsNoSecond: if there is one record for each key, the provider itself refuses a
// second, even to a run that does not look first.
func createsNoSecond(t prover, s *Suite) {
	x := newChangeTest(t, s, reconcile.Create)
	x.changeElsewhere(reconcile.Create)
	records := x.list(x.client).Records.Len()
	x.outcome(x.run(trustListing), reconcile.Conflict, " of a record that was created meanwhile")
	if n := x.list(x.client).Records.Len(); n != records {
		t.Errorf("%d records, and after a second creation %d", records, n)
	}
}

// writesNothingOnceCancelled: with a cancelled context no call changes anything, and every
// method returns the context's error; a run that is cancelled on the way finishes what is
// in flight and starts nothing new.
func writesNothingOnceCancelled(t prover, s *Suite) {
	forEachAction(t, s, func(x *changeTest) {
		done := x.gate.applied()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := x.client.Write(ctx, x.change)
		x.cancelled(x.action.String(), err)
		_, err = x.client.Read(ctx, x.change)
		x.cancelled("read", err)
		_, err = x.client.List(ctx, reconcile.Scope{}, nil)
		x.cancelled("list", err)
		_, err = x.client.Tenant(ctx)
		x.cancelled("tenant", err)
		run := engine.Apply(ctx, x.only, engine.Options{Provider: x.client, StoredAs: x.client.StoredAs})
		if x.outcome(run, reconcile.NotAttempted, " in a run that was cancelled before"); run.Wrote {
			t.Errorf("%s in a run that was cancelled before: it wrote", x.action)
		}
		x.wrote(done)
	})
	w := newWorld(t, s, nil)
	client := w.open()
	plan := w.threeRows(client)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w.onWrites(w.writes(actions...), func(request) http.Handler {
		cancel()
		return nil
	})
	run := engine.Apply(
		ctx, plan,
		engine.Options{Provider: client, StoredAs: client.StoredAs, Concurrency: 1, Journal: leakJournal{w.leaks}},
	)
	outcomes := map[reconcile.Outcome]int{}
	for _, res := range run.Results() {
		outcomes[res.Outcome]++
	}
	if outcomes[reconcile.Applied] != 1 || outcomes[reconcile.NotAttempted] != 2 ||
		!errors.Is(run.Stop, context.Canceled) {
		t.Errorf("cancelled during the first write: %v, stopped by %v", outcomes, run.Stop)
	}
}

// cancelled fails the test unless an error is that of a cancelled context.
func (w *world) cancelled(what string, err error) {
	w.Helper()
	w.leaks.collect(err)
	if !errors.Is(err, context.Canceled) {
		w.Errorf("%s with a cancelled context: %v", what, err)
	}
}

// writesNothingReadOnly: a client that may only read can list, and refuses a write before
// anything is sent.
func writesNothingReadOnly(t prover, s *Suite) {
	forEachAction(t, s, func(x *changeTest) {
		if _, err := x.client.Tenant(t.Context()); err != nil {
			t.Fatalf("tenant: %v", err)
		}
		_, err := x.client.Write(t.Context(), x.change)
		x.fails(err, reconcile.Unsafe, x.action)
		x.outcome(x.run(), reconcile.Blocked, " in a run")
		x.wroteNothing()
	}, readOnly)
}

// rehearsals remember the calls by which each action changes an account, once it was tried.
type rehearsals struct {
	mu    sync.Mutex
	calls map[reconcile.Action]map[string]int
}

// writes counts the calls by which the suite's changes change the account; they are
// rehearsed in accounts of their own.
func (w *world) writes(of ...reconcile.Action) map[string]int {
	w.Helper()
	known := w.suite.rehearsals
	known.mu.Lock()
	defer known.mu.Unlock()
	calls := map[string]int{}
	for _, action := range of {
		if known.calls[action] == nil {
			known.calls[action] = w.rehearse(action)
		}
		for call, n := range known.calls[action] {
			calls[call] += n
		}
	}
	return calls
}

func (w *world) rehearse(action reconcile.Action) map[string]int {
	w.Helper()
	rehearsal := newWorld(w.prover, w.suite, nil)
	rehearsal.changeElsewhere(action)
	calls := rehearsal.gate.applied()
	if len(calls) == 0 {
		w.Fatal("no call changed anything: does the sandbox mark what it applied?")
	}
	return calls
}

// converges: the three rows, and the suite's other rosters, are applied, verified and
// effective; then there is nothing left to do. Together they try everything that the schema
// says about its columns.
func converges(t prover, s *Suite) {
	tried, ran := newCoverage(s.Spec.Schema), 0
	cases := append([]Case{{Name: "create, update, delete", Rows: []Row{s.Create, s.Update, s.Delete}}}, s.Cases...)
	for _, c := range cases {
		t.Run(c.Name, func(t prover) {
			w := newWorld(t, s, c.Set)
			client := w.open(c.setting)
			plan := w.plan(client, c.Policy, c.Rows...)
			run := w.apply(client, plan)
			ran++
			if c.Ends != nil {
				w.ends(run, c.Ends)
				return
			}
			tried.add(plan)
			engine.Deliver(t.Context(), run, client, leakJournal{w.leaks})
			engine.Verify(run, w.listOf(client, c.Policy.Holders))
			if run.FinishErr != nil || !run.Converged() {
				t.Errorf("not converged: finish %v", run.FinishErr)
				w.explain(run)
			}
			w.finds(w.open(c.setting), c.Policy, c.Rows...)
			if w.leaks.size() == 0 {
				t.Error("nothing was logged: the law on secrets proves nothing")
			}
		})
	}
	if ran < len(cases) {
		return // only some were selected on the command line
	}
	for _, missing := range tried.missing() {
		t.Error(missing + ": a client that never sends that would keep this law")
	}
}

// ends compares the outcomes of a run's rows with the wanted ones.
func (w *world) ends(run *engine.Run, want []reconcile.Outcome) {
	w.Helper()
	for row := range want {
		if got := run.Outcome(row); got != want[row] {
			w.Errorf("row %d: %s, want %s", row, got, want[row])
			w.explain(run)
			return
		}
	}
}

// explain logs the outcomes of the rows.
func (w *world) explain(run *engine.Run) {
	w.Helper()
	w.Logf("stopped: %v", run.Stop)
	for i := range run.Plan.Lines {
		l := &run.Plan.Lines[i]
		if l.Row < 0 {
			continue
		}
		w.Logf("row %d: %s, %s, %s: %s", l.Row, l.Situation, l.Action, run.Outcome(i), run.Plan.TextOf(l.Reason))
		if res := run.Result(i); res != nil {
			w.Logf(
				"    %s, effect %q, verified %v, warnings %q", res.Reason, res.Effect,
				res.Verified != nil && *res.Verified, res.Warnings,
			)
		}
	}
}
