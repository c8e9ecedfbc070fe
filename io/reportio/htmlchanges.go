package reportio

import (
	"keyroster/reconcile"
)

// htmlChanges is the page's block of what changed, or would.
type htmlChanges struct {
	Title string
	Lines []htmlChange
	// ID is the outcome of most of them, More how many the block does not show.
	ID, More string
}

// htmlChange is one line that changed: what was done, and its proof.
type htmlChange struct {
	Line                                       int
	ID, Where, Outcome, Who, What, Made, Proof string
	Fields                                     []htmlField
}

// htmlField is one value that changed; where the difference is long, Before and After
// are replaced by a text.
type htmlField struct{ Name, Before, After, Note string }

func newHTMLChanges(r *Report) htmlChanges {
	b := htmlChanges{Title: "What changed", ID: reconcile.Applied.String()}
	if r.Summary.Planned > 0 {
		b.Title, b.ID = "What would change", reconcile.Planned.String()
	}
	for i := range r.settled.changed {
		l := &r.settled.changed[i]
		b.Lines = append(b.Lines, htmlChange{
			Line: l.Line, ID: changedLook(l).String(), Where: placeWords(r, l), Outcome: changedWord(l), Who: l.Who(),
			What: l.What(), Made: madeWords(l), Proof: proofWords(l), Fields: newHTMLFields(l.Fields),
		})
	}
	if more := r.Summary.Applied + r.Summary.Planned - len(b.Lines); more > 0 {
		b.More = Thousands(more)
	}
	return b
}

func newHTMLFields(fields []Field) []htmlField {
	all := make([]htmlField, len(fields))
	for i := range fields {
		f := &fields[i]
		all[i] = htmlField{Name: f.Name, Before: orNone(f.Before), After: orNone(f.After), Note: alike(f)}
		if f.Diff != "" {
			all[i].Before, all[i].After = "", "changed; the details show where"
		}
	}
	return all
}

// made has the word for what each action did to a record.
var made = map[reconcile.Action]string{
	reconcile.Create: "created", reconcile.Update: "changed", reconcile.Delete: "deleted", reconcile.Replace: "replaced",
}

// madeWords say what was done, or would be.
func madeWords(l *Line) string {
	if word := made[l.Action]; word != "" && l.Outcome == reconcile.Planned {
		return "would be " + word
	}
	return made[l.Action]
}

// changedWord is the outcome of a line that changed, and changedLook the outcome whose
// colours it has.
func changedWord(l *Line) string {
	if l.NeedsPerson() {
		return outcomeWord(l)
	}
	return plainWords(l.Outcome.String())
}

func changedLook(l *Line) reconcile.Outcome {
	if l.NeedsPerson() {
		return needOutcome(l)
	}
	return l.Outcome
}

// proofWords say how a change was proved.
func proofWords(l *Line) string {
	if l.Outcome != reconcile.Applied {
		return ""
	}
	return [...]string{"not read back", "verified", ""}[verifiedNumber(l)]
}
