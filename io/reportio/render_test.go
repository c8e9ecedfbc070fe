package reportio

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"keyroster/io/cellio"
	"keyroster/io/termio"
	"keyroster/reconcile"
)

func TestGoldenReports(t *testing.T) {
	dry := make([]Line, 0, 20)
	for _, l := range everyOutcome() {
		if l.Action != reconcile.None {
			l.Outcome, l.Verified, l.Effective, l.Reason = reconcile.Planned, nil, nil, ""
		}
		dry = append(dry, l)
	}
	plan := report(dry)
	plan.Command, plan.RunID, plan.ExitCode, plan.Sync = "plan", "", 0, Sync{}
	run := flawed()
	for name, write := range map[string]func(*bytes.Buffer) error{
		"report.json":       func(b *bytes.Buffer) error { return WriteJSON(b, run) },
		"report.csv":        func(b *bytes.Buffer) error { return WriteCSV(b, run, CSVOptions{}) },
		"empty.json":        func(b *bytes.Buffer) error { return WriteJSON(b, &Report{}) },
		"summary.txt":       func(b *bytes.Buffer) error { return WriteSummary(b, run, summaryOptions(false)) },
		"summary-color.txt": func(b *bytes.Buffer) error { return WriteSummary(b, run, summaryOptions(true)) },
		"plan.md": func(b *bytes.Buffer) error {
			return WriteMarkdown(b, plan, MarkdownOptions{
				Max: 12, Digest: "sha256:0a1b2c", More: "keyroster plan --json shows all",
			})
		},
		"table-80.txt":   func(b *bytes.Buffer) error { return WritePlanTable(b, plan, TableOptions{Width: 80, Max: 6}) },
		"table-120.txt":  func(b *bytes.Buffer) error { return WritePlanTable(b, plan, TableOptions{Width: 120}) },
		"table-wide.txt": func(b *bytes.Buffer) error { return WritePlanTable(b, plan, TableOptions{}) },
	} {
		t.Run(name, func(t *testing.T) {
			got := render(t, write)
			if strings.HasPrefix(name, "summary") {
				got = []byte(filepath.ToSlash(string(got))) // a path is spelt as the system spells it
			}
			golden(t, name, got)
		})
	}
}

func summaryOptions(color bool) SummaryOptions {
	return SummaryOptions{
		Color: color, Width: 100, Folder: "runs/20260131T020001Z-hq-0a1b2c",
		Files: []string{"report.xlsx", "report.csv", "report.json"}, Next: "keyroster resume runs/20260131T020001Z-hq-0a1b2c",
	}
}

func TestReadJSONGivesTheSameReport(t *testing.T) {
	first := render(t, func(b *bytes.Buffer) error { return WriteJSON(b, flawed()) })
	back, err := ReadJSON(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	// Twice, since each form of a report reads the lines again.
	for range 2 {
		again := render(t, func(b *bytes.Buffer) error { return WriteJSON(b, back) })
		if !bytes.Equal(first, again) {
			t.Fatalf("read and written again, the report is another:\n%s", again)
		}
		sheets := openBook(t, writeBook(t, back, XLSXOptions{})).GetSheetList()
		if !slices.Contains(sheets, "Problems") {
			t.Fatalf("the workbook of the report that was read has only the sheets %v", sheets)
		}
	}
	var any struct {
		Lines []map[string]any `json:"lines"`
	}
	if err := json.Unmarshal(first, &any); err != nil || len(any.Lines) != len(everyOutcome()) {
		t.Fatalf("not plain JSON with all lines: %v", err)
	}
}

func TestReadJSONRefusesDamage(t *testing.T) {
	whole := string(render(t, func(b *bytes.Buffer) error { return WriteJSON(b, report(everyOutcome())) }))
	lines := strings.SplitAfter(whole, "\n")
	lost := strings.Join(append(append([]string{}, lines[:len(lines)-6]...), lines[len(lines)-5:]...), "")
	for name, c := range map[string]struct{ text, want string }{
		"empty":        {"", "ends too early"},
		"no object":    {"[1]", "JSON object"},
		"cut":          {whole[:len(whole)-300], "ends too early"},
		"cut at end":   {strings.TrimSuffix(whole, "}\n"), "ends too early"},
		"other schema": {strings.Replace(whole, "report/1", "report/2", 1), "schema"},
		"no lines":     {`{"schema":"keyroster/report/1"}`, "no lines"},
		"line lost":    {lost, "close report"},
		"unknown word": {strings.Replace(whole, `"situation":"drifted"`, `"situation":"drifting"`, 1), "unknown word"},
		"bad lines":    {`{"schema":"keyroster/report/1","lines":7}`, "not a list"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadJSON(strings.NewReader(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestLineErrorsStopEveryForm(t *testing.T) {
	broken := errors.New("the journal ends in the middle of a line")
	for name, write := range map[string]func(*bytes.Buffer, *Report) error{
		"json":    func(b *bytes.Buffer, r *Report) error { return WriteJSON(b, r) },
		"csv":     func(b *bytes.Buffer, r *Report) error { return WriteCSV(b, r, CSVOptions{}) },
		"xlsx":    func(b *bytes.Buffer, r *Report) error { return WriteXLSX(b, r, XLSXOptions{}) },
		"html":    func(b *bytes.Buffer, r *Report) error { return WriteHTML(b, r, HTMLOptions{}) },
		"summary": func(b *bytes.Buffer, r *Report) error { return WriteSummary(b, r, SummaryOptions{}) },
		"table":   func(b *bytes.Buffer, r *Report) error { return WritePlanTable(b, r, TableOptions{}) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, good := range []int{0, 1} { // in the first pass, then in a later one
				r, pass := report(everyOutcome()), 0
				whole := r.Lines
				r.Lines = func(yield func(*Line, error) bool) {
					if pass++; pass > good {
						yield(nil, broken)
						return
					}
					whole(yield)
				}
				err := write(&bytes.Buffer{}, r)
				if good == 1 && name == "summary" {
					continue // needs one pass only
				}
				if !errors.Is(err, broken) {
					t.Errorf("after %d good passes: error %v", good, err)
				}
			}
		})
	}
}

func TestReportThatDoesNotCloseIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*reconcile.Summary){
		"applied too many": func(s *reconcile.Summary) { s.Applied++ },
		"blocked too few":  func(s *reconcile.Summary) { s.Blocked-- },
		"rows too many":    func(s *reconcile.Summary) { s.Rows += 100 },
	} {
		t.Run(name, func(t *testing.T) {
			r := report(everyOutcome())
			spoil(&r.Summary)
			if err := WriteJSON(&bytes.Buffer{}, r); err == nil || !strings.Contains(err.Error(), "close report") {
				t.Errorf("error %v", err)
			}
			if v := Verdict(r); !strings.Contains(v, "does not add up") {
				t.Errorf("verdict %q", v)
			}
		})
	}
}

func TestCSVHoldsWhatCSVCannot(t *testing.T) {
	l := row(0)
	l.HolderName, l.Reason = "=1+1", "bell \x00, broken \xff, kept \x1b"
	out := render(t, func(b *bytes.Buffer) error { return WriteCSV(b, report([]Line{l}), CSVOptions{}) })
	records, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string]string{}
	for i, name := range records[0] {
		cells[name] = records[1][i]
	}
	if got, want := cells["holder_name"], "'=1+1"; got != want {
		t.Errorf("holder_name %q, want %q", got, want)
	}
	if got, want := cells["reason"], `bell \x00, broken \xff, kept \x1b`; got != want {
		t.Errorf("reason %q, want %q", got, want)
	}
}

func TestCSVSideFile(t *testing.T) {
	l := row(0)
	l.Reason = strings.Repeat("é", cellio.TextMax)
	var stored string
	side := func(line int, column, text string) (string, error) {
		stored = column + " " + text
		return "report.csv.files/0.reason.txt", nil
	}
	out := string(render(t, func(b *bytes.Buffer) error { return WriteCSV(b, report([]Line{l}), CSVOptions{SideFile: side}) }))
	if !strings.Contains(out, "@report.csv.files/0.reason.txt") || stored != "reason "+l.Reason {
		t.Error("the long text is not in a side file")
	}
	whole := string(render(t, func(b *bytes.Buffer) error { return WriteCSV(b, report([]Line{l}), CSVOptions{}) }))
	if !strings.Contains(whole, l.Reason) {
		t.Error("without side files the text must stay whole")
	}
}

func TestTerminalOutputIsHarmless(t *testing.T) {
	l := stays(row(0), reconcile.Ambiguous, reconcile.Blocked, "two\nlines \x1b[2J and \u202ereversed")
	l.HolderName = "\x1b]0;title\x07Example"
	r := report([]Line{l})
	out := string(render(t, func(b *bytes.Buffer) error {
		return errors.Join(WriteSummary(b, r, SummaryOptions{}), WritePlanTable(b, r, TableOptions{Width: 100}))
	}))
	if i := strings.IndexAny(out, "\x1b\x07\u202e"); i >= 0 {
		t.Errorf("a control character of the data reached the terminal: %q", out[i:])
	}
}

func TestTableFitsTheWindow(t *testing.T) {
	lines := everyOutcome()
	lines[0].HolderName = "例の保有者 例の保有者 例の保有者"
	for i := 14; i < 300; i++ {
		lines = append(lines, change(row(i), reconcile.Applied, "8220934417", "8220934418"))
	}
	r := report(lines)
	for _, width := range []int{30, 40, 60, 80, 120, 200} {
		out := string(render(t, func(b *bytes.Buffer) error { return WritePlanTable(b, r, TableOptions{Width: width, Max: 12}) }))
		rows, alone := 0, 0
		for _, line := range strings.Split(out, "\n") {
			if w := termio.Width(line); w > width {
				t.Errorf("width %d: a line of %d columns: %s", width, w, line)
			}
			if sign, _, _ := strings.Cut(strings.TrimPrefix(line, "  "), " "); !strings.HasPrefix(line, "  ") || !slices.Contains([]string{"+", "~", "±", "-", "!"}, sign) {
				continue // a folded sentence
			}
			rows++
			if strings.HasPrefix(line, "  !") {
				alone++
			}
		}
		if rows != 12 || alone < 5 || !strings.Contains(unfolded(out), "… and 286 more; use --json or --out to see all") {
			t.Errorf("width %d: %d rows, %d need a person:\n%s", width, rows, alone, out)
		}
	}
}
