package engine

import (
	"testing"
	"testing/synctest"

	"keyroster/reconcile"
)

// TestConvergedMeansEffective: a line that needed no change but is known not to be effective keeps
// a run from converging, whatever else was applied; nothing is sent for it.
func TestConvergedMeansEffective(t *testing.T) {
	for effect, converged := range map[reconcile.Effect]bool{
		reconcile.EffectUnknown: true, reconcile.EffectYes: true, reconcile.EffectPending: false,
		reconcile.EffectFailed: false,
	} {
		for name, rows := range map[string][]map[string]string{
			"alone":           {update(1, "v1")},
			"beside a change": {update(1, "v1"), update(0, "new")},
		} {
			synctest.Test(t, func(t *testing.T) {
				p := newProvider(3)
				p.standing = map[int]reconcile.EffectState{
					1: {Effect: effect, Words: []string{"words"}}, 2: {Effect: reconcile.EffectFailed},
				}
				run := Apply(t.Context(), p.plan(t, false, rows...), Options{Provider: p})
				Deliver(t.Context(), run, p, nil)
				listing, _ := p.List(t.Context(), reconcile.Scope{}, nil)
				Verify(run, listing)
				if run.Converged() != converged || len(run.Results()) != len(rows)-1 || p.records["c1"][2] != "v1" {
					t.Errorf("%s, effect %q: converged %v, %d sent", name, effect, run.Converged(), len(run.Results()))
				}
			})
		}
	}
}
