package doorflow_test

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
		"one that the Spec does not name": func(c *providers.Client) {
			c.StoredAs = func(_, _ reconcile.Record, _ int) string { return "" }
		},
		"one that is not there": func(c *providers.Client) { c.Examine = nil },
		"a holder is left out": func(c *providers.Client) {
			read := c.ReadHolders
			c.ReadHolders = func(ctx context.Context) (*reconcile.Holders, error) {
				holders, err := read(ctx)
				fewer := reconcile.NewHolders()
				for h := range holders.All() {
					if h.ID != "101" {
						fewer.Add(&h)
					}
				}
				return fewer, err
			}
		},
		"everybody is found": func(c *providers.Client) {
			c.HolderIDs = func(context.Context, string, string) ([]string, error) { return []string{"101", "102", "103"}, nil }
		},
		"nobody is looked up":    func(c *providers.Client) { c.LookUpHolders = func(context.Context, []string) error { return nil } },
		"everybody has one name": func(c *providers.Client) { c.HolderName = func(string) (string, string) { return "Ann", "" } },
		"no type is found": func(c *providers.Client) {
			c.Types = func(context.Context) ([]reconcile.Type, error) { return nil, nil }
		},
		"a type of PINs is one of cards": func(c *providers.Client) {
			c.PINTypes = func(ctx context.Context) (map[string]bool, error) {
				pins := map[string]bool{}
				cards, err := c.CardTypes(ctx)
				for _, id := range cards {
					pins[id] = true
				}
				return pins, err
			}
		},
		"no type has PINs": func(c *providers.Client) {
			c.PINTypes = func(context.Context) (map[string]bool, error) { return nil, nil }
		},
		"a column that is none": func(c *providers.Client) {
			c.Choices = func(context.Context) (map[string][]reconcile.Choice, error) {
				return map[string][]reconcile.Choice{"colour": {{Text: "red"}}}, nil
			}
		},
		"no call is foreseen": func(c *providers.Client) { c.Forecast = func(providers.Forecast) providers.Calls { return nil } },
		"an exam that says nothing": func(c *providers.Client) {
			c.Examine = func(context.Context) []providers.Check { return []providers.Check{{Name: "login"}} }
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
