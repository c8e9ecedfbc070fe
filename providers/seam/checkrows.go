package seam

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// checkRows adds the verdicts on what Seam cannot do. They depend on the record that a row
// will be compared with, so the rows are paired here as the plan will pair them.
func (r *resolver) checkRows(ctx context.Context, rows *reconcile.Set) (*reconcile.Wanted, error) {
	wanted := &reconcile.Wanted{Rows: rows, Verdicts: r.verdicts, Notes: r.notes}
	var records []int32
	records, r.joined = reconcile.Pair(r.roster, wanted, r.listing)
	if err := r.readSeparately(ctx, rows, records); err != nil {
		return nil, err
	}
	r.fillIn()
	revise(rows, func(n int, cells []reconcile.Cell) {
		if _, decided := r.verdicts[n]; decided || cells[col.state].Text() == reconcile.StateAbsent {
			return
		}
		var verdict *reconcile.Verdict
		var have reconcile.Record
		if at := records[n]; at >= 0 {
			have = r.listing.Records.Record(int(at))
			verdict = r.checkUpdate(n, cells, have, r.separate[at])
		} else {
			verdict = r.checkCreation(n, cells)
		}
		if verdict != nil {
			r.verdicts[n] = *verdict
			return
		}
		r.noteFarYears(n, cells, have)
	})
	r.noteDeleting(rows, records)
	r.noteEqualCodes(rows)
	r.noteSiblings(rows, records)
	return wanted, nil
}

// revise changes the cells of a set in place.
func revise(set *reconcile.Set, change func(n int, cells []reconcile.Cell)) {
	var cells, before []reconcile.Cell
	for n := range set.Len() {
		cells = set.Record(n).Cells(cells[:0])
		before = append(before[:0], cells...)
		if change(n, cells); !slices.Equal(before, cells) {
			set.Put(n, cells)
		}
	}
}

func unsupported(when reconcile.When, format string, args ...any) *reconcile.Verdict {
	return reconcile.Unsupported.Because(format, args...).If(when)
}

func invalid(when reconcile.When, format string, args ...any) *reconcile.Verdict {
	return reconcile.Invalid.Because(format, args...).If(when)
}

// differs reports whether a row wants another content than the record has, in a cell that
// both sides know.
func differs(want, have reconcile.Cell) bool {
	return (want.Filled() || want.State() == reconcile.Empty) && have.State() != reconcile.Masked &&
		want.Text() != have.Text()
}

// checkUpdate checks a row that has a record.
func (r *resolver) checkUpdate(
	n int, cells []reconcile.Cell, have reconcile.Record, l *separateRead,
) *reconcile.Verdict {
	if l != nil && l.failure != nil {
		return unreadableDetails(l.failure)
	}
	if r.offline && cells[col.entrances].State() != reconcile.Unset {
		r.offlineEntrances(n, cells, have)
	}
	if movedStart(cells[col.starts], have, r.now) {
		cells[col.starts] = reconcile.Cell{}
		r.note(n, noteMoved)
	}
	if ends, has := cells[col.ends], have.Cell(col.ends); reconcile.IsNever(instantOf(ends.Text())) &&
		reconcile.IsNever(instantOf(has.Text())) {
		cells[col.ends] = has // both say never
	}
	value, ends, starts := cells[col.value], cells[col.ends], cells[col.starts]
	recoded := differs(value, have.Cell(col.value)) ||
		r.offline && value.Filled() && have.Cell(col.value).State() == reconcile.Masked
	switch kind := have.Cell(col.kind).Text(); {
	case recoded && kind == methodCard:
		return unsupported(reconcile.IfUpdate, "Seam cannot write card numbers")
	case recoded && kind != methodCode:
		return unsupported(reconcile.IfUpdate, "a %s has no code that could be written", kind)
	case recoded && value.Filled():
		if v := r.checkCode(reconcile.IfUpdate, have.Cell(col.system).Text(), value.Text()); v != nil {
			return v
		}
	}
	begin := have.Cell(col.starts)
	if starts.Filled() {
		begin = starts
	}
	if differs(ends, have.Cell(col.ends)) && ends.Filled() {
		if v := r.checkEnd(reconcile.IfUpdate, ends.Text(), begin.Text()); v != nil {
			return v
		}
	}
	if r.replaces(cells, have, have.Cell(col.entrances)) {
		return r.checkReplacement(cells, have, begin.Text(), l)
	}
	return nil
}

// unreadableDetails blocks a row that cannot be compared or replaced because the
// credential's details cannot be read.
func unreadableDetails(f *reconcile.Failure) *reconcile.Verdict {
	return &reconcile.Verdict{
		When: reconcile.IfUpdate, Situation: reconcile.Unreadable, LookUp: true,
		Reason: "could not read the credential's entrances and details, which a change might lose: " + f.Reason,
	}
}

// checkReplacement checks a row that needs a deletion and a creation: the new credential must be
// complete. Without recreate the plan blocks the row anyway, and this says what else it
// would take.
func (r *resolver) checkReplacement(
	cells []reconcile.Cell, have reconcile.Record, begin string, l *separateRead,
) *reconcile.Verdict {
	if l != nil && l.details != nil && len(l.details.lost) > 0 {
		return unsupported(
			reconcile.IfUpdate, "a replacement would lose what cannot be set on a new credential: %s",
			strings.Join(l.details.lost, ", "),
		)
	}
	switch kind, value := have.Cell(col.kind).Text(), cells[col.value]; {
	case kind == methodCard:
		return unsupported(
			reconcile.IfUpdate,
			"a replacement would lose the card number, which cannot be written through Seam",
		)
	case kind != methodCode && kind != methodMobile:
		return unsupported(reconcile.IfUpdate, "a replacement needs a new %s, which cannot be created here", kind)
	case kind == methodCode && !value.Filled() && !r.systems[have.Cell(col.system).Text()].generates():
		return unsupported(reconcile.IfUpdate, "a replacement needs the code itself: fill value")
	}
	if v := checkStart(reconcile.IfUpdate, cells[col.starts]); v != nil {
		return v
	}
	ends := cells[col.ends]
	if ends.State() == reconcile.Unset {
		ends = have.Cell(col.ends)
	}
	if ends.Filled() {
		return r.checkEnd(reconcile.IfUpdate, ends.Text(), begin)
	}
	return nil
}

// checkCreation checks a row without a record.
func (r *resolver) checkCreation(n int, cells []reconcile.Cell) *reconcile.Verdict {
	if r.ended(cells) {
		return reconcile.InSync.Because("ends_at %s has passed and there is no such credential: nothing to create",
			cells[col.ends].Text()).
			If(reconcile.IfCreate)
	}
	value, one := cells[col.value], r.systems[cells[col.system].Text()]
	switch kind := cells[col.kind].Text(); {
	case kind == "" || one == nil:
		return nil // the comparison says what is missing
	case kind != methodCode && kind != methodCard && kind != methodMobile:
		return unsupported(reconcile.IfCreate, "a %s cannot be created here", kind)
	case one.Kind == kindLatch && len(splitEntrances(cells[col.entrances].Text())) != 1:
		return unsupported(
			reconcile.IfCreate,
			"Latch needs one credential for each entrance: name one in the column entrances",
		)
	case kind == methodCard && value.Filled():
		return unsupported(
			reconcile.IfCreate,
			"Seam cannot write card numbers: leave value blank and encode the card",
		)
	case kind == methodMobile && value.Filled():
		return unsupported(reconcile.IfCreate, "a mobile key has no code: leave value blank")
	case kind == methodCode && r.generated[n]:
		return unsupported(
			reconcile.IfCreate, "%s generates its PINs: leave value blank to get one",
			one.title(),
		)
	case kind == methodCode && value.State() == reconcile.Masked:
		return invalid(reconcile.IfCreate, "the cell holds a mask, but a new credential needs the real value")
	case kind == methodCode && !value.Filled() && !one.generates():
		return invalid(reconcile.IfCreate, "a new credential needs a value")
	case kind == methodCode && value.Filled():
		if v := r.checkCode(reconcile.IfCreate, one.ID, value.Text()); v != nil {
			return v
		}
	}
	if starts := cells[col.starts]; starts.Filled() && instantOf(starts.Text()).Before(r.now) {
		r.note(n, "starts_at is in the past: Seam may move it to the time of creation")
	}
	if v := checkStart(reconcile.IfCreate, cells[col.starts]); v != nil {
		return v
	}
	if ends := cells[col.ends]; ends.Filled() {
		return r.checkEnd(reconcile.IfCreate, ends.Text(), cells[col.starts].Text())
	}
	return nil
}

// checkStart rejects a start by which lists mean "never".
func checkStart(when reconcile.When, starts reconcile.Cell) *reconcile.Verdict {
	if !starts.Filled() || !reconcile.IsNever(instantOf(starts.Text())) {
		return nil
	}
	return invalid(
		when, "starts_at %s means never: leave the cell blank, or give the date",
		starts.Text(),
	)
}

// checkCode checks a code by the published rules (Seam integration guides).
func (r *resolver) checkCode(when reconcile.When, system, code string) *reconcile.Verdict {
	if !shape.AllDigits(code) {
		return invalid(when, "a code must be digits")
	}
	if one := r.systems[system]; one != nil && one.Kind == kindPTI {
		if n, err := strconv.ParseUint(code, 10, 64); err != nil || n < 1 || n > maxPTI {
			return invalid(when, "PTI accepts codes from 1 to %d", int64(maxPTI))
		}
	}
	return nil
}

// afterEpoch is when it is past 1970-01-01, and the midnight after it, in every time zone.
var afterEpoch = time.Date(1970, time.January, 3, 0, 0, 0, 0, time.UTC)

// checkEnd checks a new end of validity.
func (r *resolver) checkEnd(when reconcile.When, ends, starts string) *reconcile.Verdict {
	at, from := instantOf(ends), instantOf(starts)
	switch {
	case at.IsZero():
		return invalid(when, "ends_at %s is not a valid time: write it as 2026-01-31T08:00:00Z", ends)
	case at.Before(afterEpoch):
		return invalid(
			when,
			"ends_at is 1970-01-01, which programs write for a missing date: leave the cell blank, or give the date",
		)
	case !at.After(r.now):
		return unsupported(when, "ends_at is in the past, which Seam refuses: use state=absent")
	case !from.IsZero() && !at.After(from):
		return invalid(when, "ends_at is not after starts_at (%s)", from.Format(time.RFC3339))
	}
	return nil
}

// noteDeleting notes, for rows without a record, that Seam is deleting one which they may
// mean: it counts as gone.
func (r *resolver) noteDeleting(rows *reconcile.Set, records []int32) {
	if r.client == nil || len(r.client.deleting) == 0 {
		return
	}
	byKey := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(r.client.deleting)) {
		if key := r.client.deleting[id]; key != "" && byKey[key] == "" {
			byKey[key] = id
		}
	}
	for n := range rows.Len() {
		if records[n] >= 0 {
			continue
		}
		row := rows.Record(n)
		id := row.ID()
		if _, leaving := r.client.deleting[id]; !leaving {
			id = byKey[keyOf(row)]
		}
		if id != "" {
			r.note(n, "credential "+id+" is being deleted at Seam and counts as gone")
		}
	}
}

// noteEqualCodes warns of rows that want the same code in a system: whether the provider
// allows that is not documented.
func (r *resolver) noteEqualCodes(rows *reconcile.Set) {
	first := make(map[string]int, rows.Len())
	var cells []reconcile.Cell
	for n := range rows.Len() {
		cells = rows.Record(n).Cells(cells[:0])
		value := cells[col.value]
		if !value.Filled() || r.joined[n] || r.kindIn(cells) != methodCode ||
			cells[col.state].Text() == reconcile.StateAbsent {
			continue
		}
		key := r.systemIn(cells) + "\x00" + value.Text()
		other, twice := first[key]
		if !twice {
			first[key] = n
			continue
		}
		at := r.roster.Source(other)
		r.note(
			n,
			fmt.Sprintf(
				"the roster gives the same code twice in one access system: see %s of %s",
				at.Within(), at.File,
			),
		)
	}
}

// noteSiblings records which credentials have the key of a row without a record, so that
// none of them is taken for the one that the row will create.
func (r *resolver) noteSiblings(rows *reconcile.Set, records []int32) {
	for n := range rows.Len() {
		if row := rows.Record(n); records[n] < 0 && row.Cell(col.state).Text() != reconcile.StateAbsent {
			if key := keyOf(row); key != "" {
				r.existing[key] = map[string]bool{}
			}
		}
	}
	if len(r.existing) == 0 {
		return
	}
	for n := range r.listing.Records.Len() {
		record := r.listing.Records.Record(n)
		if ids := r.existing[keyOf(record)]; ids != nil {
			ids[record.ID()] = true
		}
	}
}
