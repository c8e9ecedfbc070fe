package pingone

import (
	"context"
	"fmt"

	"keyroster/providers"
)

// Examine implements [providers.Features.Examine]: it reads the credential types, of which
// there are few. Rights to write are roles of the worker application, which it cannot read
// (PingOne platform reference, roles).
func (c *Client) Examine(ctx context.Context) []providers.Check {
	types := providers.Check{Name: "credential types"}
	if listing, err := c.readProved(ctx, nil); err != nil {
		types.Err = err
	} else {
		types.Detail = fmt.Sprintf("%d can be listed", len(listing.documents))
	}
	return []providers.Check{types, {
		Name: "right to write",
		Detail: "PingOne does not report it: the worker application needs a role that can manage credential types of " +
			"this environment",
	}}
}
