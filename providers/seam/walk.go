package seam

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// maxPages bounds a walk whose end the server does not declare.
const maxPages = 100_000

// walk reads one list of the API from its first page to its last, and proves
// that it did. T is the element as the API gives it.
type walk[T any] struct {
	client *Client
	// what names the elements in messages; member is where they stand in the
	// answer.
	what, path, member string
	// filter are the parameters, the same for every page.
	filter map[string]any
	// unpaged lists have no limit and need no pagination member.
	unpaged bool
	// valid refuses an element that is not one, and id is its identity.
	valid func(*T) error
	id    func(*T) string
	// restart forgets all elements; keep takes one, once for each id.
	restart func()
	keep    func(*T)
	// progress is told how many elements were kept since the restart.
	progress func(done int)
}

// reading is what one reading of a list proves.
type reading struct {
	evidence reconcile.Evidence
	pages    int
	unique   int
	// print is equal for two readings of the same ids, in whatever order.
	print uint64
	// doubt is what speaks against completeness.
	doubt string
}

// seed makes the prints of all readings comparable.
var seed = maphash.MakeSeed()

// read walks the list, and a second time if the first walk proves nothing.
func (w *walk[T]) read(ctx context.Context) (reading, error) {
	first, err := w.try(ctx)
	if isMismatch(err) {
		// Somebody in between changed our parameters: start over once.
		first, err = w.try(ctx)
	}
	if err != nil || first.evidence != reconcile.EvidenceNone {
		return first, err
	}
	w.client.log.Debug().Str("list", w.what).Str("doubt", first.doubt).Msg("not proved complete: reading the list again")
	second, err := w.try(ctx)
	second.pages += first.pages
	switch {
	case err != nil || second.evidence != reconcile.EvidenceNone:
		return second, err
	case first.unique == second.unique && first.print == second.print && first.doubt == doubtUneven && second.doubt == doubtUneven:
		second.evidence = reconcile.EvidenceTwice
		return second, nil
	}
	return second, fmt.Errorf("list %s: %s: %w", w.what, second.doubt, reconcile.ErrIncomplete)
}

// doubtUneven: a page before the last one held fewer elements than the page
// before it, as if one had been dropped.
const doubtUneven = "a page in the middle is shorter than the others"

// page is the pagination member of an answer.
type page struct {
	More   *bool  `json:"has_next_page"`
	Cursor string `json:"next_page_cursor"`
}

// try walks the list once. The error is that of a request; doubts are in the
// reading.
func (w *walk[T]) try(ctx context.Context) (reading, error) {
	w.restart()
	r := reading{evidence: reconcile.EvidenceTerminated}
	seen := map[uint64]struct{}{}
	cursor, full, volume := "", 0, httpapi.NewVolume(httpapi.ListMax)
	for {
		rows, next, err := w.fetch(ctx, cursor, r.pages+1, volume)
		if err != nil {
			return r, err
		}
		r.pages++
		fresh := w.take(rows, seen, &r)
		if w.progress != nil {
			w.progress(r.unique)
		}
		switch {
		case next == nil && (w.unpaged || len(rows) < w.client.pageSize):
			return r, nil
		case next == nil:
			return r.doubts("the answer is full and says nothing of further pages: possibly truncated"), nil
		case r.pages > 1 && len(rows) > 0 && fresh == 0:
			return r.doubts(fmt.Sprintf("page %d only repeats what was read", r.pages)), nil
		case r.pages > 1 && fresh > full, r.pages > 1 && *next.More && fresh < full:
			r.doubts(doubtUneven)
		}
		if !*next.More {
			return r, nil
		}
		full = max(full, fresh)
		switch {
		case next.Cursor == "" || next.Cursor == cursor:
			return r.doubts(fmt.Sprintf("page %d is not the last and leads nowhere", r.pages)), nil
		case r.pages == maxPages:
			return r.doubts(fmt.Sprintf("no end after %d pages", maxPages)), nil
		}
		cursor = next.Cursor
	}
}

// doubts notes a doubt, the first of which stays, and takes the evidence away.
func (r *reading) doubts(words string) reading {
	if r.doubt == "" {
		r.doubt, r.evidence = words, reconcile.EvidenceNone
	}
	return *r
}

// take keeps the elements whose id was not there before, and counts them.
func (w *walk[T]) take(rows []T, seen map[uint64]struct{}, r *reading) (fresh int) {
	for i := range rows {
		hash := maphash.String(seed, w.id(&rows[i]))
		if _, repeated := seen[hash]; repeated {
			continue
		}
		seen[hash] = struct{}{}
		r.print += hash
		r.unique++
		fresh++
		w.keep(&rows[i])
	}
	return fresh
}

// fetch gets one page. A nil page is an answer without pagination.
func (w *walk[T]) fetch(ctx context.Context, cursor string, number int, volume *httpapi.Volume) ([]T, *page, error) {
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
	name := fmt.Sprintf("list %s page %d", w.what, number)
	got, err := w.client.readPage(ctx, name, w.path, body, volume)
	if err != nil {
		return nil, nil, err
	}
	var rows []T
	if err := got.take(w.member, &rows); err != nil {
		return nil, nil, failure.Unreadable(name, nil, err)
	}
	for i := range rows {
		if err := w.valid(&rows[i]); err != nil {
			return nil, nil, failure.Unreadable(name, nil, err)
		}
	}
	if raw, found := got["pagination"]; !found || string(raw) == "null" {
		return rows, nil, nil
	}
	var next page
	if err := got.take("pagination", &next); err != nil {
		return nil, nil, failure.Unreadable(name, nil, err)
	}
	if next.More == nil {
		return nil, nil, failure.Unreadable(name, nil, errors.New("the answer does not say whether there is a next page"))
	}
	return rows, &next, nil
}
