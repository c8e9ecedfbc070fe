package doorflow

import (
	"context"

	"keyroster/reconcile"
)

// Choices implements [providers.Features.Choices]: the account's credential types, by label
// if that is unique, else by slug or id (DoorFlow API v3 reference, credential types).
func (c *Client) Choices(ctx context.Context) (map[string][]reconcile.Choice, error) {
	t, err := c.readTypes(ctx)
	if err != nil {
		return nil, err
	}
	var offered []reconcile.Choice
	for _, kind := range t.all {
		choice := reconcile.Choice{Text: string(kind.ID), Help: kind.Label}
		for _, name := range []string{kind.Slug, kind.Label} {
			if found, _ := t.find(name); found == kind {
				choice.Text = name
			}
		}
		if choice.Text == kind.Label {
			choice.Help, choice.ID = "id "+string(kind.ID), string(kind.ID)
		}
		offered = append(offered, choice)
	}
	if len(offered) == 0 {
		return nil, nil
	}
	return map[string][]reconcile.Choice{"type": offered}, nil
}
