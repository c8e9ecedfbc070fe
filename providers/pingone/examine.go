package pingone

import (
	"context"
	"fmt"

	"keyroster/providers"
)

// Examine implements [providers.Features.Examine]: the credential types, of which there
// are few. Rights to write are roles of the worker application, which it cannot
// read (PingOne platform reference, roles).
func (c *Client) Examine(ctx context.Context) []providers.Exam {
	types := providers.Exam{Name: "credential types"}
	if listing, err := c.proved(ctx, nil); err != nil {
		types.Err = err
	} else {
		types.Says = fmt.Sprintf("%d can be listed", len(listing.documents))
	}
	return []providers.Exam{types, {
		Name: "right to write",
		Says: "PingOne does not tell it beforehand: the worker application needs a role that may manage credential types of this environment",
	}}
}
