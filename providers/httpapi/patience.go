package httpapi

import "time"

const (
	// A refusal is calm when it comes at a rate well below one that was let
	// through, calmBelow of it at most, and after as many answers: a limit that is
	// overrun refuses sooner. calmFirst of them in a row follow from no rate of
	// ours; where that was found before, calmAgain are enough.
	calmBelow   = 0.85
	calmAnswers = 10
	calmFirst   = 6
	calmAgain   = 2
	// bearFirst refusals are borne then, and twice as many each time that it
	// proves right: they come no denser at the higher rate, where denser is fewer
	// than denserBelow of the answers before each in the calm. bearShare is how
	// much the last one counts in the average of that.
	bearFirst   = 20
	bearMost    = 160
	denserBelow = 0.4
	bearShare   = 0.2
)

// patience is with hosts that answer 429 now and then, however slowly they are
// asked: going slower would not end that, and would go on until nothing is sent.
// A limit that fell looks alike for a moment. It shows in the refusals that come
// denser as soon as the rate goes up again, and costs no more than these.
type patience struct {
	// answers are those since the last refusal.
	answers int
	// top is the highest rate that was measured to be let through. calm counts
	// the calm refusals in a row, calmAnswers the answers before them.
	top         float64
	calm        int
	calmAnswers int
	// bear is how many more refusals are borne, next how many the next time;
	// between is the average number of answers before one of them, and usual what
	// it was in the calm, as far as is known.
	bear, next     int
	between, usual float64
}

// bears tells whether a refusal is no reason to go slower, and keeps the account
// of that. It is called once for each episode of refusals.
func (p *pacer) bears(now time.Time) bool {
	h := &p.patience
	answers := h.answers
	h.answers = 0
	if h.bear > 0 {
		return h.goesOnBearing(answers, p.rate)
	}
	switch {
	case p.rate > calmBelow*h.top:
		h.calm, h.calmAnswers = 0, 0
		return false
	case answers < calmAnswers:
		return false
	}
	h.calm++
	h.calmAnswers += answers
	if h.calm < calmFirst && (h.next == 0 || h.calm < calmAgain) {
		return false
	}
	h.next = max(h.next, bearFirst)
	mean := float64(h.calmAnswers) / float64(h.calm)
	if h.usual == 0 || mean < h.usual {
		h.usual = mean
	}
	h.bear, h.between = h.next, h.usual
	// The fast way up, as far as something was let through.
	p.refused, p.rest, p.restEnd, p.grown = h.top/belowRefused, firstRest, time.Time{}, now
	return true
}

// goesOnBearing accounts for a refusal after so many answers, while refusals are
// borne.
func (h *patience) goesOnBearing(answers int, rate float64) bool {
	h.between += bearShare * (float64(answers) - h.between)
	denser := h.between < denserBelow*h.usual
	if h.bear--; h.bear > 0 && !denser {
		return true
	}
	h.next, h.top = min(2*h.next, bearMost), max(h.top, rate)
	if denser {
		h.next, h.top, h.usual = 0, 0, 0
	}
	h.bear, h.calm, h.calmAnswers = 0, 0, 0
	return false
}
