package pingone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// maxPages bounds a listing whose links never end.
const maxPages = 10_000

// page is one answer of a HAL collection (PingOne platform reference, paging).
type page struct {
	Embedded map[string]json.RawMessage `json:"_embedded"`
	Links    struct {
		Next *struct {
			Href string `json:"href"`
		} `json:"next"`
	} `json:"_links"`
	// Size is the number of items of the page; Count, where a collection has
	// it, that of all pages.
	Size  *json.Number `json:"size"`
	Count *json.Number `json:"count"`
}

// items are the entries of the page under the collection's name. A collection
// without entries may leave the name out, and _embedded too.
func (p *page) items(name string) ([]json.RawMessage, error) {
	raw := p.Embedded[name]
	switch {
	case isNull(raw) && len(p.Embedded) > 0:
		return nil, fmt.Errorf("the answer holds no %s", name)
	case isNull(raw):
		return nil, nil
	}
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return nil, fmt.Errorf("the answer's %s are not a list", name)
	}
	return items, nil
}

// doubt says what speaks against a reading; the zero value is none.
type doubt struct {
	grade grade
	why   string
}

// grade is how much speaks against a reading. A mild doubt may be a
// misunderstanding: the reference does not say whether the size of the last page
// is that of a full one.
type grade int

const (
	noDoubt grade = iota
	mildDoubt
	graveDoubt
)

// walk reads a collection page by page along its links, and hands every entry
// to take, in order. The doubt is what speaks against completeness although the
// last page says that it is the last one.
func (c *Client) walk(ctx context.Context, what, path, name string, take func(json.RawMessage) error) (pages int, d doubt, err error) {
	volume := httpapi.NewVolume(httpapi.ListMax)
	request := httpapi.Request{Path: path}
	seen, count, total := map[string]bool{}, 0, -1
	for pages = 1; ; pages++ {
		request.Name, request.Volume = fmt.Sprintf("list %s page %d", what, pages), volume
		answer, err := c.get(ctx, request)
		if err != nil {
			return pages, doubt{}, err
		}
		var p page
		if err := httpapi.DecodeJSON(answer, &p); err != nil {
			return pages, doubt{}, fmt.Errorf("%s: %w", request.Name, err)
		}
		items, err := p.items(name)
		if err != nil {
			return pages, doubt{}, failure.Unreadable(request.Name, answer, err)
		}
		for _, item := range items {
			if err := take(item); err != nil {
				return pages, doubt{}, failure.Unreadable(request.Name, answer, err)
			}
		}
		count += len(items)
		last := p.Links.Next == nil || p.Links.Next.Href == ""
		if n, ok := number(p.Size); ok && n != len(items) && d.grade == noDoubt {
			d = doubt{graveDoubt, fmt.Sprintf("page %d declares %d and holds %d", pages, n, len(items))}
			if last && n > len(items) {
				d.grade = mildDoubt
			}
		}
		if n, ok := number(p.Count); ok {
			total = n
		}
		if last {
			break
		}
		next := p.Links.Next.Href
		if seen[next] || pages == maxPages {
			return pages, doubt{}, fmt.Errorf("list %s: the links to further pages go round in a circle: %w", what, reconcile.ErrIncomplete)
		}
		seen[next] = true
		request = httpapi.Request{Link: next}
	}
	if total >= 0 && total != count {
		d = doubt{graveDoubt, fmt.Sprintf("%d are declared and %d were read", total, count)}
	}
	return pages, d, nil
}

func number(n *json.Number) (int, bool) {
	if n == nil {
		return 0, false
	}
	whole, err := n.Int64()
	return int(whole), err == nil
}

// reading is one reading of all credential types.
type reading struct {
	documents []document
	ids       map[string]bool
	pages     int
	doubt     doubt
	evidence  reconcile.Evidence
	why       string
}

func (c *Client) readAll(ctx context.Context, progress func(done, total int)) (*reading, error) {
	r := &reading{ids: map[string]bool{}}
	repeated := 0
	pages, found, err := c.walk(ctx, "credential types", c.typePath(), "items", func(raw json.RawMessage) error {
		d, err := readDocument(raw)
		if err != nil {
			return err
		}
		if r.ids[d.id()] {
			repeated++
			return nil
		}
		r.ids[d.id()] = true
		if !d.deleted() {
			r.documents = append(r.documents, d)
		}
		if progress != nil {
			progress(len(r.documents), -1)
		}
		return nil
	})
	r.pages, r.doubt = pages, found
	if repeated > 0 {
		r.doubt = doubt{graveDoubt, fmt.Sprintf("%d credential types came twice", repeated)}
	}
	return r, err
}

// readings is how often a listing is read whose readings contradict themselves
// mildly and agree with each other.
const readings = 3

// proved reads all credential types until a reading, or several of them, prove
// themselves: one that contradicts itself is made once more, and mild
// contradictions are overruled by readings that agree.
func (c *Client) proved(ctx context.Context, progress func(done, total int)) (*reading, error) {
	var before *reading
	for n, pages := 1, 0; ; n++ {
		r, err := c.readAll(ctx, progress)
		if err != nil {
			return nil, deniedIfGone(err)
		}
		pages += r.pages
		r.pages, r.evidence, r.why = pages, reconcile.EvidenceTerminated, "PingOne's own links were followed to their end"
		if r.doubt.grade == noDoubt {
			return r, nil
		}
		c.log.Debug().Str("doubt", r.doubt.why).Msg("the listing contradicts itself")
		switch {
		case n == 1:
		case r.doubt.grade != mildDoubt || before.doubt.grade != mildDoubt || !maps.Equal(r.ids, before.ids):
			return nil, fmt.Errorf("list credential types: %s, once more: %w", r.doubt.why, reconcile.ErrIncomplete)
		case n == readings:
			r.evidence, r.why = reconcile.EvidenceTwice, fmt.Sprintf("%s, and %d readings agree", r.doubt.why, n)
			return r, nil
		}
		before = r
	}
}

// List implements [reconcile.Provider]. PingOne declares no total: the end is a
// page without a link to another. Types that were deleted are left out. The holders
// of a scope have no meaning here, since credential types have none.
func (c *Client) List(ctx context.Context, scope reconcile.Scope, progress func(done, total int)) (*reconcile.Listing, error) {
	r, err := c.proved(ctx, progress)
	if err != nil {
		return nil, err
	}
	records := reconcile.NewSet(Schema, len(r.documents))
	var cells []reconcile.Cell
	for _, d := range r.documents {
		cells = d.cells(cells[:0])
		records.Add(cells)
	}
	c.mu.Lock()
	c.listed = r.ids
	c.mu.Unlock()
	listing := &reconcile.Listing{
		Records: records, Total: -1, Pages: r.pages, Strategy: "links", Why: r.why, Evidence: r.evidence, At: time.Now(),
	}
	if scope.Beyond {
		if listing.Beyond, err = c.beyond(ctx, r.documents); err != nil {
			return nil, err
		}
	}
	return listing, nil
}

// Read implements [reconcile.Provider]. A change of a type reads it by its id;
// one that was deleted counts as gone. A creation looks for a type of its title
// that the last listing did not have.
func (c *Client) Read(ctx context.Context, change reconcile.Change) (reconcile.Record, error) {
	if change.Action == reconcile.Create {
		return c.readCreated(ctx, change.Want.Text("title"))
	}
	d, _, err := c.readOne(ctx, change.Have.ID())
	if failure.IsGone(err) {
		return reconcile.Record{}, nil
	}
	if err != nil {
		return reconcile.Record{}, err
	}
	return d.record(), nil
}

// readOne reads one credential type. One that was deleted is class Gone
// although PingOne answers 200 for it.
func (c *Client) readOne(ctx context.Context, id string) (document, *httpapi.Response, error) {
	if err := usable(id); err != nil {
		return nil, nil, err
	}
	name := "read credential type " + id
	answer, err := c.get(ctx, httpapi.Request{Name: name, Path: c.typePath(id), CredentialID: id})
	if err != nil {
		return nil, nil, err
	}
	d, err := readDocument(answer.Body)
	switch {
	case err == nil && d.id() != id:
		err = errors.New("the answer is about another credential type")
		fallthrough
	case err != nil:
		// One type that cannot be read must not stop the others.
		return nil, nil, failure.Of(answer, reconcile.Refused, name+": "+err.Error())
	case d.deleted():
		return nil, nil, &reconcile.Failure{Class: reconcile.Gone, Reason: "the credential type was deleted", HTTPStatus: answer.Status, RequestID: answer.RequestID}
	}
	return d, answer, nil
}

func (c *Client) readCreated(ctx context.Context, title string) (reconcile.Record, error) {
	r, err := c.proved(ctx, nil)
	if err != nil {
		return reconcile.Record{}, failure.OfOne(err)
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	i := slices.IndexFunc(r.documents, func(d document) bool { return rawText(d["title"]) == title && !c.listed[d.id()] })
	if i < 0 {
		return reconcile.Record{}, nil
	}
	return r.documents[i].record(), nil
}
