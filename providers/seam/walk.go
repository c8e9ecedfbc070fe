package seam

import (
	"context"
	"errors"
	"fmt"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/providers/listing"
)

// walk reads one list of the API from its first page to its last, and proves that it did. T
// is an element as the API sends it.
type walk[T any] struct {
	listing.List[T]
	client *Client
	// member is the member of the answer that holds the elements.
	path, member string
	// filter are the parameters, the same for every page.
	filter map[string]any
	// unpaged lists have no limit and need no pagination member.
	unpaged bool
	// valid rejects elements that lack what they must have.
	valid func(*T) error
}

// read walks the list, and a second time if the first walk proves nothing.
func (w *walk[T]) read(ctx context.Context) (listing.Reading, error) {
	w.Log = w.client.log
	try := func(ctx context.Context, _ int) (listing.Reading, error) {
		volume := httpapi.NewVolume(httpapi.ListMax)
		return w.ByLink(ctx, func(ctx context.Context, cursor string, number int) (listing.Link[T], error) {
			return w.fetch(ctx, cursor, number, volume)
		}, true)
	}
	return w.Prove(ctx, 2, func(ctx context.Context, n int) (listing.Reading, error) {
		r, err := try(ctx, n)
		if n == 1 && isMismatch(err) {
			// A proxy in between changed our parameters: start over once.
			r, err = try(ctx, n)
		}
		return r, err
	})
}

// fetch gets one page.
func (w *walk[T]) fetch(
	ctx context.Context, cursor string, number int, volume *httpapi.Volume,
) (got listing.Link[T], err error) {
	body := map[string]any{}
	for name, value := range w.filter {
		body[name] = value
	}
	if !w.unpaged {
		body["limit"] = w.client.pageSize
	}
	if cursor != "" {
		body["page_cursor"] = cursor
	}
	name := fmt.Sprintf("list %s page %d", w.What, number)
	answer, err := w.client.read(ctx, name, w.path, body, volume)
	if err != nil {
		return got, err
	}
	err = answer.take(w.member, &got.Rows)
	for i := 0; err == nil && i < len(got.Rows); i++ {
		err = w.valid(&got.Rows[i])
	}
	if raw := string(answer["pagination"]); err == nil && raw != "" && raw != "null" {
		var next struct {
			More   *bool  `json:"has_next_page"`
			Cursor string `json:"next_page_cursor"`
		}
		if err = answer.take("pagination", &next); err == nil && next.More == nil {
			err = errors.New("the answer does not report whether there is a next page")
		}
		got.Next, got.Last = next.Cursor, next.More != nil && !*next.More
	} else if got.Last = true; !w.unpaged && len(got.Rows) >= w.client.pageSize {
		got.Objection = "the answer is full but does not mention further pages: possibly truncated"
	}
	if err != nil {
		return got, failure.Unreadable(name, nil, err)
	}
	return got, nil
}
