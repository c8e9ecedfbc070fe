package annotation

import (
	"cmp"

	"keyroster/io/annotateio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// marks returns the remarks on a roster's problems. Problems of the whole file go to the first
// cell of its first sheet.
func (c *Copy) marks(problems []reconcile.Problem) []annotateio.Mark {
	var marks []annotateio.Mark
	for i := range problems {
		p := &problems[i]
		if p.File != c.file.Name {
			continue
		}
		text := p.Message
		likely := p.Likely
		if of, known := c.refused[i]; known {
			text += "\nRead: " + of[0]
			likely = cmp.Or(of[1], likely)
		}
		if likely != "" {
			text += "\nLikely: " + likely
		}
		if p.Remedy != "" {
			text += "\nRemedy: " + p.Remedy
		}
		if p.Settings != "" {
			text += ":\n" + p.Settings
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

// tones are the colours of outcomes; the cell also has the word.
var tones = map[reconcile.Outcome]annotateio.Tone{
	reconcile.Applied:      annotateio.Good,
	reconcile.Failed:       annotateio.Bad,
	reconcile.Conflict:     annotateio.Bad,
	reconcile.Unknown:      annotateio.Bad,
	reconcile.InvalidRow:   annotateio.Bad,
	reconcile.Blocked:      annotateio.Doubtful,
	reconcile.NotAttempted: annotateio.Doubtful,
}

// The titles of the outcome columns, which a roster ignores. They must differ from those of
// failed.csv, which mark a roster as partial.
const (
	outcomeColumn       = "keyroster_outcome"
	outcomeReasonColumn = "keyroster_outcome_reason"
)

// outcomes returns the columns that give each row's outcome. In a wide table one line is
// several rows: each is named, and its cell marked.
func (c *Copy) outcomes(report *reportio.Report) ([]annotateio.Column, []annotateio.Mark, error) {
	cells := map[string][2]map[int]annotateio.Text{}
	var columns []annotateio.Column
	var marks []annotateio.Mark
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
			return nil, nil, err
		}
		if line.Source == nil {
			continue
		}
		tone := tones[line.Outcome]
		if line.NeedsPerson() && line.Outcome.AsDesired() {
			tone = annotateio.Bad // read back different, or not effective
		}
		for _, source := range append([]reconcile.Source{*line.Source}, line.Sources...) {
			sheet := source.Sheet
			if c.isCSV() {
				sheet = c.sheets[0]
			}
			both, known := cells[sheet]
			if !known || source.File != c.file.Name {
				continue
			}
			both[0][source.Line] = joined(both[0][source.Line], source, line.Outcome.String(), tone)
			both[1][source.Line] = joined(both[1][source.Line], source, line.Why(), annotateio.Plain)
			if source.Header != "" {
				marks = append(marks, c.cellMark(sheet, source, line, tone))
			}
		}
	}
	return columns, marks, nil
}

// joined appends a row's text to those of the other rows on its line.
func joined(before annotateio.Text, row reconcile.Source, text string, tone annotateio.Tone) annotateio.Text {
	if row.Header == "" {
		return annotateio.Text{Text: text, Tone: tone}
	}
	if text != "" {
		text = row.Header + ": " + text
	}
	return annotateio.Text{
		Text: reportio.JoinFilled("; ", before.Text, text), Tone: annotateio.Worse(before.Tone, tone),
	}
}

// cellMark marks a row's cell in a wide table: with a colour and, if the row needs a person,
// the outcome. An invalid row already has marks for its problems.
func (c *Copy) cellMark(sheet string, row reconcile.Source, line *reportio.Line, tone annotateio.Tone) annotateio.Mark {
	m := annotateio.Mark{Sheet: sheet, Cell: row.Cell, Row: row.Line, Tone: tone}
	if line.NeedsPerson() && line.Outcome != reconcile.InvalidRow {
		m.Text = reportio.JoinFilled(": ", line.Outcome.String(), line.Why())
	}
	if at := c.headers[sheet].Place(row.Header); m.Cell == "" && at >= 0 {
		m.Cell = annotateio.CellName(row.Line, at+1)
	}
	return m
}
