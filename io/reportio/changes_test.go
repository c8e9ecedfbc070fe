package reportio

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"keyroster/io/bookio"
	"keyroster/reconcile"
)

// manyUnchanged returns the lines of a run in which some changes and one refusal are among hundreds
// of lines that stayed as they were.
func manyUnchanged(changes int) []Line {
	var lines []Line
	for range 400 {
		lines = append(lines, row(len(lines)))
	}
	for range changes {
		lines = append(lines, change(row(len(lines)), reconcile.Applied, "8220934417", "8220934418"))
	}
	lines = append(lines, change(row(len(lines)), reconcile.Failed, "8220934417", "5550001234567"))
	for range 300 {
		lines = append(lines, row(len(lines)))
	}
	return lines
}

func TestThePageShowsWhatChangedAboveAllLines(t *testing.T) {
	for changes, want := range map[int][2]int{0: {0, 0}, 1: {1, 0}, changedMax: {changedMax, 0}, changedMax +
		7: {changedMax, 7}} {
		page := string(render(t, func(b *bytes.Buffer) error {
			return WriteHTML(b, report(manyUnchanged(changes)),
				HTMLOptions{})
		}))
		from, to := strings.Index(page, `<section class="changed"`), strings.Index(page, `<section id="lines"`)
		if changes == 0 {
			if from >= 0 {
				t.Error("nothing changed, and the page has a block for it")
			}
			continue
		}
		block := page[from:to]
		if n := strings.Count(block, "••••17</span> → <span class=\"value\">••••18"); n != want[0] {
			t.Errorf("%d changes: the block shows %d, want %d", changes, n, want[0])
		}
		more := fmt.Sprintf(`data-outcome="applied">%d more</a>`, want[1])
		if strings.Contains(block, more) != (want[1] > 0) {
			t.Errorf("%d changes: the block does not say how many more there are", changes)
		}
		for _, words := range []string{"Example Holder 400", "Doors, row 402", "changed", "verified"} {
			if !strings.Contains(block, words) {
				t.Errorf("%d changes: the block does not say %q", changes, words)
			}
		}
	}
}

func TestTheSheetChangesHasNoLineThatStayedAsItWas(t *testing.T) {
	lines := manyUnchanged(2)
	unlisted := stays(row(len(lines)), reconcile.Unlisted, reconcile.LeftUnlisted, "")
	unlisted.Source = nil
	lines = append(lines, unlisted)
	rows, err := openBook(t, writeBook(t, report(lines), XLSXOptions{})).GetRows("Changes")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows[1:] {
		got = append(got, row[0]+" "+row[1])
	}
	want := []string{"Doors, row 404 failed", "Doors, row 402 applied", "Doors, row 403 applied", "record 1703 unlisted"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	f := openBook(t, writeBook(t, report([]Line{row(0)}), XLSXOptions{}))
	if slices.Contains(f.GetSheetList(), "Changes") {
		t.Error("a sheet of changes, and nothing changed")
	}
}

// TestTheSheetChangesPointsToLongTexts: a text that is too long for any row height is on the sheet
// Lines, and the sheet Changes points to it.
func TestTheSheetChangesPointsToLongTexts(t *testing.T) {
	l := stays(row(0), reconcile.Ambiguous, reconcile.Blocked, strings.Repeat("word ", 500))
	f := openBook(t, writeBook(t, report([]Line{l}), XLSXOptions{}))
	if got, _ := f.GetCellValue("Changes", "F2"); got != "see sheet Lines, line 0" {
		t.Errorf("the reason is %q", got)
	}
}

// TestNoRowOfTheSummaryIsEmptyOrClipped: every row of the summary says something, and is as high as
// its texts need.
func TestNoRowOfTheSummaryIsEmptyOrClipped(t *testing.T) {
	bare := &Report{Lines: slice([]Line{row(0)}), Summary: summarize([]Line{row(0)})}
	for name, r := range map[string]*Report{"every outcome": flawed(), "bare": bare} {
		f := openBook(t, writeBook(t, r, XLSXOptions{}))
		rows, err := f.GetRows("Summary")
		if err != nil {
			t.Fatal(err)
		}
		chart := slices.IndexFunc(rows, func(row []string) bool { return len(row) == 0 })
		for i, cells := range rows {
			if len(cells) == 0 {
				if chart < 0 || i >= chart+chartRows {
					t.Errorf("%s: row %d is empty", name, i+1)
				}
				continue
			}
			height, _ := f.GetRowHeight("Summary", i+1)
			if text := cells[len(cells)-1]; len(cells) == 5 && height < bookio.Height(bookio.Lines(text, summaryWidths[4])) {
				t.Errorf("%s: row %d is %g high for %q", name, i+1, height, text)
			}
		}
	}
}
