package pingone

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// revision is a credential type as it would be after a row's changes, or as it would be
// created.
type revision struct{ row *resolved }

// changes reports whether the row changes one of the columns. A creation changes all of
// them.
func (u *revision) changes(columns ...int) bool {
	return !u.row.record.Valid() ||
		slices.ContainsFunc(columns, func(n int) bool { return slices.Contains(u.row.changes, n) })
}

func (u *revision) before(column int) reconcile.Cell {
	if !u.row.record.Valid() {
		return reconcile.Cell{}
	}
	return u.row.record.Cell(column)
}

func (u *revision) after(column int) reconcile.Cell {
	if u.changes(column) {
		return u.row.cells[column]
	}
	return u.before(column)
}

// check returns the first thing that is wrong; empty for nothing.
func (u *revision) check() string {
	return cmp.Or(u.checkTexts(), u.checkMode(), u.checkFields(), string(u.checkExpiration()))
}

// checkTexts looks for formulas that hold a text, which lists use to protect it from
// spreadsheets. One that the record already holds may stay.
func (u *revision) checkTexts() string {
	for n := range Schema.Columns {
		if _, managed := paths[n]; !managed || !u.changes(n) {
			continue
		}
		if inside, ok := shape.Unwrap(u.row.cells[n].Text()); ok {
			return textForm(Schema.Columns[n].Name, inside)
		}
	}
	if !u.changes(col.fields) {
		return ""
	}
	before := u.before(col.fields).Text()
	for _, f := range fieldsOf(u.row.cells[col.fields].Text()) {
		for _, member := range []string{"title", "attribute", "value", "default"} {
			inside, ok := shape.Unwrap(f.text(member))
			had := func(old field) bool { return old.text(member) == f.text(member) }
			if ok && !slices.ContainsFunc(fieldsOf(before), had) {
				return textForm(fmt.Sprintf("%s of a field", member), inside)
			}
		}
	}
	return ""
}

func textForm(what, inside string) string {
	return fmt.Sprintf("%s is a formula: write only %q, and format the column as text", what, inside)
}

// mode returns the mode of the type; the default is AUTOMATED.
func (u *revision) mode() string {
	if mode := u.after(col.mode); mode.Filled() {
		return mode.Text()
	}
	return modeAutomated
}

func (u *revision) checkMode() string {
	if u.mode() != modeManaged || !u.after(col.expiration).Filled() {
		return ""
	}
	switch {
	case !u.row.record.Valid():
		return "a MANAGED type has no expiration: leave the cell blank, or make the type AUTOMATED"
	case u.changes(col.mode):
		return "a MANAGED type has no expiration, but this one does: write <empty> in the column expiration to remove " +
			"it in the same change"
	case u.changes(col.expiration):
		return "a MANAGED type has no expiration; the column management.mode can make it AUTOMATED"
	}
	return ""
}

func (u *revision) checkFields() string {
	if !u.changes(col.mode, col.fields) {
		return ""
	}
	begins := u.changes(col.mode)
	return checkFields(fieldsOf(u.after(col.fields).Text()), fieldsOf(u.before(col.fields).Text()), u.mode(), begins)
}

// pastExpiration warns if a changed expiration has passed at a time.
func (u *revision) pastExpiration(now time.Time) []string {
	if !u.changes(col.expiration) {
		return nil
	}
	text, _ := expirationOf(u.row.cells[col.expiration].Text())["timestamp"].(string)
	if at, ok := timestamp(text); !ok || now.IsZero() || at.After(now) {
		return nil
	}
	return []string{"the expiration is in the past: issued cards expire at once"}
}

// checkExpiration checks an expiration if it, or a field that it may name, changes.
func (u *revision) checkExpiration() flaw {
	e := expirationOf(u.after(col.expiration).Text())
	if e == nil || !u.changes(col.expiration, col.fields) {
		return ""
	}
	found := checkExpiration(e, fieldsOf(u.after(col.fields).Text()))
	if before := expirationOf(u.before(col.expiration).Text()); before != nil &&
		found == checkExpiration(before, fieldsOf(u.before(col.fields).Text())) {
		return ""
	}
	return found
}
