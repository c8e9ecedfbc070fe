package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"keyroster/io/annotateio"
	"keyroster/io/atomicio"
	"keyroster/io/csvio"
	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/io/tableio"
	"keyroster/io/xlsxio"
	"keyroster/reconcile"
)

// annotateHelp is the help of the flag --annotate.
const annotateHelp = "write a copy of the roster, as a workbook, to `FILE`, with "

// annotation is a copy of the user's roster with remarks, to be made.
type annotation struct {
	out  string
	file reconcile.File
	// book is the roster's workbook, or one made of a CSV file. sheets are
	// those that were read, headers theirs.
	book    *annotateio.Workbook
	sheets  []string
	headers map[string]*tableio.Header
}

// annotationOf says what openAnnotation needs to know of the roster.
type annotationOf struct {
	schema  *reconcile.Schema
	columns map[string]string
	// encoding is that of a CSV file, empty when it is found out.
	encoding string
	// instead says what to do when the file is not the one that was read.
	instead string
}

// openAnnotation reads the file that the roster came from, once more, and proves
// that a copy of it can be made. There is none of several files, nor of standard
// input.
func openAnnotation(out string, roster *reconcile.Roster, of annotationOf) (*annotation, error) {
	if out == "" {
		return nil, nil
	}
	if len(roster.Files) != 1 {
		return nil, fail(exitUsage, "run it once for each file", "--annotate copies one file, and the roster has %d", len(roster.Files))
	}
	n := &annotation{out: out, file: roster.Files[0], sheets: roster.Files[0].Sheets, headers: map[string]*tableio.Header{}}
	if err := n.checkNames(); err != nil {
		return nil, err
	}
	original, err := plainfile.Read(n.file.Name, plainfile.Unlimited)
	if err != nil {
		return nil, fail(exitRoster, of.instead, "read the roster again for its copy: %w", err)
	}
	if sum := sha256.Sum256(original); hex.EncodeToString(sum[:]) != n.file.SHA256 {
		return nil, fail(exitRoster, of.instead, "%s is no longer the file that was read: it changed since", n.file.Name)
	}
	if n.isCSV() {
		if original, err = n.workbookOf(original, of.encoding); err != nil {
			return nil, err
		}
	}
	if n.book, err = annotateio.Open(n.file.Name, original); err == nil {
		err = n.findHeaders(original, of)
	}
	if err != nil {
		return nil, &failure{code: exitRoster, err: err, hint: "leave --annotate out; the report says the same"}
	}
	return n, nil
}

func (n *annotation) isCSV() bool { return len(n.file.Sheets) == 0 || n.file.Sheets[0] == "" }

// checkNames refuses what no copy can be made of, or under no such name.
func (n *annotation) checkNames() error {
	want, got := strings.ToLower(filepath.Ext(n.file.Name)), strings.ToLower(filepath.Ext(n.out))
	if want != ".xlsm" {
		want = ".xlsx" // what a file is, its content says and not its name
	}
	if n.isCSV() {
		if n.file.Name == "standard input" {
			return fail(exitUsage, "name the file", "--annotate copies a file, and the roster came from standard input")
		}
		want = ".xlsx"
		if got != want {
			return fail(exitUsage, "name a file that ends in "+want+": the copy is a workbook, with every cell as text",
				"%s is a CSV file, and CSV can hold neither comments nor colours", n.file.Name)
		}
	}
	if want != got {
		return fail(exitUsage, "name a file that ends in "+want, "the copy of %s cannot be a %s file", filepath.Base(n.file.Name), got)
	}
	if same(n.file.Name, n.out) {
		return fail(exitUsage, "name another file", "--annotate never writes to the roster itself")
	}
	return nil
}

// workbookOf makes a workbook of a CSV file, with each line in the row of its
// number.
func (n *annotation) workbookOf(file []byte, encoding string) ([]byte, error) {
	name := filepath.Base(n.file.Name)
	sheet := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return '_'
		}
		return r
	}, strings.TrimSuffix(name, filepath.Ext(name))))
	n.sheets = []string{string(sheet[:min(len(sheet), 31)])}
	if n.sheets[0] == "" {
		n.sheets[0] = "roster"
	}
	table, err := csvio.OpenIn(bytes.NewReader(file), n.file.Name, encoding)
	if err != nil {
		return nil, &failure{code: exitRoster, err: err}
	}
	book, err := annotateio.FromTable(n.sheets[0], table)
	if err != nil {
		return nil, &failure{code: exitRoster, err: err, hint: "leave --annotate out; the report says the same"}
	}
	return book, nil
}

func same(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// marks are the remarks on the problems of a roster. Those of the whole file are
// on the first cell of its first sheet.
func (n *annotation) marks(problems []reconcile.Problem) []annotateio.Mark {
	var marks []annotateio.Mark
	for i := range problems {
		p := &problems[i]
		if p.File != n.file.Name {
			continue
		}
		text := p.Message
		if p.Likely != "" {
			text += "\nLikely: " + p.Likely
		}
		if p.Remedy != "" {
			text += "\nRemedy: " + p.Remedy
		}
		tone := annotateio.Bad
		if p.Severity == reconcile.SeverityWarning {
			tone = annotateio.Doubtful
		}
		m := annotateio.Mark{Sheet: p.Sheet, Cell: p.Cell, Row: p.Line, Text: p.Severity.String() + ": " + text, Tone: tone}
		if m.Sheet == "" {
			m.Sheet = n.sheets[0]
		}
		if n.isCSV() && p.Line > 0 && p.Column != "" {
			if col := n.headers[m.Sheet].Place(p.Column); col >= 0 {
				m.Cell = annotateio.CellName(p.Line, col+1)
			}
		}
		marks = append(marks, m)
	}
	return marks
}

// tones are the colours of outcomes; the word stands in the cell.
var tones = map[reconcile.Outcome]annotateio.Tone{
	reconcile.Applied: annotateio.Good,
	reconcile.Failed:  annotateio.Bad, reconcile.Conflict: annotateio.Bad, reconcile.Unknown: annotateio.Bad, reconcile.InvalidRow: annotateio.Bad,
	reconcile.Blocked: annotateio.Doubtful, reconcile.NotAttempted: annotateio.Doubtful,
}

// The titles of the outcome columns. A roster passes over them: they must not
// be those of failed.csv, which make a roster a part of one.
const (
	outcomeColumn       = "keyroster_outcome"
	outcomeReasonColumn = "keyroster_outcome_reason"
)

// outcomes are the columns that say beside each row what became of it.
func (n *annotation) outcomes(report *reportio.Report) ([]annotateio.Column, error) {
	cells := map[string][2]map[int]annotateio.Text{}
	var columns []annotateio.Column
	for _, sheet := range n.sheets {
		both := [2]map[int]annotateio.Text{{}, {}}
		cells[sheet] = both
		for i, title := range []string{outcomeColumn, outcomeReasonColumn} {
			columns = append(columns, annotateio.Column{Sheet: sheet, Title: title, HeaderRow: n.headers[sheet].Line, Cells: both[i]})
		}
	}
	for line, err := range report.Lines {
		if err != nil {
			return nil, err
		}
		if line.Source == nil {
			continue
		}
		tone := tones[line.Outcome]
		if line.NeedsPerson() && line.Outcome.AsDesired() {
			tone = annotateio.Bad // not as written, or not in force
		}
		for _, source := range append([]reconcile.Source{*line.Source}, line.Sources...) {
			sheet := source.Sheet
			if n.isCSV() {
				sheet = n.sheets[0]
			}
			if both, known := cells[sheet]; known && source.File == n.file.Name {
				both[0][source.Line] = annotateio.Text{Text: line.Outcome.String(), Tone: tone}
				both[1][source.Line] = annotateio.Text{Text: line.Why()}
			}
		}
	}
	return columns, nil
}

// findHeaders finds the headers of the sheets as they were when the roster was
// read.
func (n *annotation) findHeaders(workbook []byte, of annotationOf) error {
	book, err := xlsxio.OpenReader(bytes.NewReader(workbook), int64(len(workbook)), n.file.Name, xlsxio.Options{})
	if err != nil {
		return err
	}
	defer book.Close()
	for _, sheet := range n.sheets {
		table, err := book.Table(sheet)
		if err != nil {
			return err
		}
		n.headers[sheet], err = tableio.Bind(table, of.schema, tableio.BindOptions{File: n.file.Name, Sheet: sheet, Columns: of.columns})
		_ = table.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// write makes the copy and puts it where it was asked for, readable by its
// owner alone: it holds the values of the roster. keep is given the copy too.
// It says on standard error what the copy holds.
func (n *annotation) write(a *app, o annotateio.Options, keep func([]byte) error) error {
	copied, err := n.book.Annotate(o)
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	put := func(w io.Writer) error { _, err := w.Write(copied.Data); return err }
	if err := atomicio.WriteFile(n.out, 0o600, put); err != nil {
		return &failure{code: exitError, err: err}
	}
	note := a.log.Info()
	if copied.Listed > 0 {
		note = a.log.Warn().Int("listed", copied.Listed).Str("sheet", copied.ListSheet)
	}
	words := "wrote an annotated copy"
	if copied.Listed > 0 {
		words = fmt.Sprintf("wrote an annotated copy; not every cell takes a comment: the other %s coloured and listed on the sheet %q",
			plural(copied.Listed, "remark")+map[bool]string{true: " is", false: " are"}[copied.Listed == 1], copied.ListSheet)
	}
	note.Str("file", n.out).Int("comments", copied.Comments).Msg(words)
	if keep != nil {
		return keep(copied.Data)
	}
	return nil
}

// openAnnotation prepares the copy that the run was asked for. instead says what
// to do when the roster's file has changed.
func (s *session) openAnnotation(roster *reconcile.Roster, instead string) (err error) {
	encoding, err := s.flags.encodingOf(s.config)
	if err != nil {
		return err
	}
	s.annotation, err = openAnnotation(s.annotateTo, roster, annotationOf{
		schema: s.spec.Schema, columns: s.flags.columnMap(s.config), encoding: encoding, instead: instead,
	})
	return err
}

// annotateResumed prepares the copy of a run that goes on, before it sends
// anything: the run's own sealed copy has no workbook in it, so the file must be
// where it was and as it was.
func (s *session) annotateResumed() error {
	if s.annotateTo != "" && s.migration != nil {
		return fail(exitUsage, "resume without --annotate", "--annotate copies a roster, and run %s is a migration, which has none", s.dir.ID)
	}
	return s.openAnnotation(s.draft.roster, "resume without --annotate: the run needs no roster file, and its report says the same")
}

// annotate writes the copy that the run was asked for. The run folder keeps the
// same bytes, so that the manifest says what was handed out.
func (s *session) annotate(report *reportio.Report) error {
	n := s.annotation
	if n == nil {
		return nil
	}
	columns, err := n.outcomes(report)
	if err != nil {
		return err
	}
	name := rundir.AnnotatedFile + strings.ToLower(filepath.Ext(n.out))
	s.dir.HoldsValues(name)
	return n.write(s.app, annotateio.Options{Marks: n.marks(s.draft.roster.Problems), Columns: columns}, func(copied []byte) error {
		return s.dir.Write(name, func(w io.Writer) error { _, err := w.Write(copied); return err })
	})
}
