package reportio

import (
	"strings"

	"keyroster/reconcile"
)

// displayNames are the names that a provider gives to credentials, as far as they
// identify the holder: a name that credentials of several holders share (PIN) does not.
type displayNames struct {
	column, holder int
	// owner is the holder of the credentials with a name, or severalOwners.
	owner map[string]string
}

const severalOwners = "\x00"

// newDisplayNames looks through the records of a listing, which may be nil.
func newDisplayNames(records *reconcile.Set) *displayNames {
	d := &displayNames{owner: map[string]string{}}
	if records == nil {
		return d
	}
	d.column, d.holder = records.Schema().At(reconcile.DisplayName), records.Schema().At(reconcile.HolderID)
	if d.column < 0 || d.holder < 0 {
		return d
	}
	for n := range records.Len() {
		record := records.Record(n)
		name := record.Cell(d.column).Text()
		if name == "" {
			continue
		}
		owner := d.ownerOf(record)
		switch known, seen := d.owner[name]; {
		case !seen:
			d.owner[strings.Clone(name)] = strings.Clone(owner)
		case known != owner:
			d.owner[name] = severalOwners
		}
	}
	return d
}

// ownerOf is the holder, or the record itself where it has none.
func (d *displayNames) ownerOf(record reconcile.Record) string {
	if holder := record.Cell(d.holder).Text(); holder != "" {
		return holder
	}
	return severalOwners + record.ID()
}

// of is the name of a record, which may be invalid; empty where it identifies no
// holder. A name that contains the value is not repeated.
func (d *displayNames) of(record reconcile.Record) string {
	if len(d.owner) == 0 || !record.Valid() {
		return ""
	}
	name := record.Cell(d.column).Text()
	if name == "" || d.owner[name] == severalOwners {
		return ""
	}
	if v := record.Schema().Value(); v >= 0 {
		if value := record.Cell(v).Text(); value != "" && strings.Contains(name, value) {
			return ""
		}
	}
	return strings.Clone(name)
}
