package reconcile

import (
	"fmt"
	"slices"

	"keyroster/reconcile/shape"
)

// tails are the new values of one type that end in zeros from their 16th digit on,
// where no record shows whether they were cut.
type tails struct {
	kind  string
	lines []int32
	seen  shape.Tails
}

// addTail looks at a value that may be written.
func (j *valueJudge) addTail(kind, text string, line int) {
	at := slices.IndexFunc(j.tails, func(t tails) bool { return t.kind == kind })
	if at < 0 {
		at, j.tails = len(j.tails), append(j.tails, tails{kind: kind})
	}
	if t := &j.tails[at]; t.seen.Add(text) {
		t.lines = append(t.lines, int32(line))
	}
}

// warnOfTails warns once for each type.
func (j *valueJudge) warnOfTails() {
	for _, t := range j.tails {
		lines := slices.DeleteFunc(t.lines, func(line int32) bool { return !j.plan.Lines[line].Sends() })
		if len(lines) == 0 || !t.seen.Suspect() {
			continue
		}
		numbers := make([]int, len(lines))
		for i, line := range lines {
			numbers[i] = j.roster.Source(int(j.plan.Lines[line].Row)).Line
		}
		j.warn(lines, KindRoundedSuspect, TailsMessage(numbers), TailsRemedy)
	}
}

// TailsRemedy is what to do about values that may be rounded.
const TailsRemedy = "compare them with their source; a column formatted as text keeps every digit"

// TailsMessage says that the values on some lines may be rounded.
func TailsMessage(lines []int) string {
	places, more := "", ""
	for i, line := range lines[:min(len(lines), many)] {
		if i > 0 {
			places += ", "
		}
		places += fmt.Sprint(line)
	}
	if len(lines) > many {
		more = " and others"
	}
	return fmt.Sprintf(
		"of the values of 16 digits or more, %d end in zeros from the 16th on, as spreadsheets leave them that take them for numbers: line %s%s",
		len(lines), places, more,
	)
}
