package doorflow_test

import (
	"testing"

	"keyroster/providers"
	"keyroster/providers/doorflow"
	"keyroster/reconcile"
)

// TestOffline: a row that names no type is judged by its record's type; one that names a type which
// the export does not show is not judged, whichever other rows identify the same record.
func TestOffline(t *testing.T) {
	record := cells(map[string]string{
		"credential_id": "c31", "holder_id": "103", "type": "33", "type_name": "Mobile pass",
	})
	const judged = `type "Mobile pass" is a mobile type, which has no value; leave the cell blank`
	for name, c := range map[string]struct {
		types, want []string
	}{
		"none":                {[]string{""}, []string{judged}},
		"unknown":             {[]string{"fob"}, []string{""}},
		"none, then unknown":  {[]string{"", "fob"}, []string{judged, ""}},
		"unknown, then none":  {[]string{"fob", ""}, []string{"", judged}},
		"the record's own":    {[]string{"33"}, []string{judged}},
		"its own and unknown": {[]string{"33", "fob"}, []string{judged, ""}},
	} {
		records, rows := reconcile.NewSet(doorflow.Schema, 1), []doorflow.Row{}
		records.Add(record)
		for _, kind := range c.types {
			rows = append(rows, doorflow.Row{CredentialID: "c31", Type: kind, Value: secret("4711")})
		}
		read := roster(t, rows...)
		// An export blanks a type that it does not know if the row names a record.
		known := read.Rows.Revised(doorflow.Schema, func(_ int, cells []reconcile.Cell) {
			if kind := doorflowColumn("type"); cells[kind].Text() == "fob" {
				cells[kind] = reconcile.Cell{}
			}
		})
		offline := doorflow.Spec.Offline(providers.Offline{
			Roster: read, Listing: &reconcile.Listing{Records: records}, Wanted: reconcile.NewWanted(known),
		})
		for n, want := range c.want {
			if got := offline.Verdicts[n].Reason; got != want {
				t.Errorf("types %s: row %d is judged %q, want %q", name, n, got, want)
			}
		}
	}
}
