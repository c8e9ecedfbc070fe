package engine

import (
	"context"
	"slices"
	"sync"
	"time"

	"keyroster/reconcile"
)

// ReadAgain is how long after a write the provider may still show the earlier state: reads
// may come from a replica that lags behind.
const ReadAgain = 10 * time.Second

// RecentWrites knows what was written a short while ago. A read that shows a record as it
// was before one of our own accepted writes is stale, and not another client's edit: it is
// repeated, after growing pauses, until it shows what was written or the bound since the
// write is over. Then it is reported as stale. It is safe for concurrent use; all runs and
// listings of an account share one.
type RecentWrites struct {
	bound time.Duration

	mu     sync.Mutex
	trails map[string]*writtenState
	swept  int
}

// NewRecentWrites knows of no write yet. bound is how long after a write reads are
// repeated; 0 is [ReadAgain].
func NewRecentWrites(bound time.Duration) *RecentWrites {
	if bound <= 0 {
		bound = ReadAgain
	}
	return &RecentWrites{bound: bound, trails: map[string]*writtenState{}}
}

// writtenState is what a record was given. A record that is not valid does not exist.
type writtenState struct {
	// was has what it held before each write, the oldest first; now is what the last one
	// left.
	was []reconcile.Record
	now reconcile.Record
	// at is when the last write was accepted; kept: it is remembered beyond the bound,
	// since a person is on a temporary value meanwhile.
	at   time.Time
	kept bool
}

// wrote records an accepted write; id is the record's after it.
func (r *RecentWrites) wrote(c reconcile.Change, id string, at time.Time, kept bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep(at)
	switch c.Action {
	case reconcile.Create:
		r.add(id, reconcile.Record{}, unversioned(c.Want.Cells(nil), c.Want.Schema()), at, kept)
	case reconcile.Delete:
		r.add(c.Have.ID(), c.Have, reconcile.Record{}, at, kept)
	case reconcile.Replace:
		r.add(c.Have.ID(), c.Have, reconcile.Record{}, at, kept)
		r.add(id, reconcile.Record{}, unversioned(after(c).Cells(nil), c.Want.Schema()), at, kept)
	default:
		r.add(c.Have.ID(), c.Have, unversioned(after(c).Cells(nil), c.Have.Schema()), at, kept)
	}
}

func (r *RecentWrites) add(id string, was, now reconcile.Record, at time.Time, kept bool) {
	t := r.trails[id]
	if t == nil {
		t = &writtenState{}
		r.trails[id] = t
	}
	t.was, t.now, t.at, t.kept = append(t.was, was), now, at, t.kept || kept
}

// hasRecent reports whether a record was written a short while ago.
func (r *RecentWrites) hasRecent(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.trails[id] != nil
}

// sweep drops what no run asks for any more, once there is enough of it.
func (r *RecentWrites) sweep(now time.Time) {
	if len(r.trails) < max(256, 2*r.swept) {
		return
	}
	for id, t := range r.trails {
		if !t.kept && now.Sub(t.at) > r.bound {
			delete(r.trails, id)
		}
	}
	r.swept = len(r.trails)
}

// unversioned returns a record of cells without its version, which a write changes in an unknown
// way.
func unversioned(cells []reconcile.Cell, schema *reconcile.Schema) reconcile.Record {
	for col := range schema.Columns {
		if schema.Columns[col].Version {
			cells[col] = reconcile.Cell{}
		}
	}
	set := reconcile.NewSet(schema, 1)
	return set.Record(set.Add(cells))
}

// stale reports whether a record that was read is as it was before one of our writes, and
// until when it is worth reading again.
func (r *RecentWrites) stale(id string, now reconcile.Record) (until time.Time, stale bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.trails[id]
	if t == nil {
		return time.Time{}, false
	}
	for _, like := range []func(expected, now reconcile.Record) bool{mayBe, mayBeRespelled} {
		if like(t.now, now) {
			return time.Time{}, false
		}
		if slices.ContainsFunc(t.was, func(was reconcile.Record) bool { return like(was, now) }) {
			return t.at.Add(r.bound), true
		}
	}
	return time.Time{}, false
}

// mayBe reports whether a record that was read may be the expected one. Masked cells are
// ignored.
func mayBe(expected, now reconcile.Record) bool {
	if !expected.Valid() || !now.Valid() {
		return expected.Valid() == now.Valid()
	}
	return !slices.ContainsFunc(differing(expected, now), func(col int) bool {
		return expected.Cell(col).State() != reconcile.Masked && now.Cell(col).State() != reconcile.Masked
	})
}

// mayBeRespelled reports whether a record may be the expected one, which we wrote, in the
// provider's spelling.
func mayBeRespelled(expected, now reconcile.Record) bool {
	if !expected.Valid() || !now.Valid() {
		return expected.Valid() == now.Valid()
	}
	return !slices.ContainsFunc(differing(expected, now), func(col int) bool {
		return expected.Schema().Columns[col].Compare(expected.Cell(col), now.Cell(col)) == reconcile.Differs
	})
}

// read reads the record of a change. stale: it still shows the state before one of our
// writes. old, which may be nil, reports whether a record may show the state before a write
// of unknown effect; it is read again until then.
func (r *RecentWrites) read(
	ctx context.Context, p reconcile.Provider, c reconcile.Change, old func(reconcile.Record) bool,
	until time.Time,
) (now reconcile.Record, stale bool, err error) {
	for n := 0; ; n++ {
		if now, err = p.Read(ctx, c); err != nil {
			return now, false, err
		}
		id := c.Have.ID()
		if c.Action == reconcile.Create && now.Valid() {
			id = now.ID()
		}
		end, stale := r.stale(id, now)
		if old != nil && old(now) && until.After(end) {
			end = until
		}
		if !r.pause(ctx, n, end) {
			return now, stale, nil
		}
	}
}

// pause waits before the nth repetition, longer each time, and reports whether there is to
// be one.
func (r *RecentWrites) pause(ctx context.Context, n int, until time.Time) bool {
	left := time.Until(until)
	if left <= 0 {
		return false
	}
	timer := time.NewTimer(min(left, r.bound/100<<min(n, 10)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// List lists an account, again if the listing shows records as they were before our own
// writes.
func (r *RecentWrites) List(
	ctx context.Context, p reconcile.Provider, scope reconcile.Scope,
	progress func(done, total int),
) (*reconcile.Listing, error) {
	for n := 0; ; n++ {
		listing, err := guarded{p}.List(ctx, scope, progress)
		if err != nil || !r.pause(ctx, n, r.staleIn(listing, scope)) {
			return listing, err
		}
	}
}

// staleIn returns until when a listing should be repeated; the zero time is never.
func (r *RecentWrites) staleIn(listing *reconcile.Listing, scope reconcile.Scope) time.Time {
	var until time.Time
	recent := r.since(time.Now().Add(-r.bound))
	if len(recent) == 0 {
		return until
	}
	listed := map[string]int{}
	for n := range listing.Records.Len() {
		if id := listing.Records.Record(n).ID(); recent[id] != nil {
			listed[id] = n
		}
	}
	for id, t := range recent {
		n, found := listed[id]
		var now reconcile.Record
		if found {
			now = listing.Records.Record(n)
			_, going := listing.Untouchable[n]
			if _, ending := listing.Ending[n]; (going || ending) && !t.now.Valid() {
				continue // ending, as it should be
			}
		} else if t.now.Valid() && !inScope(scope, t.now) {
			continue
		}
		if end, stale := r.stale(id, now); stale && end.After(until) {
			until = end
		}
	}
	return until
}

func (r *RecentWrites) since(begin time.Time) map[string]*writtenState {
	r.mu.Lock()
	defer r.mu.Unlock()
	recent := map[string]*writtenState{}
	for id, t := range r.trails {
		if t.at.After(begin) {
			same := *t
			recent[id] = &same
		}
	}
	return recent
}

// inScope reports whether a listing of that scope shows a record.
func inScope(scope reconcile.Scope, record reconcile.Record) bool {
	return len(scope.Holders) == 0 || slices.Contains(scope.Holders, record.Of(reconcile.HolderID))
}
