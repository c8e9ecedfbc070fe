package doorflow

import (
	"fmt"

	"keyroster/reconcile"
)

// proof says how a list was read and what that proves.
type proof struct {
	evidence reconcile.Evidence
	// total is what the server declares, or -1; pages counts answers.
	total, pages  int
	strategy, why string
	// ended: the list was walked page by page up to an empty one, and every
	// page but the last had the same number of elements.
	ended bool
	// cut: elements were seen that the reading left out.
	cut bool
	// doubt is what speaks against completeness.
	doubt string
	tally
}

// tally counts what was read.
type tally struct {
	unique, repeated int
	// print is equal for two readings of the same ids, in whatever order.
	print uint64
	// changed: the answers declare different totals.
	changed bool
}

func (t tally) String() string {
	if t.repeated == 0 {
		return fmt.Sprintf("%d unique ids read", t.unique)
	}
	return fmt.Sprintf("%d unique ids read, %d of them once more", t.unique, t.repeated)
}

// judge decides what the reading proves.
//
// A declared total proves a reading of as many ids. A walk without a total is
// proved by its end: an empty page, after pages that were all full but the
// last, none of which repeated an id. What proves neither is left to a second
// reading ([proof.agrees]).
func (p *proof) judge(t tally) {
	p.tally = t
	switch {
	case p.doubt != "":
		p.doubt += " (" + t.String() + ")"
	case t.changed:
		p.doubt = "the declared total changed while the list was read (" + t.String() + ")"
	case p.total >= 0 && p.total != t.unique:
		p.doubt = fmt.Sprintf("%d declared, %s", p.total, t)
	case p.total >= 0:
		p.evidence = reconcile.EvidenceDeclared
	case t.repeated > 0:
		p.doubt = "no total declared, " + t.String()
	case p.ended:
		p.evidence = reconcile.EvidenceTerminated
	default:
		p.doubt = "no total declared, " + t.String()
	}
}

// agrees reports whether two readings, neither of which proves itself, prove
// each other: no total was declared, nothing was repeated, and the ids are the
// same.
func (p *proof) agrees(q proof) bool {
	return p.total < 0 && q.total < 0 && p.repeated == 0 && q.repeated == 0 && p.unique == q.unique && p.print == q.print && !p.cut && !q.cut
}
