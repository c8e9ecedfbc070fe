package reconcile

import (
	"fmt"
	"slices"

	"keyroster/reconcile/shape"
)

// otherKinds has the records by their values, card types apart from the others. It is built
// on first use, which is rare.
type otherKinds struct {
	cards, others map[string]int32
}

// isCard reports whether the values of a type are card numbers.
func (j *valueChecker) isCard(kind string) bool { return slices.Contains(j.policy.Shapes.Cards, kind) }

// recordOfOtherKind returns the record of the other kind (a PIN for a card, a card for a
// PIN) that has a value, not valid for none. If two columns of a list are exchanged, so
// many rows are alike that they would pass for a new shape.
func (j *valueChecker) recordOfOtherKind(group peers, text string) Record {
	if len(j.policy.Shapes.Cards) == 0 {
		return Record{}
	}
	if j.otherKinds.cards == nil {
		j.otherKinds = otherKinds{cards: map[string]int32{}, others: map[string]int32{}}
		for n := range j.listing.Records.Len() {
			record := j.listing.Records.Record(n)
			if value := record.Cell(j.schema.value); value.Filled() {
				of := j.otherKinds.others
				if j.isCard(j.text(record, Record{}, j.kind)) {
					of = j.otherKinds.cards
				}
				of[value.Text()] = int32(n)
			}
		}
	}
	of := j.otherKinds.cards
	if j.isCard(group.kind) {
		of = j.otherKinds.others
	}
	if n, known := of[text]; known {
		return j.listing.Records.Record(int(n))
	}
	return Record{}
}

// otherKindReason says whose value a line would write, and what to do.
func (j *valueChecker) otherKindReason(line int, owner Record, text string) string {
	class, _ := shape.Of(text)
	mine, theirs := "PIN", "card number"
	if j.isCard(j.text(j.plan.WantRow(line), j.plan.HaveRecord(line), j.kind)) {
		mine, theirs = theirs, mine
	}
	return fmt.Sprintf(
		"the value is the %s of %s, and no %s: check whether two columns or types are swapped, or allow it: %s",
		theirs, owner.Describe(), mine, j.setting(line, []shape.Class{class}),
	)
}
