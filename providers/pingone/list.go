package pingone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/providers/listing"
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
	// Size is the number of items of the page; Count, if present, that of all pages.
	Size  *json.Number `json:"size"`
	Count *json.Number `json:"count"`
}

// items returns the entries of the page under the collection's name. An empty collection
// may leave out the name, and _embedded too.
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

// linkedPages gets the pages of a collection by its links; read decodes an entry. Doubts about
// the walk are reported with its last page. A mild doubt may be a misunderstanding: the
// reference does not say whether the size of the last page is that of a full one.
func linkedPages[T any](c *Client, what, path, name string, read func(json.RawMessage) (T, error)) listing.Linked[T] {
	volume, seen := httpapi.NewVolume(httpapi.ListMax), map[string]bool{}
	count, total, doubt, mild := 0, -1, "", false
	return func(ctx context.Context, next string, number int) (got listing.Link[T], err error) {
		request := httpapi.Request{Name: fmt.Sprintf("list %s page %d", what, number), Volume: volume, Link: next}
		if next == "" {
			request.Path = path
		}
		answer, err := c.get(ctx, request)
		if err != nil {
			return got, err
		}
		var p page
		if err := httpapi.DecodeJSON(answer, &p); err != nil {
			return got, fmt.Errorf("%s: %w", request.Name, err)
		}
		items, err := p.items(name)
		got.Rows = make([]T, len(items))
		for i := 0; err == nil && i < len(items); i++ {
			got.Rows[i], err = read(items[i])
		}
		if err != nil {
			return got, failure.Unreadable(request.Name, answer, err)
		}
		count += len(items)
		if p.Links.Next != nil {
			got.Next = p.Links.Next.Href
		}
		got.Last = got.Next == ""
		if n, ok := whole(p.Size); ok && n != len(items) && doubt == "" {
			doubt = fmt.Sprintf("page %d declares %d and holds %d", number, n, len(items))
			mild = got.Last && n > len(items)
		}
		if n, ok := whole(p.Count); ok {
			total = n
		}
		if !got.Last {
			if seen[got.Next] || number == maxPages {
				return got, fmt.Errorf(
					"list %s: the links to further pages form a cycle: %w", what, reconcile.ErrIncomplete,
				)
			}
			seen[got.Next] = true
			return got, nil
		}
		if total >= 0 && total != count {
			doubt, mild = fmt.Sprintf("%d declared, but %d read", total, count), false
		}
		got.Objection, got.Mild = doubt, mild
		return got, nil
	}
}

func whole(n *json.Number) (int, bool) {
	if n == nil {
		return 0, false
	}
	whole, err := n.Int64()
	return int(whole), err == nil
}

// readings is how often a collection is read if its readings raise only mild doubts and
// agree with each other.
const readings = 3

// prove reads a collection until one reading, or several, prove themselves. An entry that
// comes twice is a doubt.
func prove[T any](
	ctx context.Context, c *Client, l *listing.List[T], path, name string, read func(json.RawMessage) (T, error),
) (listing.Reading, error) {
	l.Log, l.Unproved = c.log, func(last, _ string) string { return last + ", once more" }
	return l.Prove(ctx, readings, func(ctx context.Context, _ int) (listing.Reading, error) {
		r, err := l.ByLink(ctx, linkedPages(c, l.What, path, name, read), false)
		if r.Repeated > 0 {
			r.Objection, r.Mild = fmt.Sprintf("%d %s appear twice", r.Repeated, l.What), false
		}
		return r, err
	})
}

// readRules reads the issuance rules of a type; id returns the identity of one.
func readRules[T any](
	ctx context.Context, c *Client, typeID string, read func(json.RawMessage) (T, error), id func(*T) string,
) (all []T, err error) {
	_, err = prove(ctx, c, &listing.List[T]{
		What: "issuance rules of " + typeID, ID: id,
		Restart: func() { all = nil }, Keep: func(one *T) { all = append(all, *one) },
	}, c.typePath(typeID, "issuanceRules"), "issuanceRules", read)
	return all, err
}

// reading is one reading of all credential types.
type reading struct {
	listing.Reading
	documents []document
	ids       map[string]bool
}

// readProved reads all credential types until one reading, or several, prove themselves.
func (c *Client) readProved(ctx context.Context, progress func(done, total int)) (*reading, error) {
	r := &reading{}
	l := &listing.List[document]{
		What: "credential types", ID: func(d *document) string { return d.id() },
		Restart: func() { r.documents, r.ids = nil, map[string]bool{} },
		Keep: func(d *document) {
			r.ids[d.id()] = true
			if !d.deleted() {
				r.documents = append(r.documents, *d)
			}
		},
	}
	if progress != nil {
		l.Progress = func(int, int) { progress(len(r.documents), -1) }
	}
	var err error
	r.Reading, err = prove(ctx, c, l, c.typePath(), "items", readDocument)
	if r.Why = "followed PingOne's page links to the end"; r.Evidence == reconcile.EvidenceTwice {
		r.Why = fmt.Sprintf("%s, and %d readings agree", r.Objection, readings)
	}
	return r, deniedIfGone(err)
}

// List implements [reconcile.Provider]. PingOne declares no total: the list ends with a
// page without a next link. Deleted types are left out. The holders of a scope are ignored,
// since credential types have none.
func (c *Client) List(
	ctx context.Context, scope reconcile.Scope, progress func(done, total int),
) (*reconcile.Listing, error) {
	r, err := c.readProved(ctx, progress)
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
	out := &reconcile.Listing{
		Records: records, Total: -1, Pages: r.Pages, Strategy: "links", Why: r.Why, Evidence: r.Evidence, At: time.Now(),
	}
	if scope.Beyond {
		if out.Beyond, err = c.uncovered(ctx, r.documents); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Read implements [reconcile.Provider]. For a change of a type it reads that by its id; a
// deleted one counts as gone. For a creation it looks for a type with its title that the
// last listing did not have.
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

// readOne reads one credential type. A deleted one is class Gone although PingOne answers
// 200 for it.
func (c *Client) readOne(ctx context.Context, id string) (document, *httpapi.Response, error) {
	if err := needID(id); err != nil {
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
		return nil, nil, &reconcile.Failure{
			Class:      reconcile.Gone,
			Reason:     "the credential type was deleted",
			HTTPStatus: answer.Status,
			RequestID:  answer.RequestID,
		}
	}
	return d, answer, nil
}

func (c *Client) readCreated(ctx context.Context, title string) (reconcile.Record, error) {
	r, err := c.readProved(ctx, nil)
	if err != nil {
		return reconcile.Record{}, failure.OfOne(err)
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	i := slices.IndexFunc(
		r.documents,
		func(d document) bool { return rawText(d["title"]) == title && !c.listed[d.id()] },
	)
	if i < 0 {
		return reconcile.Record{}, nil
	}
	return r.documents[i].record(), nil
}
