package rosterio_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/rosterio"
	"keyroster/io/xlsxio/xlsxtest"
)

// TestSheetsThatAreLeftOut: a sheet beside the roster is reported if it may hold rows, whatever its
// header is called and even without one; lists, contacts and texts do not count.
func TestSheetsThatAreLeftOut(t *testing.T) {
	roster := xlsxtest.Grid(
		[]string{"Person", "holder_email", "type", "value"}, []string{"Ann", "ann@example.com", "card", "10004711"},
		[]string{"Bo", "bo@example.com", "pin", "0421"},
	)
	tests := []struct {
		name  string
		lines [][]string
		shown string
		// hidden is the kind of the problem if the sheet is hidden.
		hidden string
	}{
		{
			"a roster",
			[][]string{{"holder_email", "type", "value"}, {"di@example.com", "pin", "0422"}},
			cellio.KindSheet, cellio.KindSheet,
		},
		{"rows without a header", [][]string{{"Di", "di@example.com", "pin", "0422"}}, cellio.KindSheet, cellio.KindSheet},
		{
			"rows below a title",
			[][]string{{"Night shift"}, {}, {"di@example.com", "0422"}},
			cellio.KindSheet, cellio.KindSheet,
		},
		{"no type", [][]string{{"holder_email", "value"}, {"di@example.com", "0422"}}, cellio.KindSheet, cellio.KindSheet},
		{
			"headers of another language",
			[][]string{{"Adresse e-mail", "Type", "N\u00b0 de badge"}, {"di@example.com", "carte", "10004712"}},
			cellio.KindSheet, cellio.KindSheet,
		},
		{
			"an own header, mapped",
			[][]string{{"Staff", "Nr"}, {"di@example.com", "10004712"}},
			cellio.KindSheet, cellio.KindSheet,
		},
		{"choices", [][]string{{"type", "state"}, {"card", "present"}, {"pin", "absent"}}, cellio.KindOtherSheet, ""},
		{
			"choices in the places of the table",
			[][]string{{"", "", "type", "state"}, {"", "", "card", "present"}},
			cellio.KindOtherSheet, "",
		},
		{
			"contacts",
			[][]string{{"Name", "Phone", "Mail to"}, {"Front desk", "+44 20 7946 0000", "desk@example.com"}},
			"", "",
		},
		{"a text", [][]string{{"Ask the front desk (desk@example.com) before 8:00"}}, "", ""},
		{"figures", [][]string{{"Department", "Budget"}, {"Sales", "12000"}, {"Research", "34000"}}, "", ""},
	}
	for _, tt := range tests {
		for state, want := range map[string]string{"": tt.shown, "hidden": tt.hidden} {
			inFolder(t, map[string]string{"r.xlsx": book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{
				{Name: "Badges", XML: roster}, {Name: "More", XML: xlsxtest.Grid(tt.lines...), State: state},
			}})})
			for _, input := range []string{"r.xlsx", "r.xlsx#*"} {
				if input == "r.xlsx#*" && state == "" {
					continue // everything that is shown is read
				}
				o := options()
				o.Columns = map[string]string{"Staff": "holder_email", "Person": "-"}
				read, err := rosterio.Read(context.Background(), []string{input}, o)
				if err != nil {
					t.Fatal(err)
				}
				got := ""
				for _, p := range read.Problems {
					if p.Sheet == "More" {
						got += p.Kind
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (%s), %s (-want +got):\n%s", tt.name, state, input, diff)
				}
			}
		}
	}
}
