package httpapi

const (
	// A cut is tried on so many answers: with trialRefused refusals among them,
	// going slower did not help, or not yet. trialCuts in a row that do not help
	// are proof that the refusals do not follow from the rate.
	trialAnswers = 60
	trialRefused = 3
	trialCuts    = 3
	// After that proof, so many answers have to pass before the next cut; it
	// doubles up to patienceMost.
	patienceFirst = 400
	patienceMost  = 6400
)

// trial finds out whether cuts help. Where refusals follow from the rate, they
// end below it; where a host refuses at random, however slowly it is asked, they
// go on, and the pace that was given up is taken back.
type trial struct {
	// cuts are those of the trial so far, 0 while none is on; before is the pace
	// that the first one gave up; answers and refused count what came since the last.
	cuts             int
	before           pace
	answers, refused int
	// patience is how many more answers are waited for before the next cut, next
	// how many after the next proof.
	patience, next int
}

// verdict is what an answer says about the last cut.
type verdict uint8

const (
	undecided verdict = iota
	cutAgain
	useless
)

// begin counts a cut that gave a pace up.
func (t *trial) begin(before pace) {
	if t.cuts == 0 {
		t.before = before
	}
	t.cuts++
	t.answers, t.refused = 0, 0
}

// add counts an answer to a request that was sent after the last cut.
func (t *trial) add(refused bool) verdict {
	t.patience = max(t.patience-1, 0)
	if t.cuts == 0 {
		return undecided
	}
	t.answers++
	if refused {
		t.refused++
	}
	switch {
	case t.answers < trialAnswers:
		return undecided
	case t.refused < trialRefused:
		t.cuts = 0
		return undecided
	case t.cuts < trialCuts || t.refused*tooManyOf > t.answers:
		return cutAgain
	}
	t.cuts = 0
	t.next = min(max(2*t.next, patienceFirst), patienceMost)
	t.patience = t.next
	return useless
}
