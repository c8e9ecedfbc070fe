package httpapi

import "context"

// Doer makes calls: a [Client], or what tests put in its place.
type Doer interface {
	Do(ctx context.Context, request Request) (*Response, error)
}
