package exportio

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"keyroster/reconcile"
)

// TestCredentialsStandByPersonTypeAndID: a person's second card is listed beside the first,
// whatever the order of the listing.
func TestCredentialsStandByPersonTypeAndID(t *testing.T) {
	records := []fields{
		{"credential_id": "K10", "holder_id": "501", "type": "32", "type_name": "Card", "value": "1"},
		{"credential_id": "X1", "holder_id": "999", "type": "32", "type_name": "Card", "value": "2"},
		{"credential_id": "P1", "holder_id": "501", "type": "31", "type_name": "PIN", "value": "3"},
		{"credential_id": "Q1", "holder_id": "503", "type": "32", "type_name": "Card", "value": "4"},
		{"credential_id": "K2", "holder_id": "502", "type": "32", "type_name": "Card", "value": "5"},
		{"credential_id": "K9", "holder_id": "501", "type": "32", "type_name": "Card", "value": "6"},
		{"credential_id": "k9", "holder_id": "501", "type": "32", "type_name": "Card", "value": "7"},
	}
	// 503 has the same name as 501, and 999 has only its id.
	want := []string{"X1", "K9", "k9", "K10", "P1", "Q1", "K2"}
	for range len(records) {
		records = append(records[1:], records[0])
		s := source(t)
		s.Holders.Add(&reconcile.Holder{ID: "503", Name: "person one"})
		s.Listing = listing(records...)
		a := New(s)
		var got []string
		for n := range a.Records.Len() {
			got = append(got, a.Records.Record(n).ID())
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestTimesOfAWorkbookAreThoseOfTheAccount: the times in a workbook are in the zone of the account;
// read back, they are the same instants. The other formats keep them unchanged.
func TestTimesOfAWorkbookAreThoseOfTheAccount(t *testing.T) {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	s := source(t)
	s.Location = zone
	s.Listing = listing(
		fields{"credential_id": "A", "ends_at": "2027-06-30T23:00:00Z", "type": "32", "value": "1"},
		fields{"credential_id": "B", "ends_at": "2027-01-01T00:00:00.5Z", "type": "32", "value": "2"},
		fields{"credential_id": "C", "ends_at": reconcile.CanonicalTime(reconcile.LatestInstant), "type": "32", "value": "3"},
		fields{"credential_id": "D", "ends_at": "whenever", "type": "32", "value": "4"},
	)
	a := New(s)
	for _, format := range []Format{XLSX, CSV} {
		path := filepath.Join(t.TempDir(), "x."+string(format))
		if err := Save(path, format, export(a), Recipients{}); err != nil {
			t.Fatal(err)
		}
		back, err := Read(path, schemas)
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if d := cmp.Diff(masked(a.Records), cellsOf(back.Accounts[0].Records)); d != "" {
			t.Errorf("%s: %s", format, d)
		}
		if format != XLSX {
			continue
		}
		f, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("hq")
		if err != nil {
			t.Fatal(err)
		}
		at := slices.Index(rows[0], "ends_at")
		var got []string
		for _, row := range rows[1:] {
			got = append(got, row[at])
		}
		want := []string{
			"2027-07-01 00:00:00 +01:00", "2027-01-01 00:00:00.5 +00:00",
			reconcile.CanonicalTime(reconcile.LatestInstant), "whenever",
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		if listed, _ := f.GetCellValue("Summary", "B5"); listed != "2026-03-01 08:30:00 GMT" {
			t.Errorf("listed %q", listed)
		}
		_ = f.Close()
	}
}
