package doorflow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/providers/listing"
	"keyroster/reconcile"
)

// The strategies of a listing.
const (
	listAuto    = "auto"
	listPages   = "pages"
	listUnpaged = "skip_pagination"
)

// lister reads one list of the API and proves it complete. T is an element as the API sends
// it.
type lister[T any] struct {
	listing.List[T]
	client *Client
	path   string
	query  url.Values
	// array reads the list, which some versions of the API wrap in an object.
	array    array[T]
	size     int
	strategy string
	// valid rejects elements that lack what they must have.
	valid func(*T) error
	// volume counts the bytes of one reading of the list.
	volume *httpapi.Volume
}

// read lists everything, and a second time if the first reading proves nothing.
func (l *lister[T]) read(ctx context.Context) (listing.Reading, error) {
	l.Log = l.client.log
	l.Unproved = func(last, before string) string { return last + ", and before that " + before }
	r, err := l.Prove(ctx, 2, func(ctx context.Context, _ int) (listing.Reading, error) {
		l.volume = httpapi.NewVolume(httpapi.ListMax)
		if l.strategy == listUnpaged {
			return l.AtOnce(ctx, l.all, l.page, l.size)
		}
		// The client bounds what is in flight; half of these decode meanwhile.
		return l.ByNumber(ctx, l.page, l.size, 2*l.client.concurrency)
	})
	if r.Strategy = listPages; l.strategy == listUnpaged {
		r.Strategy = listUnpaged
	}
	if r.Evidence == reconcile.EvidenceTwice {
		r.Why += "; no total declared, and two readings agree"
	}
	return r, err
}

// all gets the whole list in one answer.
func (l *lister[T]) all(ctx context.Context, begin func(), take func(*T)) (rows, total int, err error) {
	request := l.request("", url.Values{"skip_pagination": {"true"}})
	request.MaxBytes = httpapi.ListMax
	request.Stream = func(_ int, header http.Header, body io.Reader) error {
		begin()
		rows, total = 0, readPaging[T](header).Total
		return l.decode(body, func(element *T) error {
			rows++
			take(element)
			return nil
		})
	}
	response, err := l.client.http.Do(ctx, request)
	if err == nil && response.Status != http.StatusOK {
		err = listRefused(request, response)
	}
	return rows, total, err
}

func (l *lister[T]) request(name string, query url.Values) httpapi.Request {
	for key, values := range l.query {
		query[key] = values
	}
	return httpapi.Request{
		Name:   "list " + l.What + name,
		Op:     httpapi.Read,
		Method: http.MethodGet,
		Path:   l.path,
		Query:  query,
		Volume: l.volume,
	}
}

func (l *lister[T]) decode(body io.Reader, take func(*T) error) error {
	return l.array.decode(body, func(element *T) error {
		if err := l.valid(element); err != nil {
			return err
		}
		return take(element)
	})
}

// decoders bounds how many pages are decoded at once: pages that were requested together
// arrive together, and decoding them on every processor would delay the next calls, whose
// round trips determine how long a listing takes.
var decoders = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))

// bodies are buffers for pages, which are large and many.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// A page is buffered, so its size is bounded by what its elements may take and some room
// around them, not by what a stream may take.
const (
	pageBytes    = 1 << 20
	elementBytes = 16 << 10
)

// brokenTries is how often a page is requested if its body arrives whole but is not JSON;
// earlier errors are retried by the transport.
const brokenTries = 3

// page gets one page, and decodes it once the call is over.
func (l *lister[T]) page(ctx context.Context, number, size int) (listing.Page[T], error) {
	body := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(body)
	name := " page " + strconv.Itoa(number)
	if l.strategy == listUnpaged && number == 1 {
		name = ": the total"
	}
	request := l.request(name, url.Values{"per_page": {strconv.Itoa(size)}, "page": {strconv.Itoa(number)}})
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
		if err == nil && response.Status != http.StatusOK {
			err = listRefused(request, response)
		}
		if number > 1 && l.strategy != listUnpaged && failure.IsGone(err) {
			// Some servers say "not found" to a page beyond the end.
			return listing.Page[T]{Total: -1, Size: -1, Number: -1}, nil
		}
		if err != nil {
			return listing.Page[T]{}, err
		}
		got, err := l.decodePage(header, body)
		switch {
		case err == nil:
			return got, nil
		case !errors.Is(err, httpapi.ErrBroken) || try == brokenTries:
			return got, failure.Unreadable(request.Name, response, err)
		}
	}
}

func (l *lister[T]) decodePage(header http.Header, body *bytes.Buffer) (listing.Page[T], error) {
	decoders <- struct{}{}
	defer func() { <-decoders }()
	got := readPaging[T](header)
	got.Rows = make([]T, 0, max(0, min(l.size, got.Total)))
	// A server may use another page size, and then declares it. Some repeat an element
	// while others are being added: whether that matters is left to the proof.
	most := 2 * max(l.size, min(got.Size, mostPerPage))
	err := l.decode(bytes.NewReader(body.Bytes()), func(element *T) error {
		if len(got.Rows) == most {
			return fmt.Errorf("a page holds more than the maximum of %d %s", most, l.What)
		}
		got.Rows = append(got.Rows, *element)
		return nil
	})
	return got, err
}

// mostPerPage is how many elements a page may declare to hold.
const mostPerPage = 10_000

// readPaging returns a page with only what the headers declare. Both families are in use:
// Total and Per-Page in the current reference, X-Total-Results, X-Per-Page and X-Page in an
// older one.
func readPaging[T any](h http.Header) listing.Page[T] {
	return listing.Page[T]{
		Total:  firstNumber(h, "Total", "X-Total-Results"),
		Size:   firstNumber(h, "Per-Page", "X-Per-Page"),
		Number: firstNumber(h, "Page", "X-Page"),
	}
}

func firstNumber(h http.Header, names ...string) int {
	for _, name := range names {
		if n, err := strconv.Atoi(h.Get(name)); err == nil && n >= 0 {
			return n
		}
	}
	return -1
}

// listRefused returns the error for a list that was refused.
func listRefused(asked httpapi.Request, r *httpapi.Response) error {
	f := refusal(asked.Name, r)
	if r.Status == http.StatusForbidden {
		f.Class = reconcile.Denied
		if scope := scopeOf(asked.Path); scope != "" && !f.Foreign {
			f.Hint = "the login needs the scope " + scope + ": add it to the OAuth application, then run keyroster login again"
		}
	}
	return f
}

// scopeOf returns the scope that a list needs (DoorFlow API v3 reference, scopes).
func scopeOf(path string) string {
	switch {
	case path == "/api/3/credentials", strings.HasPrefix(path, "/api/3/people"):
		return "account.person.readonly (or account.person)"
	}
	return ""
}
