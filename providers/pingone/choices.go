package pingone

import (
	"context"
	"slices"

	"keyroster/reconcile"
)

// Choices implements [providers.Features.Choices]: the environment's credential types, by
// id, and the issuers and kinds of card that they name. What is the same in every
// environment (modes, truth values, numbers of columns) is in the schema.
func (c *Client) Choices(ctx context.Context) (map[string][]reconcile.Choice, error) {
	r, err := c.readProved(ctx, nil)
	if err != nil {
		return nil, err
	}
	types := slices.SortedFunc(slices.Values(r.documents), func(a, b document) int {
		return slices.Compare([]string{rawText(a["title"]), a.id()}, []string{rawText(b["title"]), b.id()})
	})
	found := map[string][]reconcile.Choice{}
	for _, d := range types {
		found["credential_type_id"] = append(
			found["credential_type_id"], reconcile.Choice{Text: d.id(), Help: rawText(d["title"])},
		)
	}
	for _, name := range []string{"issuer_name", "card_type"} {
		var words []string
		for _, d := range types {
			if word := rawText(d[paths[index(name)].member]); word != "" {
				words = append(words, word)
			}
		}
		slices.Sort(words)
		for _, word := range slices.Compact(words) {
			found[name] = append(found[name], reconcile.Choice{Text: word})
		}
	}
	if len(found) == 0 {
		return nil, nil
	}
	return found, nil
}
