package seam

import (
	"context"
	"fmt"

	"keyroster/providers"
)

// Examine implements [providers.Features.Examine]. A Seam key has no scopes: one that
// is good may read and write all of its workspace (Seam API reference,
// authentication). What stands in the way is an access system that Seam cannot
// reach.
func (c *Client) Examine(ctx context.Context) []providers.Exam {
	rights := providers.Exam{Name: "rights", Says: "a good key may read and write the whole workspace"}
	systems, err := c.readSystems(ctx)
	if err != nil {
		return []providers.Exam{rights, {Name: "access systems", Err: err}}
	}
	out := []providers.Exam{rights}
	if len(systems) == 0 {
		out = append(
			out,
			providers.Exam{
				Name:   "access systems",
				Says:   "the workspace has none",
				Remedy: "connect an access system in Seam's console",
			},
		)
	}
	for _, s := range systems {
		exam := providers.Exam{Name: "access system", Says: fmt.Sprintf("%s (%s) is connected", s.Name, s.title())}
		if len(s.Errors) > 0 {
			exam.Says = fmt.Sprintf("%s (%s) has the error %s", s.Name, s.title(), s.Errors[0].ErrorCode)
			exam.Remedy = "connect it again in Seam's console; until then changes to it only wait"
		}
		out = append(out, exam)
	}
	return out
}
