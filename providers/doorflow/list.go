package doorflow

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"keyroster/providers"
	"keyroster/providers/listing"
	"keyroster/providers/lookup"
	"keyroster/providers/people"
	"keyroster/reconcile"
)

// List implements [reconcile.Provider]. The whole account is read by the account's
// strategy; the credentials of single people are read person by person. DoorFlow answers an
// empty list for a person who does not exist, so that has to be checked with another call.
func (c *Client) List(
	ctx context.Context, scope reconcile.Scope, progress func(done, total int),
) (*reconcile.Listing, error) {
	var listing *reconcile.Listing
	var err error
	if len(scope.Holders) > 0 {
		listing, err = c.listHolders(ctx, scope.Holders, progress)
	} else {
		read := listAll(c, (*credential).split, (*credential).member)
		if scope.Beyond {
			read = listAll(c, (*providers.Extended[credential]).Split, nil)
		}
		listing, err = read(ctx, progress)
	}
	if err != nil {
		return nil, err
	}
	listing.At = time.Now()
	markEnding(listing)
	c.log.Debug().Str("strategy", listing.Strategy).Str("why", listing.Why).Str("evidence", string(listing.Evidence)).
		Int("records", listing.Records.Len()).
		Int("total", listing.Total).Int("pages", listing.Pages).Msg("listing complete")
	return listing, nil
}

// listAll lists the account; narrow splits each element into its credential and the members
// that no column holds.
func listAll[T any](
	c *Client, narrow func(*T) (*credential, []reconcile.UncoveredPart), member func(*T, []byte) any,
) func(context.Context, func(done, total int)) (*reconcile.Listing, error) {
	return func(ctx context.Context, progress func(done, total int)) (*reconcile.Listing, error) {
		out := &reconcile.Listing{}
		var cells []reconcile.Cell
		l := &lister[T]{
			client: c, path: "/api/3/credentials", size: c.pageSize, strategy: c.strategy,
			array: array[T]{member: member},
			valid: func(e *T) error {
				one, _ := narrow(e)
				return one.valid()
			},
			List: listing.List[T]{
				What: "credentials", Progress: progress,
				ID: func(e *T) string {
					one, _ := narrow(e)
					return string(one.ID)
				},
				Restart: func() { out.Records, out.Beyond = reconcile.NewSet(Schema, 0), nil },
				Keep: func(e *T) {
					one, beyond := narrow(e)
					cells = one.cells(cells)
					if at := out.Records.Add(cells); len(beyond) > 0 {
						if out.Beyond == nil {
							out.Beyond = map[int][]reconcile.UncoveredPart{}
						}
						out.Beyond[at] = beyond
					}
				},
			},
		}
		p, err := l.read(ctx)
		out.Total, out.Pages, out.Strategy, out.Why, out.Evidence = p.Total, p.Pages, p.Strategy, p.Why, p.Evidence
		return out, err
	}
}

// listHolders reads the credentials of some people, several at a time. The listing is in
// the order of the ids as given.
func (c *Client) listHolders(
	ctx context.Context, holders []string, progress func(done, total int),
) (*reconcile.Listing, error) {
	holders = people.Unique(holders)
	lists, proofs := make([][]credential, len(holders)), make([]listing.Reading, len(holders))
	if err := lookup.Each(ctx, c.concurrency, len(holders), func(ctx context.Context, i int) (err error) {
		holder := holders[i]
		if lists[i], proofs[i], err = c.listHolder(ctx, holder); err != nil || len(lists[i]) > 0 {
			return err
		}
		// A person who does not exist has an empty list, too.
		return c.get(ctx, "read person "+holder, "/api/3/people/"+url.PathEscape(holder), nil, &person{})
	}); err != nil {
		return nil, err
	}
	listing := &reconcile.Listing{
		Records: reconcile.NewSet(Schema, 0), Strategy: "holders", Evidence: reconcile.EvidenceDeclared,
		Why: fmt.Sprintf("only %d of the account's people are requested: listing each of them", len(holders)),
	}
	var cells []reconcile.Cell
	for i := range lists {
		for n := range lists[i] {
			cells = lists[i][n].cells(cells[:0])
			listing.Records.Add(cells)
		}
		merge(listing, &proofs[i])
	}
	if progress != nil {
		progress(listing.Records.Len(), listing.Total)
	}
	return listing, nil
}

// merge adds the evidence of one person's list to the listing's: they declare a total only
// if each does, and prove as much as the weakest proves.
func merge(into *reconcile.Listing, p *listing.Reading) {
	into.Pages += p.Pages
	if p.Total < 0 || into.Total < 0 {
		into.Total = -1
	} else {
		into.Total += p.Total
	}
	strength := []reconcile.Evidence{reconcile.EvidenceTwice, reconcile.EvidenceTerminated, reconcile.EvidenceDeclared}
	if slices.Index(strength, p.Evidence) < slices.Index(strength, into.Evidence) {
		into.Evidence = p.Evidence
	}
}

// listHolder reads the credentials of one person.
func (c *Client) listHolder(ctx context.Context, holder string) ([]credential, listing.Reading, error) {
	var list []credential
	l := &lister[credential]{
		client: c, path: personPath(holder, ""), size: c.pageSize,
		array: array[credential]{member: (*credential).member},
		valid: func(e *credential) error {
			err := e.valid()
			if err == nil && string(e.Person) != holder {
				err = fmt.Errorf("credential %s belongs to person %s", e.ID, e.Person)
			}
			return err
		},
		List: listing.List[credential]{
			What: "credentials of person " + holder, ID: func(e *credential) string { return string(e.ID) },
			Restart: func() { list = nil },
			Keep:    func(e *credential) { list = append(list, *e) },
		},
	}
	p, err := l.read(ctx)
	return list, p, err
}

// markEnding marks the credentials that DoorFlow is already revoking: deleting one of a mobile
// type takes effect later, and must not be repeated. They open no door, but one that is
// still being revoked counts as the person's one of its type.
func markEnding(listing *reconcile.Listing) {
	listing.Ending, listing.Untouchable = map[int]reconcile.Ending{}, map[int]string{}
	for n := range listing.Records.Len() {
		if e, ends := endings[listing.Records.Record(n).Cell(col.status).Text()]; ends {
			listing.Ending[n], listing.Untouchable[n] = e, "DoorFlow is revoking it, or has revoked it"
		}
	}
}

// endings are the statuses of mobile credentials that end (DoorFlow API v3 reference,
// credentials).
var endings = map[string]reconcile.Ending{
	"revoking": {Words: "is being revoked", InTheWay: true},
	"revoked":  {Words: "was revoked"},
}

// isEnding reports whether a credential's status means that it was deleted.
func isEnding(status string) bool {
	_, ends := endings[status]
	return ends
}
