package templateio_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"keyroster/io/rosterio"
	"keyroster/io/templateio"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/reconcile"
)

type badge struct {
	ID     string           `csv:"credential_id" roster:"key" help:"The id."`
	Holder string           `csv:"holder_id,person_id" roster:"match,pairs,holder"`
	Email  string           `csv:"holder_email" roster:"match,email,holder-email" help:"The e-mail address." example:"example.person@example.com"`
	Type   string           `csv:"type" roster:"match,pairs,type" help:"The type." example:"PIN|card"`
	Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update" help:"The number." example:"0123|0012345678"`
	Mode   string           `csv:"mode" roster:"managed,create,update" words:"open,closed"`
	Ends   string           `csv:"ends_at" roster:"managed,time,create,update,clear,end" example:"2026-12-31"`
	State  string           `csv:"state" roster:"state" words:"present,absent" example:"present"`
	Name   string           `csv:"holder_name" roster:"info,holder-name"`
}

var schema = reconcile.NewSchema("demo", badge{})

var options = templateio.Options{Title: "Demo", Choices: map[string][]reconcile.Choice{
	"type": {{Text: "Proximity card", Help: "id 32"}, {Text: "Keypad PIN", Help: "id 31"}},
}}

func write(t *testing.T, o templateio.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := templateio.WriteXLSX(&b, schema, o); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "template.xlsx")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) *reconcile.Roster {
	t.Helper()
	roster, err := rosterio.Read(context.Background(), []string{path}, rosterio.Options{Schema: schema, Row: badge{}})
	if err != nil {
		t.Fatal(err)
	}
	return roster
}

func kinds(roster *reconcile.Roster) []string {
	var all []string
	for _, p := range roster.Problems {
		all = append(all, p.Kind)
	}
	return all
}

func TestTemplatesKeepToTheStandard(t *testing.T) {
	for name, o := range map[string]templateio.Options{"plain": {Title: "Demo"}, "of an account": options} {
		data, err := os.ReadFile(write(t, o))
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range xlsxtest.Faults(data) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

func TestATemplateIsARosterWithoutRows(t *testing.T) {
	for name, o := range map[string]templateio.Options{"plain": {Title: "Demo"}, "of an account": options} {
		roster := read(t, write(t, o))
		if diff := cmp.Diff([]string{rosterio.KindExample, rosterio.KindNoRows}, kinds(roster)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if sheets := roster.Files[0].Sheets; !slices.Equal(sheets, []string{"Roster"}) {
			t.Errorf("%s: sheets %q were read", name, sheets)
		}
	}
}

// TestFilledInTemplatesKeepEveryCharacter: what a program or a person puts into the cells comes out
// unchanged.
func TestFilledInTemplatesKeepEveryCharacter(t *testing.T) {
	path := write(t, options)
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	values := []string{"0000000123", "12345678901234567890", "1-2", "1E5", "00", "=4711", "AB 12"}
	for i, value := range values {
		row := i + 5
		for column, text := range map[string]string{"A": fmt.Sprintf("00%d", i), "D": "Keypad PIN", "E": value, "F": "open", "H": "present"} {
			if err := f.SetCellStr("Roster", fmt.Sprint(column, row), text); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.SetCellValue("Roster", fmt.Sprint("G", row), "2027-01-31"); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	roster := read(t, path)
	if diff := cmp.Diff([]string{rosterio.KindExample}, kinds(roster)); diff != "" {
		t.Fatal(diff)
	}
	for i, value := range values {
		r := roster.Rows.Record(i)
		if got := r.Text("value"); got != value {
			t.Errorf("%q came back as %q", value, got)
		}
		if got := r.Text("ends_at"); got != "2027-01-31" {
			t.Errorf("the date came back as %q", got)
		}
	}
}

func TestWorkbook(t *testing.T) {
	f, err := excelize.OpenFile(write(t, options))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Roster")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{
			"The id.", "This column finds the record.", "The e-mail address.", "The type.", "The number.",
			"This column is kept in sync; a blank cell changes nothing.",
			"This column is kept in sync; a blank cell changes nothing.",
			"This column says whether it should exist.",
		},
		{"Credential ID", "Holder ID", "Holder e-mail", "Type", "Value", "Mode", "Ends at", "State"},
		{"", "", "example.person@example.com", "Keypad PIN", "0123", "", "2026-12-31", "present"},
		{"", "", "example.person@example.com", "Proximity card", "0012345678", "", "2026-12-31", "present"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	// The text format extends to cells that nobody has touched.
	for cell, date := range map[string]bool{"A5": false, "E1000": false, "E3": false, "G1000": true, "G3": true} {
		id, _ := f.GetCellStyle("Roster", cell)
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if isDate := style.CustomNumFmt != nil && *style.CustomNumFmt == "yyyy-mm-dd"; isDate != date || !date && style.NumFmt != 49 {
			t.Errorf("%s has format %d %v", cell, style.NumFmt, style.CustomNumFmt)
		}
	}
	panes, err := f.GetPanes("Roster")
	if err != nil || !panes.Freeze || panes.YSplit != 2 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	comments, err := f.GetComments("Roster")
	if err != nil || len(comments) != 8 {
		t.Fatalf("%d comments, %v", len(comments), err)
	}
	lists, err := f.GetDataValidations("Roster")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, dv := range lists {
		got[dv.Sqref] = dv.Formula1
	}
	wantLists := map[string]string{
		"D3:D1048576": "Lists!$A$1:$A$2", "F3:F1048576": "Lists!$B$1:$B$2",
		"H3:H1048576": "Lists!$C$1:$C$2",
	}
	if diff := cmp.Diff(wantLists, got); diff != "" {
		t.Error(diff)
	}
	if visible, _ := f.GetSheetVisible("Lists"); visible {
		t.Error("the lists are shown")
	}
	help, _ := f.GetCellValue("Help", "A6")
	if !strings.HasPrefix(help, "Type finds the record. The type. Choose from: Proximity card (id 32); Keypad PIN "+
		"(id 31).") {
		t.Errorf("the help says %q", help)
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := templateio.WriteCSV(&b, schema, templateio.Options{}); err != nil {
		t.Fatal(err)
	}
	want := "credential_id,holder_id,holder_email,type,value,mode,ends_at,state\r\n,,example.person@example.com,PIN,0123,,2026-12-31,present\r\n" +
		",,example.person@example.com,card,0012345678,,2026-12-31,present\r\n"
	if b.String() != want {
		t.Errorf("got %q", b.String())
	}
}

// TestColumnsAreAsWideAsTheRows: the first rows of a filled template are visible in full, up to a
// limit; all rows are there, and an error among them becomes an error of the template.
func TestColumnsAreAsWideAsTheRows(t *testing.T) {
	const rows = 1200
	failed := errors.New("the listing ended")
	filled := func(at int) templateio.Options {
		return templateio.Options{Title: "Demo", Rows: func(yield func([]string, error) bool) {
			for n := range rows {
				row := make([]string, len(schema.Columns))
				row[schema.Index("credential_id")] = fmt.Sprintf("%036d", n)
				row[schema.Index("holder_id")] = strings.Repeat("7", 300)
				row[schema.Index("holder_name")] = "Ann"
				var err error
				if n == at {
					err = failed
				}
				if !yield(row, err) {
					return
				}
			}
		}}
	}
	f, err := excelize.OpenFile(write(t, filled(-1)))
	if err != nil {
		t.Fatal(err)
	}
	for column, want := range map[string]float64{"A": 39, "B": 18, "C": 63} {
		if got, err := f.GetColWidth("Roster", column); err != nil || got != want {
			t.Errorf("column %s is %v wide, want %v: %v", column, got, want, err)
		}
	}
	last, err := f.GetCellValue("Roster", fmt.Sprint("A", 2+rows))
	if err != nil || last != fmt.Sprintf("%036d", rows-1) {
		t.Errorf("the last row is %q, %v", last, err)
	}
	for _, at := range []int{3, rows - 1} {
		if err := templateio.WriteXLSX(&bytes.Buffer{}, schema, filled(at)); !errors.Is(err, failed) {
			t.Errorf("row %d: %v", at, err)
		}
	}
}
