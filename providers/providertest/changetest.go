package providertest

import (
	"maps"
	"net/http"

	"keyroster/providers"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// changeTest is a new account with a client that is about to make one change.
type changeTest struct {
	*world
	client *providers.Client
	action reconcile.Action
	// only is the plan of the change.
	only   *reconcile.Plan
	change reconcile.Change
}

func newChangeTest(t prover, s *Suite, action reconcile.Action, with ...setting) *changeTest {
	t.Helper()
	w := newWorld(t, s, nil)
	client := w.open(with...)
	plan := w.planned(client, action)
	return &changeTest{w, client, action, plan, plan.Change(0)}
}

// forEachAction runs a law with every action.
func forEachAction(t prover, s *Suite, play func(x *changeTest), with ...setting) {
	for _, action := range actions {
		play(newChangeTest(t, s, action, with...))
	}
}

// run makes the change with its own client.
func (x *changeTest) run(with ...func(*engine.Options)) *engine.Run {
	x.Helper()
	return x.apply(x.client, x.only, with...)
}

// threeRows plans the three rows, one for each action.
func (w *world) threeRows(client *providers.Client) *reconcile.Plan {
	w.Helper()
	return w.plan(client, reconcile.Policy{}, w.suite.Create, w.suite.Update, w.suite.Delete)
}

// changeElsewhere makes a change with another client.
func (w *world) changeElsewhere(action reconcile.Action) {
	w.Helper()
	other := w.open()
	if res := w.first(w.apply(other, w.planned(other, action))); res.Outcome != reconcile.Applied {
		w.Fatalf("%s behind the client's back: %s: %s", action, res.Outcome, res.Reason)
	}
}

// outcome fails the test unless the first line of a run ended with want; what follows the
// action in the message.
func (x *changeTest) outcome(run *engine.Run, want reconcile.Outcome, what string) *engine.Result {
	x.Helper()
	res := x.first(run)
	if res.Outcome != want {
		x.Errorf("%s%s: %s, want %s: %s", x.action, what, res.Outcome, want, res.Reason)
	}
	return res
}

// fails fails the test unless an error is of a class.
func (w *world) fails(err error, class reconcile.Class, what any) {
	w.Helper()
	if w.leaks.collect(err); reconcile.ClassOf(err) != class {
		w.Errorf("%v: class %d, want %d: %v", what, reconcile.ClassOf(err), class, err)
	}
}

// wrote fails the test unless the account was changed by exactly these calls.
func (w *world) wrote(want map[string]int) {
	w.Helper()
	if got := w.gate.applied(); !maps.Equal(want, got) {
		w.Errorf("applied %v, want %v", got, want)
	}
}

// onWrites lets answer choose the handler of the calls that are writes.
func (w *world) onWrites(writes map[string]int, answer func(request) http.Handler) {
	w.gate.set(func(r request) http.Handler {
		if writes[r.call()] > 0 {
			return answer(r)
		}
		return nil
	})
}
