package doorflow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"keyroster/providers/failure"
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
	// volume is what one reading of the list has read.
	volume *httpapi.Volume
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
	l.volume = httpapi.NewVolume(httpapi.ListMax)
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

// stream gets one answer of any length. sink makes the taker of elements; it
// is called at the start of every attempt, since a broken answer is asked for
// again.
func (l *lister[T]) stream(ctx context.Context, name string, query url.Values, sink func() func(*T) error) (page, error) {
	var got page
	request := l.request(name, query)
	request.MaxBytes = httpapi.ListMax
	request.Stream = func(_ int, header http.Header, body io.Reader) (err error) {
		got, err = l.decode(header, body, sink())
		return err
	}
	response, err := l.client.http.Do(ctx, request)
	if err == nil && response.Status != http.StatusOK {
		err = unlisted(request, response)
	}
	return got, err
}

func (l *lister[T]) request(name string, query url.Values) httpapi.Request {
	for key, values := range l.query {
		query[key] = values
	}
	return httpapi.Request{Name: "list " + l.what + name, Op: httpapi.Read, Method: http.MethodGet, Path: l.path, Query: query, Volume: l.volume}
}

func (l *lister[T]) decode(header http.Header, body io.Reader, take func(*T) error) (page, error) {
	got := page{paging: readPaging(header)}
	err := decodeArray(body, l.wrapper, func(element *T) error {
		if err := l.valid(element); err != nil {
			return err
		}
		got.rows++
		return take(element)
	})
	return got, err
}

// decoders bounds how many pages are decoded at once: pages asked for together
// arrive together, and decoding them on every processor would hold up the next
// calls, whose round trips are what a listing waits for.
var decoders = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))

// bodies are buffers for pages, which are large and many.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// A page is buffered, so its size is bounded by what its elements may take, with
// some room for what stands around them, and not by what a stream may be.
const (
	pageBytes    = 1 << 20
	elementBytes = 16 << 10
)

// brokenTries is how often a page is asked for whose body came whole and is
// not JSON; what goes wrong before that, the transport repeats by itself.
const brokenTries = 3

// readPage gets one page, and decodes it once the call is over.
func (l *lister[T]) readPage(ctx context.Context, name string, query url.Values) (got page, rows []T, err error) {
	body := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(body)
	request := l.request(name, query)
	request.MaxBytes = int64(pageBytes + l.size*elementBytes)
	var header http.Header
	request.Stream = func(_ int, h http.Header, from io.Reader) error {
		header = h
		body.Reset()
		_, err := body.ReadFrom(from)
		return err
	}
	for try := 1; ; try++ {
		response, err := l.client.http.Do(ctx, request)
		if err != nil {
			return page{}, nil, err
		}
		if response.Status != http.StatusOK {
			return page{}, nil, unlisted(request, response)
		}
		got, rows, err = l.decodePage(header, body)
		switch {
		case err == nil:
			return got, rows, nil
		case !errors.Is(err, httpapi.ErrBroken) || try == brokenTries:
			return page{}, nil, failure.Unreadable(request.Name, response, err)
		}
	}
}

func (l *lister[T]) decodePage(header http.Header, body *bytes.Buffer) (got page, rows []T, err error) {
	decoders <- struct{}{}
	defer func() { <-decoders }()
	said := readPaging(header)
	rows = make([]T, 0, max(0, min(l.size, said.total)))
	// A server may have pages of its own size, which it says then. Some repeat an
	// element while others are being added: that is for the proof to judge.
	most := 2 * max(l.size, min(said.perPage, mostPerPage))
	got, err = l.decode(header, bytes.NewReader(body.Bytes()), func(element *T) error {
		if len(rows) == most {
			return fmt.Errorf("a page holds more than the %d %s that it may", most, l.what)
		}
		rows = append(rows, *element)
		return nil
	})
	return got, rows, err
}

// mostPerPage is how many elements a page may declare to hold.
const mostPerPage = 10_000

// fetchPage gets one page of the list and hands it to the collector; fresh is
// how many elements were kept since.
func (l *lister[T]) fetchPage(ctx context.Context, c *collector[T], number int) (got page, fresh int, err error) {
	name := " page " + strconv.Itoa(number)
	got, rows, err := l.readPage(ctx, name, pageQuery(number, l.size))
	if number > 1 && failure.IsGone(err) {
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
func unlisted(asked httpapi.Request, r *httpapi.Response) error {
	f := refusal(asked.Name, r)
	if r.Status == http.StatusForbidden {
		f.Class = reconcile.Denied
		if scope := scopeOf(asked.Path); scope != "" && !f.Foreign {
			f.Hint = "the login needs the scope " + scope + ": add it to the OAuth application, and run keyroster login again"
		}
	}
	return f
}

// scopeOf is the scope that a list needs (DoorFlow API v3 reference, scopes).
func scopeOf(path string) string {
	switch {
	case path == "/api/3/credentials", strings.HasPrefix(path, "/api/3/people"):
		return "account.person.readonly (or account.person)"
	}
	return ""
}
