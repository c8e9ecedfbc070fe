package doorflow

import "context"

// PINTypes returns the ids of the credential types whose values are PINs, typed at a keypad
// (DoorFlow API v3 reference, credential types: code 10).
func (c *Client) PINTypes(ctx context.Context) (map[string]bool, error) {
	types, err := c.readTypes(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for id, t := range types.byID {
		if t.Code == codePIN {
			out[id] = true
		}
	}
	return out, nil
}
