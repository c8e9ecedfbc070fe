package seam

import (
	"context"

	"keyroster/reconcile"
)

// Choices implements [providers.Features.Choices]: the workspace's access systems, by id
// (Seam API reference, access systems).
func (c *Client) Choices(ctx context.Context) (map[string][]reconcile.Choice, error) {
	systems, err := c.readSystems(ctx)
	if err != nil || len(systems) == 0 {
		return nil, err
	}
	var offered []reconcile.Choice
	for _, s := range systems {
		offered = append(offered, reconcile.Choice{Text: s.ID, Help: s.Name})
	}
	return map[string][]reconcile.Choice{"acs_system_id": offered}, nil
}
