package seam

import (
	"context"
	"fmt"

	"keyroster/providers"
)

// Examine implements [providers.Features.Examine]. A Seam key has no scopes: a valid one
// may read and write its whole workspace (Seam API reference, authentication). What can
// stop a run is an access system that Seam cannot reach.
func (c *Client) Examine(ctx context.Context) []providers.Check {
	rights := providers.Check{Name: "rights", Detail: "a valid key can read and write the whole workspace"}
	systems, err := c.readSystems(ctx)
	if err != nil {
		return []providers.Check{rights, {Name: "access systems", Err: err}}
	}
	out := []providers.Check{rights}
	if len(systems) == 0 {
		out = append(
			out,
			providers.Check{
				Name:   "access systems",
				Detail: "the workspace has none",
				Remedy: "connect an access system in Seam's console",
			},
		)
	}
	for _, s := range systems {
		exam := providers.Check{Name: "access system", Detail: fmt.Sprintf("%s (%s) is connected", s.Name, s.title())}
		if len(s.Errors) > 0 {
			exam.Detail = fmt.Sprintf("%s (%s) has the error %s", s.Name, s.title(), s.Errors[0].ErrorCode)
			exam.Remedy = "reconnect it in Seam's console; until then changes wait"
		}
		out = append(out, exam)
	}
	return out
}
