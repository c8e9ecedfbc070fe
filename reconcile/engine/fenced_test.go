package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"keyroster/reconcile"
)

var errShut = errors.New("the lease is over")

// fencing is a provider that sends the first left writes and fails the later ones.
type fencing struct {
	*provider
	left int
	err  func() error
}

func (f *fencing) Write(ctx context.Context, c reconcile.Change) (reconcile.Receipt, error) {
	if f.left--; f.left < 0 {
		f.log = append(f.log, "fenced "+f.name(c))
		return reconcile.Receipt{}, f.err()
	}
	return f.provider.Write(ctx, c)
}

// fenced returns the failure of a write that the transport's gate refused.
func fenced() error {
	return &reconcile.Failure{Class: reconcile.Fenced, Reason: "update: not sent", Err: errShut}
}

// half returns the failure of a change whose first call took effect and whose second was fenced.
func half() error {
	return &reconcile.Failure{Class: reconcile.Refused, Reason: "half done", Err: fenced()}
}

// TestAFencedWriteStopsTheRun: what was fenced was not attempted, and nothing is sent after it.
func TestAFencedWriteStopsTheRun(t *testing.T) {
	for name, c := range map[string]struct {
		open   int
		script []fault
		err    func() error
		// applied, left and failed count the outcomes; left is not attempted.
		applied, left, failed int
		attempts              int // of the fenced line
	}{
		"the first":                    {open: 0, err: fenced, left: 4},
		"a later one":                  {open: 2, err: fenced, applied: 2, left: 2},
		"the last":                     {open: 3, err: fenced, applied: 3, left: 1},
		"one whose answer was lost":    {open: 3, err: fenced, script: []fault{{class: reconcile.Lost}}, applied: 2, left: 2, attempts: 1},
		"the second call of a change":  {open: 1, err: half, applied: 1, left: 2, failed: 1, attempts: 1},
		"the second call of the last":  {open: 3, err: half, applied: 3, failed: 1, attempts: 1},
		"one that was refused by both": {open: 0, err: half, left: 3, failed: 1, attempts: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &fencing{provider: newProvider(4), left: c.open, err: c.err}
				p.script["c2"] = c.script
				plan := p.plan(t, false, update(0, "a"), update(1, "b"), update(2, "c"), update(3, "d"))
				run := Apply(t.Context(), plan, Options{Provider: p, Concurrency: 1})
				s := plan.Summarize(run.Outcome)
				if s.Applied != c.applied || s.NotAttempted != c.left || s.Failed != c.failed {
					t.Errorf("%+v: %v", s, p.log)
				}
				if !errors.Is(run.Stop, errShut) || !reconcile.IsFenced(run.Stop) {
					t.Errorf("stopped by %v", run.Stop)
				}
				if last := p.log[len(p.log)-1]; !strings.HasPrefix(last, "fenced ") {
					t.Errorf("the run went on: %v", p.log)
				}
				for i := range 4 {
					res := run.Result(i)
					if res.Outcome != reconcile.Applied && res.Reason == "" {
						t.Errorf("line %d: %v for no reason", i, res.Outcome)
					}
					if strings.HasSuffix(p.log[len(p.log)-1], plan.Change(i).Have.ID()) && res.Attempts != c.attempts {
						t.Errorf("line %d: %d attempts are told, want %d", i, res.Attempts, c.attempts)
					}
				}
			})
		})
	}
}

// TestAFencedCycleIsLeftToOthers: wherever a cycle is fenced, nothing more of it is sent, neither
// forward nor back, and a record on a temporary value is named.
func TestAFencedCycleIsLeftToOthers(t *testing.T) {
	const n = 3
	for open := range n + 1 {
		synctest.Test(t, func(t *testing.T) {
			inner, rows := swap(n)
			p := &fencing{provider: inner, left: open, err: fenced}
			run := Apply(t.Context(), p.plan(t, true, rows...), Options{Provider: p, Concurrency: 1, Park: parking})
			writes := 0
			for _, call := range p.log {
				if strings.HasPrefix(call, "update ") {
					writes++
				}
			}
			if writes != open || !reconcile.IsFenced(run.Stop) {
				t.Errorf("open for %d: %v, stopped by %v", open, p.log, run.Stop)
			}
			if parked := open > 0; parked != (len(run.Parked) == 1) {
				t.Errorf("open for %d: parked %v", open, run.Parked)
			}
			if got := run.Result(1).Outcome; open == 0 && got != reconcile.NotAttempted && got != reconcile.Blocked {
				t.Errorf("open for %d: %v", open, got)
			}
		})
	}
}
