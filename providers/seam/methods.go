package seam

import (
	"context"

	"keyroster/reconcile"
)

// Types implements [providers.Features.Types]: the access methods, which all workspaces share.
func (c *Client) Types(context.Context) ([]reconcile.Type, error) {
	types := make([]reconcile.Type, len(methods))
	for i, method := range methods {
		types[i].ID = method
	}
	return types, nil
}
