package rosterio_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/rosterio"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/reconcile"
)

// tabled is a workbook of five lines whose rows are an Excel table as its part
// says.
func tabled(t *testing.T, table string) string {
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	return book(t, xlsxtest.Book{
		Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Grid(
			[]string{"Badges of the north gate"},
			[]string{"holder_email", "type", "value"},
			[]string{"ann@example.com", "Card", "0815"},
			[]string{"Total", "", "1"},
			[]string{"bob@example.com", "Card", "4711"},
		)}},
		Extra: []xlsxtest.Entry{
			{Name: "xl/worksheets/_rels/sheet1.xml.rels", Data: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
				`<Relationship Id="rId1" Type="` + office + `/table" Target="../tables/table1.xml"/></Relationships>`},
			{Name: "xl/tables/table1.xml", Data: table},
		},
	})
}

func TestTotalsRow(t *testing.T) {
	part := func(attributes string) string {
		return fmt.Sprintf(`<table xmlns="%s" id="1" name="T" displayName="T" %s><tableColumns count="3"/></table>`, xlsxtest.Namespace, attributes)
	}
	all := []string{"b.xlsx S 3:  0815", "b.xlsx S 4:  1", "b.xlsx S 5:  4711"}
	without := []string{all[0], all[2]}
	tests := []struct {
		name, table string
		rows        []string
	}{
		{"totals row", part(`ref="A2:C4" totalsRowCount="1"`), without},
		{"shown once, not now", part(`ref="A2:C4" totalsRowShown="1"`), all},
		{"another header", part(`ref="A1:C4" totalsRowCount="1"`), all},
		{"no header", part(`ref="A2:C4" headerRowCount="0" totalsRowCount="1"`), all},
		{"beside the columns", part(`ref="A2:B4" totalsRowCount="1"`), all},
		{"only a header", part(`ref="A2:C2" totalsRowCount="1"`), all},
		{"no range", part(`ref="A2" totalsRowCount="1"`), all},
		{"the last row names a person", part(`ref="A2:C5" totalsRowCount="1"`), all},
		{"damaged", `<table ref="A2:C4" totalsRowCount="1">`, all},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inFolder(t, map[string]string{"b.xlsx": tabled(t, tt.table)})
			roster, err := rosterio.Read(context.Background(), []string{"b.xlsx"}, options())
			if err != nil {
				t.Fatalf("Read: %v", err)
			}
			if diff := cmp.Diff(tt.rows, rowTexts(roster)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			var told []string
			for _, p := range roster.Problems {
				if p.Kind == "totals_row" {
					told = append(told, fmt.Sprint(p.Line, " ", p.Severity == reconcile.SeverityWarning))
				}
			}
			want := ""
			if len(tt.rows) == 2 {
				want = "4 true"
			}
			if got := strings.Join(told, ","); got != want {
				t.Errorf("told %q, want %q", got, want)
			}
		})
	}
}
