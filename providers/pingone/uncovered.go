package pingone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"keyroster/providers"
	"keyroster/providers/failure"
	"keyroster/providers/lookup"
	"keyroster/reconcile"
)

// uncovered returns the members of a document that no column holds, except those that only
// the server writes.
func (d document) uncovered() []reconcile.UncoveredPart {
	whole, children := map[string]bool{}, map[string]map[string]bool{}
	for _, p := range paths {
		if p.child == "" {
			whole[p.member] = true
			continue
		}
		if children[p.member] == nil {
			children[p.member] = map[string]bool{}
		}
		children[p.member][p.child] = true
	}
	var out []reconcile.UncoveredPart
	for _, member := range slices.Sorted(maps.Keys(d)) {
		switch {
		case whole[member], slices.Contains(owned, member), providers.Blank(d[member]):
		case children[member] == nil || d.inner(member) == nil:
			out = append(out, reconcile.UncoveredPart{Name: member})
		default:
			for _, child := range providers.UncoveredParts(d[member], children[member]) {
				out = append(out, reconcile.UncoveredPart{Name: member + "." + child.Name})
			}
		}
	}
	return out
}

// uncovered returns what the types of a listing have that no column holds: members of their
// documents, and their issuance rules, which are records of their own.
func (c *Client) uncovered(ctx context.Context, documents []document) (map[int][]reconcile.UncoveredPart, error) {
	rules := make([]*reconcile.UncoveredPart, len(documents))
	if err := lookup.Each(ctx, c.concurrency, len(documents), func(ctx context.Context, n int) (err error) {
		rules[n], err = c.uncoveredRules(ctx, documents[n].id())
		return err
	}); err != nil {
		return nil, err
	}
	out := map[int][]reconcile.UncoveredPart{}
	for n, d := range documents {
		parts := d.uncovered()
		if rules[n] != nil {
			parts = append(parts, *rules[n])
		}
		if len(parts) > 0 {
			out[n] = parts
		}
	}
	return out, nil
}

// uncoveredRules describes a type's issuance rules, nil if it has none.
func (c *Client) uncoveredRules(ctx context.Context, id string) (*reconcile.UncoveredPart, error) {
	const name = "issuanceRules"
	list, err := readRules(
		ctx, c, id, func(raw json.RawMessage) (string, error) { return string(raw), nil },
		func(rule *string) string { return *rule },
	)
	count := len(list)
	switch class := reconcile.ClassOf(err); {
	case class == reconcile.Gone, class == reconcile.Refused, failure.In(err).HTTPStatus == http.StatusForbidden,
		errors.Is(err, reconcile.ErrIncomplete):
		return &reconcile.UncoveredPart{
			Name:   name,
			Reason: "PingOne does not allow reading its issuance rules, so none can be copied",
		}, nil
	case err != nil:
		return nil, err
	case count == 0:
		return nil, nil
	}
	return &reconcile.UncoveredPart{
		Name: name,
		Reason: fmt.Sprintf(
			"its %s to groups, populations and wallets of its own environment: create such rules again; without them no "+
				"card is issued",
			plural(count, "issuance rule")+belongs(count),
		),
	}, nil
}

func belongs(n int) string {
	if n == 1 {
		return " belongs"
	}
	return " belong"
}
