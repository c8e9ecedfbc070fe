package pingone_test

import (
	"context"
	"testing"

	"keyroster/providers"
	"keyroster/providers/providertest"
	"keyroster/reconcile"
)

// TestFeatureLawsHaveTeeth: a wrong feature breaks the laws of features.
func TestFeatureLawsHaveTeeth(t *testing.T) {
	for name, spoil := range map[string]func(c *providers.Client){
		"cards of a type that is not there": func(c *providers.Client) {
			c.IssuedCards = func(context.Context, *reconcile.Set) (map[string]int, error) { return map[string]int{"t0": 1}, nil }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !providertest.FeatureBreaks(t, laws(), spoil) {
				t.Error("no law sees it")
			}
		})
	}
}
