package httpapi

const (
	// A cut is tried on trialAnswers answers: with trialRefused refusals among them,
	// slowing down did not help, or not yet. trialCuts in a row that do not help prove that
	// the refusals do not follow from the rate.
	trialAnswers = 60
	trialRefused = 3
	trialCuts    = 3
	// After that proof, patienceFirst answers have to pass before the next cut; it doubles
	// up to patienceMost.
	patienceFirst = 400
	patienceMost  = 6400
)

// trial finds out whether cuts help. Refusals that follow from the rate end below it; if a
// host refuses at random at any rate, they go on, and the pace from before the cuts is
// restored.
type trial struct {
	// cuts are those of the trial so far, 0 if there is none; before is the pace before the
	// first one; answers and refused count the answers since the last.
	cuts             int
	before           pace
	answers, refused int
	// patience is how many more answers to wait for before the next cut, next how many
	// after the next proof.
	patience, next int
}

// verdict is what an answer shows about the last cut.
type verdict uint8

const (
	undecided verdict = iota
	cutAgain
	useless
)

// begin counts a cut; before is the pace that it reduced.
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
