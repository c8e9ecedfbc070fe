package seam_test

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
		"doors without a name": func(c *providers.Client) {
			c.Places = func(context.Context) (map[string][]string, error) { return map[string][]string{"A": {""}}, nil }
		},
		"nothing is completed": func(c *providers.Client) {
			c.Complete = func(_ context.Context, records *reconcile.Set) (*reconcile.Set, []string, error) {
				return records, nil, nil
			}
		},
		"each wish is called altered": func(c *providers.Client) {
			c.StoredAs = func(_, _ reconcile.Record, _ int) string { return "altered" }
		},
		"what is there is called lacking": func(c *providers.Client) {
			c.Prove = func(_ context.Context, accepted []reconcile.Accepted) (map[int]reconcile.Lack, error) {
				return map[int]reconcile.Lack{accepted[0].Line: {Words: "it is not there"}}, nil
			}
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
