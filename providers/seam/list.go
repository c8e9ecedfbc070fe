package seam

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"

	"keyroster/providers"
	"keyroster/providers/failure"
	"keyroster/providers/listing"
	"keyroster/providers/lookup"
	"keyroster/providers/people"
	"keyroster/reconcile"
)

// List implements [reconcile.Provider]. The access systems are read first; they are walked
// in parallel, or one after the other with `listing: pages`. Seam declares no total; the
// proof is that every walk came to its end, that no credential is in two systems, and that
// no system was added meanwhile. A requested user who does not exist is an error that names
// them.
//
// A credential that is being deleted counts as gone and is left out.
func (c *Client) List(
	ctx context.Context, scope reconcile.Scope, progress func(done, total int),
) (*reconcile.Listing, error) {
	l, out := &lister{client: c, progress: progress, beyond: scope.Beyond}, &reconcile.Listing{}
	parts := listing.List[part]{What: "credentials", Log: c.log}
	if _, err := parts.Prove(ctx, 2, func(ctx context.Context, n int) (r listing.Reading, err error) {
		everybody := len(scope.Holders) == 0
		if n == 1 || everybody {
			if l.parts, out, err = c.parts(ctx, scope); err != nil {
				return r, err
			}
		}
		if r.Objection, err = l.read(ctx); err == nil && r.Objection == "" && everybody {
			r.Objection, err = l.newSystem(ctx)
		}
		return r, err
	}); err != nil {
		return nil, err
	}
	l.fill(out)
	if scope.Beyond {
		if err := c.readDoors(ctx, out); err != nil {
			return nil, err
		}
	}
	c.log.Debug().Str("strategy", out.Strategy).Str("why", out.Why).Str("evidence", string(out.Evidence)).
		Int("records", out.Records.Len()).Int("pages", out.Pages).Msg("listing complete")
	return out, nil
}

// parts divides a listing into parts.
func (c *Client) parts(ctx context.Context, scope reconcile.Scope) ([]*part, *reconcile.Listing, error) {
	listing := &reconcile.Listing{Total: -1, Evidence: reconcile.EvidenceTerminated}
	systems, err := c.readSystems(ctx)
	if err != nil {
		return nil, nil, err
	}
	var parts []*part
	switch {
	case len(scope.Holders) > 0:
		listing.Strategy, listing.Why = "holders", fmt.Sprintf(
			"only %d of the workspace's users are requested: listing each of them", len(scope.Holders),
		)
		holders := people.Unique(scope.Holders)
		for _, id := range holders {
			parts = append(
				parts,
				&part{what: "credentials of user " + id, user: id, filter: map[string]any{"acs_user_id": id}},
			)
		}
		parts = append(parts, unmanagedOf("acs_user_id", holders))
	case len(systems) > 1 && !c.sequential:
		listing.Strategy, listing.Why = listSystems, fmt.Sprintf(
			"the workspace has %d access systems: listing them in parallel", len(systems),
		)
		for _, s := range systems {
			parts = append(
				parts,
				&part{
					what:   "credentials of system " + s.ID,
					system: s.ID,
					filter: map[string]any{"acs_system_id": s.ID},
				},
			)
		}
		parts = append(parts, unmanagedOf("acs_system_id", idsOfSystems(systems)))
	default:
		listing.Strategy, listing.Why = listPages, "reading page after page by cursor"
		parts = append(parts, &part{what: "credentials"})
		if len(systems) > 0 {
			parts = append(parts, unmanagedOf("acs_system_id", idsOfSystems(systems)))
		}
	}
	return parts, listing, nil
}

// lister reads the parts of a listing in parallel.
type lister struct {
	client   *Client
	parts    []*part
	progress func(done, total int)
	beyond   bool

	mu   sync.Mutex
	done map[*part]int
}

// read reads all parts; the doubt says why they do not prove a complete listing.
func (l *lister) read(ctx context.Context) (doubt string, err error) {
	l.done = map[*part]int{}
	err = lookup.Each(
		ctx, l.client.concurrency, len(l.parts),
		func(ctx context.Context, i int) error { return l.readPart(ctx, l.parts[i]) },
	)
	if err != nil || len(l.parts) == 1 {
		return "", err
	}
	seen := map[string]bool{}
	for _, p := range l.parts {
		for n := range p.set.Len() {
			id := p.set.Record(n).ID()
			if seen[id] {
				return fmt.Sprintf("credential %s is in two lists", id), nil
			}
			seen[id] = true
		}
	}
	return "", nil
}

func (l *lister) readPart(ctx context.Context, p *part) (err error) {
	if l.beyond {
		p.reading, err = walkOf(l, p, (*providers.Extended[credential]).Split).read(ctx)
	} else {
		p.reading, err = walkOf(l, p, (*credential).split).read(ctx)
	}
	if err != nil && (!p.unmanaged || !hasNoUnmanagedList(err)) {
		return err
	}
	if err != nil {
		p.empty()
		p.unseen = true
		l.client.log.Info().Err(err).Msg("unmanaged credentials were not checked, because Seam does not list them here")
		return nil
	}
	if p.user != "" && p.reading.Unique == 0 {
		_, err = l.client.readUser(ctx, p.user)
	}
	return err
}

// walkOf is the walk of a part; narrow splits each element into its credential and the
// members that no column holds.
func walkOf[T any](l *lister, p *part, narrow func(*T) (*credential, []reconcile.UncoveredPart)) *walk[T] {
	one := func(e *T) *credential {
		one, _ := narrow(e)
		return one
	}
	w := &walk[T]{
		client: l.client, path: "/acs/credentials/list", member: "acs_credentials", filter: p.filter, unpaged: p.unmanaged,
		valid: func(e *T) error { return p.valid(one(e)) },
		List: listing.List[T]{
			What: p.what, ID: func(e *T) string { return one(e).ID }, Restart: p.empty, Keep: func(e *T) { p.keep(narrow(e)) },
			Progress: func(done, _ int) { l.report(p, done) },
		},
	}
	if p.unmanaged {
		w.path = "/acs/credentials/unmanaged/list"
	}
	return w
}

// eachCredential reads all credentials of one user or system.
func (c *Client) eachCredential(ctx context.Context, whose, id string, restart func(), keep func(*credential)) error {
	w := &walk[credential]{
		client: c, path: "/acs/credentials/list", member: "acs_credentials", filter: map[string]any{"acs_" + whose + "_id": id},
		valid: (*credential).valid,
		List: listing.List[credential]{
			What: "credentials of " + whose + " " + id, ID: func(e *credential) string { return e.ID }, Restart: restart, Keep: keep,
		},
	}
	_, err := w.read(ctx)
	return err
}

// hasNoUnmanagedList reports whether a workspace has no list of unmanaged credentials: any refusal
// except one of the login means that.
func hasNoUnmanagedList(err error) bool {
	status := failure.In(err).HTTPStatus
	return status != http.StatusUnauthorized && status != 0
}

func (l *lister) report(p *part, done int) {
	if l.progress == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done[p] = done
	sum := 0
	for _, n := range l.done {
		sum += n
	}
	l.progress(sum, -1)
}

// newSystem reports whether a system was added while the others were listed.
func (l *lister) newSystem(ctx context.Context) (doubt string, err error) {
	before, err := l.client.knownSystems(ctx)
	if err != nil {
		return "", err
	}
	after, err := l.client.readSystems(ctx)
	if err != nil {
		return "", err
	}
	for _, s := range after {
		if before[s.ID] == nil {
			return "access system " + s.ID + " was added while the others were listed", nil
		}
	}
	return "", nil
}

// fill merges the parts, in their order.
func (l *lister) fill(listing *reconcile.Listing) {
	total := 0
	for _, p := range l.parts {
		total += p.set.Len()
	}
	listing.Records, listing.At = reconcile.NewSet(Schema, total), time.Now()
	listing.Effect, listing.Effects = reconcile.EffectYes, map[int]reconcile.EffectState{}
	listing.Untouchable = map[int]string{}
	if l.beyond {
		listing.Beyond = map[int][]reconcile.UncoveredPart{}
	}
	c := l.client
	c.mu.Lock()
	defer c.mu.Unlock()
	c.replaced, c.children, c.deleting = map[string]reconcile.Secret{}, map[string]bool{}, map[string]string{}
	var cells []reconcile.Cell
	for _, p := range l.parts {
		listing.Pages += p.reading.Pages
		if p.unseen {
			listing.Unseen = append(
				listing.Unseen,
				"unmanaged credentials were not checked: Seam does not list them here",
			)
		}
		if p.reading.Evidence == reconcile.EvidenceTwice {
			listing.Evidence = reconcile.EvidenceTwice
		}
		for n := range p.set.Len() {
			record := p.set.Record(n)
			cells = record.Cells(cells[:0])
			at, id := listing.Records.Add(cells), record.ID()
			of, noted := p.notes[n]
			if of.parent != "" {
				c.children[id] = true
				listing.Untouchable[at] = "it is part of the multi-phone sync credential " + of.parent + ": change that one"
			}
			if noted && of.effect.Effect != reconcile.EffectYes {
				listing.Effects[at] = of.effect
			}
			if len(of.beyond) > 0 {
				listing.Beyond[at] = of.beyond
			}
			if p.unmanaged {
				listing.Untouchable[at] = "unmanaged: Seam cannot edit it"
			}
			if !of.replaced.IsZero() {
				c.replaced[id] = of.replaced
			}
		}
		maps.Copy(c.deleting, p.deleting)
		p.set, p.notes = nil, nil
	}
}
