package seam

import (
	"context"
	"slices"
	"strings"
)

// TypeIDs are the access methods that a text names, without regard to case; one
// that ends in * is the beginning of one.
func (c *Client) TypeIDs(_ context.Context, text string) ([]string, error) {
	wanted := strings.ToLower(text)
	prefix, open := strings.CutSuffix(wanted, "*")
	return slices.DeleteFunc(slices.Clone(methods), func(method string) bool {
		return method != wanted && (!open || !strings.HasPrefix(method, prefix))
	}), nil
}
