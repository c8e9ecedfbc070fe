package reconcile

import (
	"slices"

	"keyroster/reconcile/shape"
)

// series is how far the values of some peers count up from row to row.
type series struct {
	last string
	// right: they began after a row whose record has its value.
	right bool
	lines []int32
}

// fewestDragged is how many values must count up before it is worth a warning.
const fewestDragged = 4

// warnOfSeries warns of rows that ask for the number after that of the row above, starting
// from one that is right: this is how a spreadsheet fills the cells over which one is
// dragged.
func (j *valueChecker) warnOfSeries() {
	if j.updates < fewestDragged {
		return
	}
	runs := map[peers]*series{}
	var dragged []int32
	for i := range j.plan.Lines {
		l, want := &j.plan.Lines[i], j.plan.WantRow(i)
		if !want.Valid() || !want.Cell(j.schema.value).Filled() {
			continue
		}
		text, group := want.Cell(j.schema.value).Text(), j.peersOf(want, j.plan.HaveRecord(i))
		run := runs[group]
		if run == nil {
			run = &series{}
			runs[group] = run
		}
		if run.right && l.Action == Update && j.givesValue(l) && shape.Follows(text, run.last) {
			run.lines = append(run.lines, int32(i))
		} else {
			dragged = run.end(dragged)
			run.right = l.Situation == InSync
		}
		run.last = text
	}
	for _, run := range runs {
		dragged = run.end(dragged)
	}
	if len(dragged) == 0 {
		return
	}
	slices.Sort(dragged)
	j.suspect(dragged, KindSeries,
		"values count up from row to row: was a cell dragged down?",
		"enter the values again from their source, unless cards are handed out in the order of their numbers")
}

// end adds the lines of a series if it is long enough, and begins another.
func (s *series) end(dragged []int32) []int32 {
	if len(s.lines) >= fewestDragged {
		dragged = append(dragged, s.lines...)
	}
	s.lines = nil
	return dragged
}

// warnOfPlaceholders warns of card numbers that lists use where there is none.
func (j *valueChecker) warnOfPlaceholders() {
	j.suspect(j.placeholders, KindPlaceholder,
		"card numbers look like placeholders (one repeated digit, or digits in sequence)",
		"check that these cards exist")
}

// warnOfWide warns of card numbers outside the range of all their peers.
func (j *valueChecker) warnOfWide() {
	type tally struct{ all, within int }
	tallies := map[peers]*tally{}
	for _, line := range j.wide {
		tallies[j.peersOf(j.plan.WantRow(int(line)), j.plan.HaveRecord(int(line)))] = &tally{}
	}
	for n := 0; n < j.listing.Records.Len() && len(tallies) > 0; n++ {
		record := j.listing.Records.Record(n)
		text := record.Cell(j.schema.value).Text()
		if t := tallies[j.peersOf(record, Record{})]; t != nil && shape.Eight(text) {
			t.all++
			if shape.Is26Bit(text) {
				t.within++
			}
		}
	}
	wide := slices.DeleteFunc(j.wide, func(line int32) bool {
		t := tallies[j.peersOf(j.plan.WantRow(int(line)), j.plan.HaveRecord(int(line)))]
		return t.all < shape.Few || t.within < t.all
	})
	j.suspect(wide, KindNo26Bit,
		"numbers of 8 digits that no 26-bit card has (facility code up to 255, number up to 65535), "+
			"while every card in the account has one",
		"check for swapped or mistyped digits, or whether the cards have another format")
}

// suspect warns once of those lines that are to be sent.
func (j *valueChecker) suspect(lines []int32, kind, message, remedy string) {
	if lines, rows := j.sent(lines); len(lines) > 0 {
		j.warn(lines, kind, message+": "+j.roster.Places(rows), remedy)
	}
}

// sent returns those of some lines that are to be sent, and their rows.
func (j *valueChecker) sent(lines []int32) (sent []int32, rows []int) {
	for _, line := range lines {
		if l := &j.plan.Lines[line]; l.Sends() {
			sent, rows = append(sent, line), append(rows, int(l.Row))
		}
	}
	return sent, rows
}
