package rosterio_test

import (
	"testing"

	"keyroster/io/rosterio"

	"keyroster/io/cellio"
)

func clock(s string) cellio.Cell {
	return cellio.Cell{Kind: cellio.Number, Text: s, Format: cellio.FormatTime}
}

// TestDamagedTimes: dates and times in the wrong cells are damage, and so are numbers in cells for
// dates.
func TestDamagedTimes(t *testing.T) {
	for _, tt := range []struct {
		column string
		cell   cellio.Cell
		kind   string
		likely string
	}{
		{"ends_at", num("45292"), rosterio.KindNotDate, "2024-01-01"},
		{"ends_at", cellio.Cell{Kind: cellio.Date, Text: "2027-06-01", Format: cellio.FormatMonth}, rosterio.KindNotDate, ""},
		{"ends_at", num("45292.0"), rosterio.KindNotDate, "2024-01-01"},
		{"ends_at", num("45292.354166666664"), rosterio.KindNotDate, "2024-01-01T08:30:00"},
		{"ends_at", cellio.Cell{Kind: cellio.Number, Text: "43830", From1904: true}, rosterio.KindNotDate, "2024-01-01"},
		{"ends_at", num("20240101"), rosterio.KindNotDate, "2024-01-01"},
		{"ends_at", num("20241301"), rosterio.KindNotDate, ""},
		{"ends_at", num("4711"), rosterio.KindNotDate, ""},
		{"ends_at", num("38000"), rosterio.KindNotDate, ""},
		{"ends_at", num("60000"), rosterio.KindNotDate, ""},
		{"ends_at", num("308346877"), rosterio.KindNotDate, ""},
		{"ends_at", num("-45292"), rosterio.KindNotDate, ""},
		{"ends_at", clock("0.0430555555555556"), rosterio.KindNotDate, ""},
		{"value", clock("0.0430555555555556"), rosterio.KindDate, ""},
		{"value", clock("1.04166666666667"), rosterio.KindDate, ""},
		{"holder_ref", clock("0.0430555555555556"), rosterio.KindDate, "1:02"},
		{"holder_ref", clock("1.0423726851851852"), rosterio.KindDate, "25:01:01"},
		{"note", clock("0.5"), rosterio.KindDate, "12:00"},
		{"note", clock("-0.5"), rosterio.KindDate, ""},
		{"uses", clock("1"), rosterio.KindDate, ""},
		{"value", str("Fri Jan 02 2026 00:00:00 GMT+0100 (Central European Standard Time)"), rosterio.KindDate, ""},
		{"value", str("Fri Jan 02 2026 00:00:00 GMT+0100 (Mitteleuropäische Normalzeit)"), rosterio.KindDate, ""},
		{"value", str("Fri Jan 02 2026"), rosterio.KindDate, ""},
		{"value", str("Fri, 02 Jan 2026 00:00:00 GMT"), rosterio.KindDate, ""},
		{"holder_ref", str("Fri Jan 02 2026 00:00:00 GMT+0000 (UTC)"), rosterio.KindDate, "1-2 or 2-1"},
		{"value", str("01:02:00"), rosterio.KindDate, ""},
		{"value", str("1:02:00 AM"), rosterio.KindDate, ""},
		{"value", str("2026-01-02T08:30:00.000Z"), rosterio.KindDate, ""},
		{"value", str("1899-12-30 01:02:00"), rosterio.KindDate, ""},
	} {
		t.Run(tt.column+"/"+tt.kind, func(t *testing.T) { wantDamage(t, tt.column, tt.cell, tt.kind, tt.likely) })
	}
}

// TestCleanTimes: dates, and codes that look much like times, are taken literally.
func TestCleanTimes(t *testing.T) {
	for _, tt := range []struct {
		column string
		cell   cellio.Cell
		want   string
	}{
		{"ends_at", date("2026-01-02T08:30:00"), "2026-01-02T08:30:00"},
		{"ends_at", date("2026-01-02T08:30:00Z"), "2026-01-02T08:30:00Z"},
		{"ends_at", date("2026-01-02T08:30:00+02:00"), "2026-01-02T08:30:00+02:00"},
		{"ends_at", str("2026-01-02 08:30"), "2026-01-02 08:30"},
		{"ends_at", str("2026-01-02T08:30:00+01:00"), "2026-01-02T08:30:00+01:00"},
		{"value", str("12:34"), "12:34"},
		{"value", str("12:34:56"), "12:34:56"},
		{"value", str("24:00:00"), "24:00:00"},
		{"value", str("04:A2:00"), "04:A2:00"},
		{"value", str("01:02:03:00"), "01:02:03:00"},
		{"value", str("Fri 12"), "Fri 12"},
		{"type", str("Fri Jan Door"), "Fri Jan Door"},
		{"holder_ref", str("01:02:00"), "01:02:00"},
		{"note", str("Fri Jan 02 2026"), "Fri Jan 02 2026"},
	} {
		roster := decodeCell(t, tt.column, tt.cell)
		for _, p := range roster.Problems {
			t.Errorf("false alarm: %s", p)
		}
		if got := roster.Rows.Record(0).Text(tt.column); got != tt.want {
			t.Errorf("%s is %q, want %q", tt.column, got, tt.want)
		}
	}
}
