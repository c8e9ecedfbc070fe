package seam

import (
	"context"
	"slices"
	"strings"

	"keyroster/providers/lookup"
	"keyroster/reconcile"
)

// separateRead is what separate calls read of one listed credential.
type separateRead struct {
	// doors is the cell of its entrances, unset if they were not read.
	doors reconcile.Cell
	// details is only read of a credential that would be replaced.
	details *details
	// failure is why either could not be read.
	failure *reconcile.Failure
}

// readSeparately reads what no listing holds, only for the credentials for which it matters: the
// entrances if a row names some, and everything that a replacement must carry over if a row
// needs one.
func (r *resolver) readSeparately(ctx context.Context, rows *reconcile.Set, records []int32) error {
	r.separate = map[int32]*separateRead{}
	if r.client == nil {
		return nil
	}
	tally := lookup.Of(r.client)
	read := func(
		chosen func(cells []reconcile.Cell, have reconcile.Record, l *separateRead) bool,
		one func(ctx context.Context, l *separateRead, id string) error,
	) error {
		var list []int32
		var cells []reconcile.Cell
		listed := map[int32]bool{} // joined rows mean the same record
		for n, at := range records {
			if v, decided := r.verdicts[n]; at < 0 || listed[at] || decided && v.When == reconcile.Always {
				continue
			}
			cells = rows.Record(n).Cells(cells[:0])
			if cells[col.state].Text() == reconcile.StateAbsent ||
				!chosen(cells, r.listing.Records.Record(int(at)), r.separate[at]) {
				continue
			}
			list, listed[at] = append(list, at), true
			if r.separate[at] == nil {
				r.separate[at] = &separateRead{}
			}
		}
		return lookup.Each(ctx, r.client.concurrency, len(list), func(ctx context.Context, i int) (fatal error) {
			l := r.separate[list[i]]
			l.failure, fatal = tally.Record(ctx, one(ctx, l, r.listing.Records.Record(int(list[i])).ID()))
			return fatal
		})
	}
	if err := read(func(cells []reconcile.Cell, _ reconcile.Record, _ *separateRead) bool {
		return cells[col.entrances].State() != reconcile.Unset
	}, func(ctx context.Context, l *separateRead, id string) error {
		ids, err := r.client.openedBy(ctx, id)
		if err == nil {
			l.doors = entranceCell(ids)
		}
		return err
	}); err != nil {
		return err
	}
	return read(func(cells []reconcile.Cell, have reconcile.Record, l *separateRead) bool {
		return (l == nil || l.failure == nil) && r.replaces(cells, have, l.cell())
	}, func(ctx context.Context, l *separateRead, id string) error {
		e, err := r.client.readDetails(ctx, id)
		if err == nil {
			l.details, l.doors = e, entranceCell(e.doors)
		}
		return err
	})
}

func (l *separateRead) cell() reconcile.Cell {
	if l == nil {
		return reconcile.Cell{}
	}
	return l.doors
}

// replaces reports whether only a deletion and a creation can give a record what a row
// wants.
func (r *resolver) replaces(cells []reconcile.Cell, have reconcile.Record, doors reconcile.Cell) bool {
	value, ends, starts := cells[col.value], cells[col.ends], cells[col.starts]
	if movedStart(starts, have, r.now) {
		starts = reconcile.Cell{}
	}
	return differs(starts, have.Cell(col.starts)) ||
		value.State() == reconcile.Empty && differs(value, have.Cell(col.value)) ||
		ends.State() == reconcile.Empty && differs(ends, have.Cell(col.ends)) ||
		doors.State() != reconcile.Unset && differs(cells[col.entrances], doors)
}

// hasWord finds a word among those of the column status.
func hasWord(status, word string) bool {
	return slices.Contains(strings.Fields(status), word)
}

// fillIn puts what separate calls read into the listing's records.
func (r *resolver) fillIn() {
	if len(r.separate) == 0 {
		return
	}
	revise(r.listing.Records, func(n int, cells []reconcile.Cell) {
		if doors := r.separate[int32(n)].cell(); doors.State() != reconcile.Unset {
			cells[col.entrances] = doors
		}
	})
}
