package example

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/providers/listing"
	"keyroster/reconcile"
)

// List implements [reconcile.Provider]. The credentials of some holders are picked from
// those of the whole site, which are proved complete.
func (c *Client) List(
	ctx context.Context, scope reconcile.Scope, progress func(done, total int),
) (*reconcile.Listing, error) {
	all, r, err := c.credentials(ctx, url.Values{}, progress)
	if err != nil {
		return nil, err
	}
	records := reconcile.NewSet(Schema, len(all))
	for i := range all {
		if len(scope.Holders) == 0 || slices.Contains(scope.Holders, all[i].Holder) {
			all[i].record(records)
		}
	}
	return &reconcile.Listing{
		Records: records, Total: r.Total, Pages: r.Pages, Strategy: "pages", Why: r.Why, Evidence: r.Evidence, At: time.Now(),
	}, nil
}

// credentials reads the credentials that a filter finds, and proves that it read them all:
// each page declares the total.
func (c *Client) credentials(
	ctx context.Context, filter url.Values, progress func(done, total int),
) (all []credential, r listing.Reading, err error) {
	l := listing.List[credential]{
		What: "credentials", Log: c.log, Progress: progress,
		ID:      func(one *credential) string { return one.ID },
		Restart: func() { all = nil },
		Keep:    func(one *credential) { all = append(all, *one) },
	}
	r, err = l.Prove(ctx, 2, func(ctx context.Context, _ int) (listing.Reading, error) {
		volume := httpapi.NewVolume(httpapi.ListMax)
		return l.ByNumber(ctx, func(ctx context.Context, number, size int) (listing.Page[credential], error) {
			query := url.Values{
				"page": {strconv.Itoa(number)}, "per_page": {strconv.Itoa(size)}, "holder": filter["holder"],
			}
			name := fmt.Sprintf("list credentials page %d", number)
			p := page{Size: -1, Number: -1}
			if err := c.get(ctx, httpapi.Request{Name: name, Path: "/v1/credentials", Query: query, Volume: volume}, &p); err != nil {
				return listing.Page[credential]{}, err
			}
			return listing.Page[credential]{Rows: p.Data, Total: *p.Total, Size: p.Size, Number: p.Number}, nil
		}, c.pageSize, c.concurrency)
	})
	return all, r, err
}

// Read implements [reconcile.Provider]: for a change of a record it reads that by its id,
// for a creation the holder's credential of the wanted type.
func (c *Client) Read(ctx context.Context, change reconcile.Change) (reconcile.Record, error) {
	one := reconcile.NewSet(Schema, 1)
	if change.Action == reconcile.Create {
		holder, kind := change.Want.Cell(col.holder).Text(), change.Want.Cell(col.kind).Text()
		all, _, err := c.credentials(ctx, url.Values{"holder": {holder}}, nil)
		i := slices.IndexFunc(all, func(one credential) bool { return one.Holder == holder && one.Type == kind })
		if err != nil || i < 0 {
			return reconcile.Record{}, failure.OfOne(err)
		}
		return all[i].record(one), nil
	}
	id := change.Have.ID()
	if !isID(id) {
		return reconcile.Record{}, failure.Unsafe("there is no usable id")
	}
	var got credential
	asked := httpapi.Request{Name: "read credential " + id, Path: "/v1/credentials/" + id, CredentialID: id}
	err := c.get(ctx, asked, &got)
	switch {
	case failure.IsGone(err):
		return reconcile.Record{}, nil
	case err != nil:
		return reconcile.Record{}, failure.OfOne(err)
	case got.ID != id:
		return reconcile.Record{}, &reconcile.Failure{
			Class:  reconcile.Refused,
			Reason: "the answer is about credential " + got.ID,
		}
	}
	return got.record(one), nil
}
