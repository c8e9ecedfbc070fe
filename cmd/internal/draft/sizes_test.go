package draft

import (
	"testing"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/store"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// sized returns a draft of a roster and a listing with so many rows and records, of which matched
// belong together.
func sized(rows, records, matched int, last *store.LastGood, o Options) *Draft {
	schema := all.Lookup("doorflow").Schema
	cells := make([]reconcile.Cell, len(schema.Columns))
	roster := reconcile.NewRoster(schema)
	roster.Files = []reconcile.File{{Name: "badges.csv"}}
	for n := range rows {
		roster.Add(0, 0, n+2, cells)
	}
	listed := reconcile.NewSet(schema, records)
	for range records {
		listed.Add(cells)
	}
	known := &history.Known{}
	known.LastGood = last
	return &Draft{
		Known: known, Roster: roster, Options: o, Scope: reconcile.Scope{Holders: o.Holders},
		Listing: &reconcile.Listing{Records: listed}, Plan: &reconcile.Plan{Matched: matched},
	}
}

func TestCheckRoster(t *testing.T) {
	last := &store.LastGood{RunID: "R", Records: 100, Rows: 100}
	const (
		fewRows       = "the roster has 89 rows, but that of the last good run (R) had 100"
		fewRecords    = "the account holds 49 records, but held 100 after the last good run (R)"
		fewNamed      = "first run here: the roster names 49 of 100 records, and --prune would delete the others"
		acceptRoster  = "if this is intended: --accept-shrunken-roster REASON"
		acceptListing = "if this is intended: --accept-shrunken-listing REASON"
	)
	tests := []struct {
		name                   string
		rows, records, matched int
		last                   *store.LastGood
		options                Options
		text, hint             string
	}{
		{name: "as before", rows: 100, records: 100, last: last},
		{name: "just enough rows and records", rows: 90, records: 50, last: last},
		{name: "too few rows", rows: 89, records: 100, last: last, text: fewRows, hint: acceptRoster},
		{name: "too few rows of some people", rows: 89, records: 9, last: last, options: Options{Holders: []string{"1"}}, text: fewRows, hint: acceptRoster},
		{name: "too few rows, accepted", rows: 89, records: 100, last: last, options: Options{ShrunkenRoster: "a site was closed"}},
		{name: "too few records", rows: 100, records: 49, last: last, text: fewRecords, hint: acceptListing},
		{name: "too few records, accepted", rows: 100, records: 49, last: last, options: Options{ShrunkenListing: "a site was closed"}},
		{name: "records of some people", rows: 100, records: 1, last: last, options: Options{Holders: []string{"1"}}},
		{name: "first run", rows: 10, records: 100, matched: 10},
		{name: "first run that prunes", rows: 50, records: 100, matched: 50, options: Options{Prune: true}},
		{
			name: "first run that prunes most", rows: 49, records: 100, matched: 49, options: Options{Prune: true},
			text: fewNamed, hint: acceptRoster + "; or leave out --prune",
		},
		{name: "first run that prunes most, accepted", rows: 49, records: 100, matched: 49, options: Options{Prune: true, ShrunkenRoster: "it is right"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := sized(test.rows, test.records, test.matched, test.last, test.options).CheckRoster()
			wantFailure(t, err, failure.Unsafe, test.text, test.hint)
		})
	}
}

func TestCheckRosterOfFailedRows(t *testing.T) {
	d := sized(1, 100, 1, &store.LastGood{RunID: "R", Records: 100, Rows: 100}, Options{})
	d.Roster.Files[0].Partial = true
	wantFailure(t, d.CheckRoster(), failure.Unsafe, "", "")
}
