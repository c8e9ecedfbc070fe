package reportio

import (
	"fmt"
	"strings"

	"keyroster/io/bookio"
	"keyroster/reconcile"
)

// changesWidths are the columns of the sheet Changes, in characters; changesHeight is how
// many lines a cell of it shows: longer texts are complete on the sheet Lines.
var changesWidths = []float64{16, 13, 31, 18, 25, 33, 30}

const changesHeight = 25

// writeChanges writes the sheet Changes: in plain words, what needs a person and below it
// what changed or is in no row. Lines that stayed as they were are only on the sheet Lines.
func (b *book) writeChanges() {
	list := b.List(bookio.Layout{
		Name: "Changes", Tab: "0A3F70", Landscape: true, Header: true, Widths: changesWidths,
	}, "Where", "Outcome", "Who", "Credential", "What was done", "Why", "What to do")
	t := b.report.settled
	b.changeLines(list, t.needRows+t.needRecords, (*Line).NeedsPerson)
	b.changeLines(list, t.others, (*Line).other)
	list.End()
}

// hasChanges reports whether any line changed, needs a person or is in no row.
func (b *book) hasChanges() bool {
	t := b.report.settled
	return t.needRows+t.needRecords+t.others > 0
}

// changeLines writes the lines that match. most is how many there are: reading stops
// after the last of them.
func (b *book) changeLines(list *bookio.List, most int, are func(*Line) bool) {
	if most == 0 {
		return
	}
	for line, err := range b.report.lines() {
		if err != nil {
			b.Fail(fmt.Errorf("read report lines: %w", err))
		}
		if b.Err() != nil {
			return
		}
		if !are(line) {
			continue
		}
		b.changeLine(list.Sheet(), line)
		if most--; most == 0 {
			return
		}
	}
}

// other reports whether a line needs no person but did not stay as it was: it changed or
// is in no row.
func (l *Line) other() bool { return !l.NeedsPerson() && l.Outcome != reconcile.Unchanged }

func (b *book) changeLine(s *bookio.Sheet, l *Line) {
	who := l.Who()
	if l.HolderEmail != who {
		who = JoinFilled("\n", who, l.HolderEmail)
	}
	texts := []string{placeWords(b.report, l), changedWord(l), who, l.What(), doneWords(l), whyAll(l), advice(l)}
	var cells []bookio.Cell
	for i, text := range texts {
		if bookio.Lines(text, changesWidths[i]) > changesHeight {
			text = fmt.Sprintf("see sheet Lines, line %d", l.Line)
		}
		cells = append(cells, bookio.Cell{Value: text, Look: bookio.Wrapped})
	}
	cells[1].Look = outcomeLook(changedLook(l))
	s.Add(0, cells...)
}

// doneWords say what was done, or would be, with the values before and after.
func doneWords(l *Line) string {
	var fields []string
	for i := range l.Fields {
		fields = append(fields, l.Fields[i].Text())
	}
	done := ""
	if l.changed() {
		done = madeWords(l)
	}
	return JoinFilled("\n", JoinFilled(", ", done, proofWords(l)), strings.Join(fields, "\n"))
}

// whyAll is why a line ended as it did, with the warnings of the provider.
func whyAll(l *Line) string {
	return JoinFilled("\n", l.Reason, strings.Join(l.Warnings, "; "))
}
