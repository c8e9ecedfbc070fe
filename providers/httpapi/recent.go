package httpapi

// The numbers of last answers that count: the few show an episode of refusals as soon as it
// begins, the many show what is usual.
const (
	fewAnswers  = 20
	manyAnswers = 100
	// tooManyOf is the share of refusals, one in so many, up to which they are taken for
	// chance: some hosts answer 429 now and then at any rate, and slowing down would not
	// end that.
	tooManyOf = 5
)

// recent are the last answers of a host, which show whether its refusals follow from the
// rate. The zero value has seen none.
type recent struct {
	refused [manyAnswers]bool
	// next is where the next answer goes, seen how many of the places are filled, since how
	// many answers there were since the last episode.
	next, seen, since int
}

func (r *recent) add(refused bool) {
	r.refused[r.next] = refused
	r.next = (r.next + 1) % manyAnswers
	r.seen = min(r.seen+1, manyAnswers)
	r.since++
}

// last counts the refusals among the last n answers.
func (r *recent) last(n int) int {
	refused := 0
	for i := range min(n, r.seen) {
		if r.refused[(r.next-1-i+manyAnswers)%manyAnswers] {
			refused++
		}
	}
	return refused
}

// few counts the refusals among the last fewAnswers answers since the last episode.
func (r *recent) few() int { return r.last(min(fewAnswers, r.since)) }

// episode reports whether so many of the few last answers are refusals that nothing should
// be sent for a while.
func (r *recent) episode() bool { return r.few() > fewAnswers/tooManyOf }

// flood reports whether more than one in five of many answers are refusals.
func (r *recent) flood() bool { return r.last(manyAnswers)*tooManyOf > r.seen }

// denser reports whether refusals are more than twice as frequent as before the few last
// answers: then a rate that is being probed has met the limit.
func (r *recent) denser() bool {
	few, before := r.few(), max(r.seen-fewAnswers, 0)
	if before == 0 {
		return few > 1
	}
	background := float64(r.last(manyAnswers)-r.last(fewAnswers)) / float64(before)
	return float64(few) > 1+2*background*fewAnswers
}

// begin drops the few last answers: a new episode is counted from later ones.
func (r *recent) begin() {
	r.since = 0
}
