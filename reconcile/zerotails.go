package reconcile

import (
	"fmt"
	"slices"

	"keyroster/reconcile/shape"
)

// zeroTails are the new values of one type that end in zeros from their 16th digit on, if
// no record shows whether they were cut.
type zeroTails struct {
	kind  string
	lines []int32
	seen  shape.Tails
}

// addZeroTail records a value that may be written, if it has such zeros.
func (j *valueChecker) addZeroTail(kind, text string, line int) {
	at := slices.IndexFunc(j.zeroTails, func(t zeroTails) bool { return t.kind == kind })
	if at < 0 {
		at, j.zeroTails = len(j.zeroTails), append(j.zeroTails, zeroTails{kind: kind})
	}
	if t := &j.zeroTails[at]; t.seen.Add(text) {
		t.lines = append(t.lines, int32(line))
	}
}

// warnOfZeroTails warns once for each type.
func (j *valueChecker) warnOfZeroTails() {
	for _, t := range j.zeroTails {
		if lines, rows := j.sent(t.lines); len(lines) > 0 && t.seen.Suspect() {
			j.warn(lines, KindRoundedSuspect, j.roster.ZeroTailsMessage(rows), ZeroTailsRemedy)
		}
	}
}

// ZeroTailsRemedy is what to do about values that may be rounded.
const ZeroTailsRemedy = "compare them with their source; format the column as text to keep every digit"

// ZeroTailsMessage says that the values of some rows may be rounded.
func (r *Roster) ZeroTailsMessage(rows []int) string {
	return fmt.Sprintf(
		"%d of the values with 16 digits or more have only zeros from the 16th on, "+
			"as if a spreadsheet had read them as numbers: %s",
		len(rows), r.Places(rows),
	)
}
