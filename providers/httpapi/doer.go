package httpapi

import "context"

// Doer makes calls: a [Client], or what tests put in its place.
type Doer interface {
	Do(ctx context.Context, request Request) (*Response, error)
}

// Close ends the idle connections of a doer that has any.
func Close(d Doer) {
	if c, ok := d.(interface{ Close() }); ok {
		c.Close()
	}
}
