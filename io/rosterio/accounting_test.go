package rosterio_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"keyroster/io/rosterio"

	"pgregory.net/rapid"

	"keyroster/io/cellio"
	"keyroster/io/csvio"
	"keyroster/reconcile"

	_ "keyroster/reconcile/fixedseed"
)

// physical is a line of a drawn file, with what it is.
type physical struct {
	text string
	// kind is blank, title (one cell), header, row, text (the rest of a row's quoted cell) or
	// other.
	kind string
}

const accountHeader = "holder_email,type,value,remark,state"

// drawFile draws a roster such as people keep: with titles, blank lines, additional tables,
// footers, and quoted remarks over several lines.
func drawFile(t *rapid.T, csv bool) []physical {
	n := 0
	row := func() []physical {
		n++
		card := rapid.SampledFrom([]string{"card", "card", "card", "pin", "Proximity card", "lost"}).Draw(t, "type")
		value := rapid.SampledFrom([]string{fmt.Sprint(10001000 + n), fmt.Sprintf("%04d", n), "0A3F" + fmt.Sprint(1000+n), "", "lost"}).Draw(t, "value")
		remark := rapid.SampledFrom([]string{"", "", "", "A wing", "12 High St"}).Draw(t, "remark")
		state := rapid.SampledFrom([]string{"", "", "present", "absent"}).Draw(t, "state")
		begin := fmt.Sprintf("u%d@example.com,%s,%s,", n, card, value)
		if csv && rapid.IntRange(0, 9).Draw(t, "quoted") == 0 {
			return []physical{{begin + `"Acme Ltd`, "row"}, {"12 High Street, London", "text"}, {`Great Britain",` + state, "text"}}
		}
		return []physical{{begin + remark + "," + state, "row"}}
	}
	other := func() []physical {
		text := rapid.SampledFrom([]string{
			"", "", "\t", accountHeader, accountHeader, "type,holder_email,value", "Room,Key,Hook", "E-Mail,Typ,Nummer,Bemerkung,Zustand",
			"Returned cards; hand out again", "Lost cards, do not hand out", "Building B", "Total,,28,,", "Total: 28", "Exported by HR; confidential", ",,,remark alone,", "bob",
		}).Draw(t, "other")
		kind := "other"
		switch {
		case slices.Contains([]string{"Building B", "Total: 28", "Returned cards; hand out again", "Exported by HR; confidential"}, text):
			kind = "title"
		case strings.TrimSpace(text) == "":
			kind = "blank"
		case text == accountHeader:
			kind = "header"
		}
		return []physical{{text, kind}}
	}
	file := []physical{{accountHeader, "header"}}
	if rapid.Bool().Draw(t, "title") {
		file = append([]physical{{"Badges of 2026", "title"}, {"", "blank"}}, file...)
	}
	for range rapid.IntRange(2, 30).Draw(t, "blocks") {
		if rapid.IntRange(0, 4).Draw(t, "block") == 0 {
			file = append(file, other()...)
		} else {
			file = append(file, row()...)
		}
	}
	return file
}

// addQuotes puts stray quotes into a file.
func addQuotes(t *rapid.T, file []physical) {
	for range rapid.SampledFrom([]int{0, 1, 2, 2, 2, 3, 4}).Draw(t, "quotes") {
		line := &file[rapid.IntRange(0, len(file)-1).Draw(t, "line")]
		cells := strings.Split(line.text, ",")
		cell := &cells[rapid.IntRange(0, len(cells)-1).Draw(t, "cell")]
		if rapid.Bool().Draw(t, "before") {
			*cell = `"` + *cell
		} else {
			*cell += `"`
		}
		line.text = strings.Join(cells, ",")
	}
}

// account compares a roster with the file that it was read from: every line is a row, or is named
// by a problem, or is not a row.
func account(t *rapid.T, file []physical, table cellio.Table, err error) {
	named := make([]bool, len(file)+2)
	name := func(first, last int) {
		for n := first; n <= max(first, last) && n < len(named); n++ {
			named[n] = true
		}
	}
	start, roster := 0, (*reconcile.Roster)(nil)
	if err == nil {
		start, roster, err = readWithHeader(table)
	}
	if err != nil {
		bad, ok := errors.AsType[*cellio.InputError](err)
		if !ok || bad.Line == 0 {
			t.Fatalf("the error names no line: %v", err)
		}
		return // nothing in the file is used
	}
	for _, p := range roster.Problems {
		switch p.Kind {
		case rosterio.KindNoHeader, rosterio.KindNoKey, rosterio.KindNothingManaged:
			return // nothing in this one is used either
		}
		if p.Line > 0 && p.Kind != rosterio.KindUnknownColumn {
			name(p.Line, p.LastLine)
		}
	}
	rows := map[int]bool{}
	for n := range roster.Rows.Len() {
		rows[roster.Source(n).Line] = true
	}
	defer func() {
		if t.Failed() {
			t.Logf("%q\n%v", file, roster.Problems)
		}
	}()
	if strings.Contains(file[start-1].text, "type,holder_email") {
		return // the first header is broken, and the columns of another are read
	}
	for i, line := range file {
		n := i + 1
		refused := len(roster.FileErrors) > 0 && n <= start
		if line.kind == "row" && !rows[n] && !named[n] && !refused && !named[openedBy(file, n)] {
			t.Errorf("line %d is lost: %q", n, line.text)
		} else if n > start && line.kind != "blank" && line.kind != "text" && !rows[n] && !named[n] {
			if line.kind != "header" && line.text != file[start-1].text && openedBy(file, n) == 0 {
				t.Errorf("line %d is named nowhere: %q", n, line.text)
			}
		}
	}
	if len(roster.FileErrors) > 0 {
		return
	}
	// A line below a header that ends the table is never a row.
	if end := tableEnds(file, start); end > 0 && !slices.ContainsFunc(file, func(l physical) bool { return strings.Contains(l.text, `"`) && l.kind != "row" && l.kind != "text" }) {
		for n := range rows {
			if n > end {
				t.Errorf("line %d, below the header on line %d, is a row", n, end)
			}
		}
		if len(roster.Unread) != 1 {
			t.Errorf("%d parts are unread", len(roster.Unread))
		}
	}
}

// openedBy returns the line of the record in which line n is text within a cell, or 0.
func openedBy(file []physical, n int) int {
	opened := 0
	for i, line := range file[:n-1] {
		if strings.Count(line.text, `"`)%2 == 0 {
			continue
		}
		if opened == 0 {
			opened = i + 1
		} else {
			opened = 0
		}
	}
	return opened
}

// tableEnds returns the line of the first header below a blank line or a title, or 0.
func tableEnds(file []physical, start int) int {
	for i := start; i < len(file); i++ {
		if file[i].kind == "header" && (file[i-1].kind == "blank" || file[i-1].kind == "title") {
			return i + 1
		}
	}
	return 0
}

// TestEveryLineIsAccountedFor: whatever quotes, blank lines, headers and footers a file has, none
// of its lines disappears.
func TestEveryLineIsAccountedFor(t *testing.T) {
	t.Run("CSV", rapid.MakeCheck(func(t *rapid.T) {
		file := drawFile(t, true)
		addQuotes(t, file)
		lines := make([]string, len(file))
		for i := range file {
			lines[i] = file[i].text
		}
		dialect := rapid.SampledFrom([]string{"commas", "semicolons", "tabs", "CRLF", "CR"}).Draw(t, "dialect")
		if dialect == "tabs" {
			lines = slices.Collect(func(yield func(string) bool) {
				for _, l := range lines {
					if !yield(strings.ReplaceAll(l, "\t", "")) {
						return
					}
				}
			})
		}
		table, err := csvio.Open(strings.NewReader(joined(dialect, lines...)), "r.csv")
		account(t, file, table, err)
	}))
	t.Run("workbook", func(outer *testing.T) {
		rapid.Check(outer, func(t *rapid.T) {
			file := drawFile(t, false)
			lines := make([]string, len(file))
			for i := range file {
				lines[i] = file[i].text
			}
			account(t, file, sheet(outer, lines), nil)
		})
	})
}

// readWithHeader reads a table, and returns the line of its header.
func readWithHeader(table cellio.Table) (int, *reconcile.Roster, error) {
	header, roster, err := decodeTable(table, nil)
	if err != nil {
		return 0, nil, err
	}
	return header.Line, roster, nil
}
