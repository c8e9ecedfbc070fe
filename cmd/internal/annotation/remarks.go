package annotation

import (
	"keyroster/io/annotateio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// marks are the remarks on the problems of a roster. Those of the whole file are
// on the first cell of its first sheet.
func (c *Copy) marks(problems []reconcile.Problem) []annotateio.Mark {
	var marks []annotateio.Mark
	for i := range problems {
		p := &problems[i]
		if p.File != c.file.Name {
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
		m := annotateio.Mark{
			Sheet: p.Sheet, Cell: p.Cell, Row: p.Line, Text: p.Severity.String() + ": " + text, Tone: tone,
		}
		if m.Sheet == "" {
			m.Sheet = c.sheets[0]
		}
		if c.isCSV() && p.Line > 0 && p.Column != "" {
			if col := c.headers[m.Sheet].Place(p.Column); col >= 0 {
				m.Cell = annotateio.CellName(p.Line, col+1)
			}
		}
		marks = append(marks, m)
	}
	return marks
}

// tones are the colours of outcomes; the word stands in the cell.
var tones = map[reconcile.Outcome]annotateio.Tone{
	reconcile.Applied:      annotateio.Good,
	reconcile.Failed:       annotateio.Bad,
	reconcile.Conflict:     annotateio.Bad,
	reconcile.Unknown:      annotateio.Bad,
	reconcile.InvalidRow:   annotateio.Bad,
	reconcile.Blocked:      annotateio.Doubtful,
	reconcile.NotAttempted: annotateio.Doubtful,
}

// The titles of the outcome columns. A roster passes over them: they must not
// be those of failed.csv, which make a roster a part of one.
const (
	outcomeColumn       = "keyroster_outcome"
	outcomeReasonColumn = "keyroster_outcome_reason"
)

// outcomes are the columns that say beside each row what became of it.
func (c *Copy) outcomes(report *reportio.Report) ([]annotateio.Column, error) {
	cells := map[string][2]map[int]annotateio.Text{}
	var columns []annotateio.Column
	for _, sheet := range c.sheets {
		both := [2]map[int]annotateio.Text{{}, {}}
		cells[sheet] = both
		for i, title := range []string{outcomeColumn, outcomeReasonColumn} {
			columns = append(columns, annotateio.Column{
				Sheet: sheet, Title: title, HeaderRow: c.headers[sheet].Line, Cells: both[i],
			})
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
			if c.isCSV() {
				sheet = c.sheets[0]
			}
			if both, known := cells[sheet]; known && source.File == c.file.Name {
				both[0][source.Line] = annotateio.Text{Text: line.Outcome.String(), Tone: tone}
				both[1][source.Line] = annotateio.Text{Text: line.Why()}
			}
		}
	}
	return columns, nil
}
