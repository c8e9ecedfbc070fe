package reconcile

import "testing"

// TestPlaces: rows are named by their lines, and those of a wide table in a workbook by their
// cells.
func TestPlaces(t *testing.T) {
	roster := NewRoster(badgeSchema())
	roster.Files = []File{
		{Name: "a.csv", Sheets: []string{""}, Wide: []WideColumn{{Header: "PIN"}}},
		{Name: "b.xlsx", Sheets: []string{"Cards"}, Wide: []WideColumn{{Header: "PIN", Letters: "C"}}},
	}
	cells := make([]Cell, len(badgeSchema().Columns))
	for file, column := range []int{0, 1} {
		for line := range 6 {
			roster.AddCell(file, 0, line+2, column, cells)
		}
	}
	roster.AddCell(0, 0, 9, 1, cells)
	for want, rows := range map[string][]int{
		"line 2":                             {0},
		"line 2, 3, 4, 5, 6":                 {0, 1, 2, 3, 4},
		"line 2, 3, 4, 5, 6 and others":      {0, 1, 2, 3, 4, 5},
		"cell C2, C3":                        {6, 7},
		"cell C2, C3, C4, C5, C6 and others": {6, 7, 8, 9, 10, 11},
		"line 9 (PIN)":                       {12},
	} {
		if got := roster.Places(rows); got != want {
			t.Errorf("%v are %q, want %q", rows, got, want)
		}
	}
	for row, want := range map[int]string{
		0:  "a.csv, line 2",
		6:  `b.xlsx, sheet "Cards", cell C2`,
		12: "a.csv, line 9 (PIN)",
	} {
		if got := roster.Source(row).String(); got != want {
			t.Errorf("row %d is at %q, want %q", row, got, want)
		}
	}
}
