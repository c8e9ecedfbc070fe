package doorflow

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// The strategies of a listing.
const (
	listAuto    = "auto"
	listPages   = "pages"
	listUnpaged = "skip_pagination"
)

// maxPages bounds a walk whose end the server does not declare.
const maxPages = 100_000

// lister reads one list of the API whole, and proves it. T is the element as
// the API gives it.
type lister[T any] struct {
	client *Client
	// what names the elements in messages: "credentials".
	what  string
	path  string
	query url.Values
	// wrapper is the member that some versions of the API wrap the list in.
	wrapper  string
	size     int
	strategy string
	// valid refuses an element that is not one, and id is its identity.
	valid func(*T) error
	id    func(*T) string
	// restart forgets all elements; keep takes one. keep is called once for
	// each id, by one goroutine at a time, in the order of the pages.
	restart  func()
	keep     func(*T)
	progress func(done, total int)

	seed maphash.Seed
}

// read lists everything, and a second time if the first proves nothing.
func (l *lister[T]) read(ctx context.Context) (proof, error) {
	l.seed = maphash.MakeSeed()
	first, err := l.try(ctx)
	if err != nil || first.evidence != reconcile.EvidenceNone {
		return first, err
	}
	l.client.log.Debug().Str("list", l.what).Str("doubt", first.doubt).Msg("not proved complete: reading the list again")
	second, err := l.try(ctx)
	second.pages += first.pages
	if err != nil || second.evidence != reconcile.EvidenceNone {
		return second, err
	}
	if first.agrees(second) {
		second.evidence = reconcile.EvidenceTwice
		second.why += "; no total is declared, and two readings agree"
		return second, nil
	}
	return second, fmt.Errorf("list %s: %s, and before that %s: %w", l.what, second.doubt, first.doubt, reconcile.ErrIncomplete)
}

func (l *lister[T]) try(ctx context.Context) (proof, error) {
	c := newCollector(l)
	var p proof
	var err error
	if l.strategy == listUnpaged {
		p, err = l.unpaged(ctx, c)
	} else {
		p, err = l.paged(ctx, c)
	}
	if err == nil {
		p.judge(c.count())
	}
	return p, err
}

// page is one answer.
type page struct {
	paging
	rows int
}

// fetch gets one answer. sink makes the taker of elements; it is called at the
// start of every attempt, since a broken answer is asked for again.
func (l *lister[T]) fetch(ctx context.Context, name string, query url.Values, sink func() func(*T)) (page, error) {
	var got page
	for key, values := range l.query {
		query[key] = values
	}
	response, err := l.client.http.Do(ctx, httpapi.Request{
		Name: "list " + l.what + name, Op: httpapi.Read, Method: http.MethodGet, Path: l.path, Query: query,
		Stream: func(_ int, header http.Header, body io.Reader) error {
			got = page{paging: readPaging(header)}
			take := sink()
			return decodeArray(body, l.wrapper, func(element *T) error {
				if err := l.valid(element); err != nil {
					return err
				}
				got.rows++
				take(element)
				return nil
			})
		},
	})
	if err != nil {
		return page{}, err
	}
	if response.Status != http.StatusOK {
		return page{}, unlisted("list "+l.what+name, response)
	}
	return got, nil
}

// fetchPage gets one page of the list and hands it to the collector; fresh is
// how many elements were kept since.
func (l *lister[T]) fetchPage(ctx context.Context, c *collector[T], number int) (got page, fresh int, err error) {
	var rows []T
	name := " page " + strconv.Itoa(number)
	got, err = l.fetch(ctx, name, pageQuery(number, l.size), func() func(*T) {
		rows = make([]T, 0, l.size)
		return func(element *T) { rows = append(rows, *element) }
	})
	if number > 1 && isGone(err) {
		// Some servers say "not found" to a page beyond the end.
		got, rows, err = page{paging: paging{-1, -1, -1}}, nil, nil
	}
	if err != nil {
		return page{}, 0, err
	}
	if got.page > 0 && got.page != number {
		return page{}, 0, &reconcile.Failure{
			Class:  reconcile.Unreachable,
			Reason: fmt.Sprintf("list %s%s: the answer says that it is page %d", l.what, name, got.page),
		}
	}
	return got, c.put(number, rows, got.total), nil
}

// unlisted is the error for a list that was refused.
func unlisted(name string, r *httpapi.Response) error {
	f := refusal(name, r)
	if r.Status == http.StatusForbidden {
		f.Class = reconcile.Denied
	}
	return f
}

// isGone tells whether an error says that the thing asked about does not exist.
func isGone(err error) bool {
	f, ok := errors.AsType[*reconcile.Failure](err)
	return ok && f.Class == reconcile.Gone
}
