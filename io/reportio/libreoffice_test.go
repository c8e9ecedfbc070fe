//go:build libreoffice

package reportio

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/cellio"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/reconcile"
)

// TestLibreOfficeOpensTheReport: the workbook of a run with everything that a spreadsheet likes to
// take for something else, on more than one sheet.
func TestLibreOfficeOpensTheReport(t *testing.T) {
	lines := everyOutcome()
	for i, text := range []string{
		"=1+1", "=HYPERLINK(\"http://example.com\")", "+1", "-1", "@SUM(1)", "'quoted", "''=1", "00123", "0", "1E5", "1.0", "1,5", "1-2", "3/4", "12:30",
		"2026-01-31", "TRUE", "FALSE", "#N/A", "12345678901234567890", " spaces ", "two\nlines", "a\ttab", "_x0041_", "<b>&amp;</b>", "]]>", "\"\"",
		"Zoë Łukasz", "例の保有者", "مثال", "👩‍🔧", "e\u0301", "a\u200bb", "\u00a0", "bell \x07", "broken \xff", "••••17", "<empty>", "",
	} {
		l := row(len(lines))
		l.CredentialID, l.HolderID, l.HolderName, l.RequestID = fmt.Sprintf("%08d", i), text, text, text
		l.Reason, l.Warnings = text, []string{text, text}
		l.Situation, l.Outcome = reconcile.Ambiguous, reconcile.Blocked
		lines = append(lines, l)
	}
	for _, long := range []string{strings.Repeat("é", cellio.TextMax-1), strings.Repeat("x", cellio.TextMax), strings.Repeat("word ", 20_000)} {
		l := row(len(lines))
		l.Situation, l.Outcome, l.Reason = reconcile.Ambiguous, reconcile.Blocked, long
		lines = append(lines, l)
	}
	r := report(lines)
	r.Problems, r.Operator, r.Stopped = problems(), "=1+1", "'=1"
	if err := r.Tally(); err != nil {
		t.Fatal(err)
	}
	b := newBook(r, XLSXOptions{SideFile: func(line int, column, _ string) (string, error) {
		return fmt.Sprintf("report.files/%d.%s.txt", line, column), nil
	}})
	b.Rows = 21
	b.writeSummary()
	b.writeLines()
	b.writeProblems()
	b.writeRun()
	path := filepath.Join(t.TempDir(), "report.xlsx")
	if err := os.WriteFile(path, render(t, func(out *bytes.Buffer) error { return b.WriteSorted(out) }), 0o600); err != nil {
		t.Fatal(err)
	}
	xlsxtest.OpensInOffice(t, path)
}
