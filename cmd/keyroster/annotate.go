package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"

	"keyroster/io/annotateio"
	"keyroster/io/atomicio"
	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/io/tableio"
	"keyroster/io/xlsxio"
	"keyroster/reconcile"
)

// annotateHelp is the help of the flag --annotate.
const annotateHelp = "write a copy of the workbook to `FILE`, with "

// annotation is a copy of the user's workbook with remarks, to be made.
type annotation struct {
	out      string
	file     reconcile.File
	original []byte
	columns  map[string]string
}

// openAnnotation reads the workbook that the roster came from, once more, and
// proves that a copy of it can be made. There is none of a CSV file, nor of
// several files.
func openAnnotation(out string, roster *reconcile.Roster, columns map[string]string) (*annotation, error) {
	if out == "" {
		return nil, nil
	}
	if len(roster.Files) != 1 {
		return nil, fail(exitUsage, "run it once for each workbook", "--annotate copies one workbook, and the roster has %d files", len(roster.Files))
	}
	n := &annotation{out: out, file: roster.Files[0], columns: columns}
	if len(n.file.Sheets) == 0 || n.file.Sheets[0] == "" {
		return nil, fail(exitUsage, "save the roster as a workbook first, or use the list of problems as it is printed",
			"%s is a CSV file, and CSV can hold neither comments nor colours", n.file.Name)
	}
	if want, got := strings.ToLower(filepath.Ext(n.file.Name)), strings.ToLower(filepath.Ext(out)); want != got {
		return nil, fail(exitUsage, "name a file that ends in "+want, "the copy of %s cannot be a %s file", filepath.Base(n.file.Name), got)
	}
	if same(n.file.Name, out) {
		return nil, fail(exitUsage, "name another file", "--annotate never writes to the roster itself")
	}
	var err error
	if n.original, err = os.ReadFile(n.file.Name); err != nil {
		return nil, fail(exitRoster, "", "read the workbook again: %v", err)
	}
	sum := sha256.Sum256(n.original)
	if hex.EncodeToString(sum[:]) != n.file.SHA256 {
		return nil, fail(exitRoster, "close it in other programs and run again", "%s changed while it was read", n.file.Name)
	}
	if _, err := annotateio.Annotate(n.file.Name, n.original, annotateio.Options{}); err != nil {
		return nil, &failure{code: exitRoster, err: err, hint: "leave --annotate out; the report says the same"}
	}
	return n, nil
}

func same(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// marks are the remarks on the problems of a roster that have a place in it.
func (n *annotation) marks(problems []reconcile.Problem) []annotateio.Mark {
	var marks []annotateio.Mark
	for i := range problems {
		p := &problems[i]
		if p.File != n.file.Name || p.Sheet == "" || p.Line == 0 {
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
		marks = append(marks, annotateio.Mark{Sheet: p.Sheet, Cell: p.Cell, Row: p.Line, Text: p.Severity.String() + ": " + text, Tone: tone})
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
func (n *annotation) outcomes(schema *reconcile.Schema, report *reportio.Report) ([]annotateio.Column, error) {
	header, err := n.headers(schema)
	if err != nil {
		return nil, err
	}
	cells := map[string][2]map[int]annotateio.Text{}
	var columns []annotateio.Column
	for _, sheet := range n.file.Sheets {
		both := [2]map[int]annotateio.Text{{}, {}}
		cells[sheet] = both
		for i, title := range []string{outcomeColumn, outcomeReasonColumn} {
			columns = append(columns, annotateio.Column{Sheet: sheet, Title: title, HeaderRow: header[sheet], Cells: both[i]})
		}
	}
	for line, err := range report.Lines {
		if err != nil {
			return nil, err
		}
		if line.Source == nil || line.Source.File != n.file.Name {
			continue
		}
		both, known := cells[line.Source.Sheet]
		if !known {
			continue
		}
		both[0][line.Source.Line] = annotateio.Text{Text: line.Outcome.String(), Tone: tones[line.Outcome]}
		both[1][line.Source.Line] = annotateio.Text{Text: line.Reason}
	}
	return columns, nil
}

// headers are the rows of the sheets' headers, found as they were when the
// roster was read.
func (n *annotation) headers(schema *reconcile.Schema) (map[string]int, error) {
	book, err := xlsxio.OpenReader(bytes.NewReader(n.original), int64(len(n.original)), n.file.Name, xlsxio.Options{})
	if err != nil {
		return nil, err
	}
	defer book.Close()
	rows := map[string]int{}
	for _, sheet := range n.file.Sheets {
		table, err := book.Table(sheet)
		if err != nil {
			return nil, err
		}
		header, err := tableio.Bind(table, schema, tableio.BindOptions{File: n.file.Name, Sheet: sheet, Columns: n.columns})
		_ = table.Close()
		if err != nil {
			return nil, err
		}
		rows[sheet] = header.Line
	}
	return rows, nil
}

// write makes the copy and puts it where it was asked for, readable by its
// owner alone: it holds the values of the roster. keep is given the copy too.
func (n *annotation) write(o annotateio.Options, keep func([]byte) error) error {
	copied, err := annotateio.Annotate(n.file.Name, n.original, o)
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	put := func(w io.Writer) error { _, err := w.Write(copied); return err }
	if err := atomicio.WriteFile(n.out, 0o600, put); err != nil {
		return &failure{code: exitError, err: err}
	}
	if keep != nil {
		return keep(copied)
	}
	return nil
}

// annotate writes the copy that the run was asked for. The run folder keeps the
// same bytes, so that the manifest says what was handed out.
func (s *session) annotate(report *reportio.Report) error {
	n := s.annotation
	if n == nil {
		return nil
	}
	columns, err := n.outcomes(s.acc.spec.Schema, report)
	if err != nil {
		return err
	}
	name := rundir.AnnotatedFile + strings.ToLower(filepath.Ext(n.out))
	s.dir.HoldsValues(name)
	return n.write(annotateio.Options{Marks: n.marks(s.draft.roster.Problems), Columns: columns}, func(copied []byte) error {
		return s.dir.Write(name, func(w io.Writer) error { _, err := w.Write(copied); return err })
	})
}
