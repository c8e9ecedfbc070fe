package doorflow

import "context"

// CardTypes implements [providers.Features.CardTypes]: the ids of the credential types of
// cards and fobs (DoorFlow API v3 reference, credential types: code 200). DoorFlow does not
// document what the values of other codes are.
func (c *Client) CardTypes(ctx context.Context) ([]string, error) {
	types, err := c.readTypes(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, t := range types.all {
		if t.Code == codeCard {
			out = append(out, string(t.ID))
		}
	}
	return out, nil
}
