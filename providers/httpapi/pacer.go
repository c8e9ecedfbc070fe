package httpapi

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"
)

// The pacer's constants. They were found by simulating a hidden token bucket with jittered
// latencies; the table in pacer_test.go checks what they achieve.
const (
	// defaultHold is how long everything waits after a 429 without Retry-After.
	defaultHold = time.Second
	// A stretch of at least measuredTime with at least measuredPasses answers shows what
	// the host really lets through; a shorter one shows nothing.
	measuredTime   = 2 * time.Second
	measuredPasses = 10
	// window bounds how far back the measuring looks: one to two windows. The average since
	// the last cut would include the slow way up.
	window = 5 * time.Second
	// belowMeasured is applied to a measured rate; belowRefused is how close to the refused
	// rate the fast way back up goes.
	belowMeasured = 0.95
	belowRefused  = 0.9
	// fastGrowth and slowGrowth are factors per second.
	fastGrowth = 1.10
	slowGrowth = 1.01
	// firstRest doubles up to longestRest as long as the same limit, give or take
	// sameLimit, is met again.
	firstRest   = 15 * time.Second
	longestRest = 4 * time.Minute
	sameLimit   = 0.15
	// slowestRate is the minimum; guessedRate is taken for the refused rate if there was no
	// ceiling and nothing could be measured.
	slowestRate = 0.2
	guessedRate = 50.0
)

// errHeldTooLong: the host asked for a longer pause than the caller would wait.
var errHeldTooLong = errors.New("the host asks for a longer pause")

// pacer decides when a request may be sent. It hands out slots on an absolute schedule. An
// occasional refusal is taken for chance and delays only its own request. When more than
// one in five of the last calls are refused, everything is held for the pause that the host
// wants; if that goes on, the refusals follow from the rate, which is cut once per episode
// and probes its way back up. One pacer serves all requests of an account.
//
// Invariants: a slot is never in the past (no catching up); a slot is void if the schedule
// changed while its owner slept; a refusal of a request that was sent before the last cut
// never cuts again.
type pacer struct {
	ceiling float64 // requests per second, +Inf for none

	mu sync.Mutex
	pace
	next time.Time // the first free slot
	hold time.Time // nothing is sent before
	// schedule changes whenever the slots handed out so far become void, epoch with every
	// cut: it shows which requests were sent before.
	schedule, epoch uint64

	// The last windows since the last cut: the time in which requests were sent, not
	// counting idle time, and how many were let through.
	lastSlot         time.Time
	current, earlier stretch

	// grown is the moment up to which the rate has grown.
	grown time.Time

	// recent are the last answers; asked is the latest time until which a refusal of this
	// episode asked to wait.
	recent recent
	asked  time.Time
	trial  trial
}

// pace is the rate, and the way back up after a cut.
type pace struct {
	rate float64
	// refused is the rate last refused, 0 before the first refusal.
	refused float64
	rest    time.Duration
	restEnd time.Time // zero while still on the fast way
}

// stretch is a period of sending and how many requests were let through in it.
type stretch struct {
	busy   time.Duration
	passes int
}

func newPacer(ceiling Rate) *pacer {
	c := ceiling.perSecond()
	return &pacer{ceiling: c, pace: pace{rate: c}}
}

// wait returns when a request may be sent, with the epoch to report its answer under. It
// fails with ctx's error, or with errHeldTooLong if the host's pause would last longer than
// budget.
func (p *pacer) wait(ctx context.Context, budget time.Duration) (epoch uint64, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		at, schedule, epoch, pause := p.take()
		if pause > budget {
			return 0, errHeldTooLong
		}
		if err := Sleep(ctx, time.Until(at)); err != nil {
			return 0, err
		}
		// A refusal may have come in while this slept: sending now would go right into the
		// pause.
		p.mu.Lock()
		valid := p.schedule == schedule
		p.mu.Unlock()
		if valid {
			return epoch, nil
		}
	}
}

// take reserves the next slot.
func (p *pacer) take() (at time.Time, schedule, epoch uint64, pause time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	pause = p.hold.Sub(now)
	p.grow(now)
	at = now
	if p.hold.After(at) {
		at = p.hold
	}
	if !math.IsInf(p.rate, 1) {
		if p.next.After(at) {
			at = p.next
		}
		p.next = at.Add(p.gap())
	}
	if !p.lastSlot.IsZero() {
		// Pauses of the caller (a person reading the plan) are not counted: they would make
		// the host look slow.
		p.current.busy += min(max(0, at.Sub(p.lastSlot)), max(time.Second, 2*p.gap()))
		if p.current.busy >= window {
			p.earlier, p.current = p.current, stretch{}
		}
	}
	p.lastSlot = at
	return at, p.schedule, p.epoch, pause
}

// gap returns the time between two slots.
func (p *pacer) gap() time.Duration {
	return time.Duration(float64(time.Second) / p.rate)
}

// passed reports an answer other than 429 to a request sent in epoch.
func (p *pacer) passed(epoch uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.recent.add(false)
	if epoch == p.epoch {
		p.current.passes++
		p.try(false)
	}
}

// try counts an answer for the last cut, and reports whether it led to another. Cuts that
// did not help are undone.
func (p *pacer) try(refused bool) (cut bool) {
	switch p.trial.add(refused) {
	case cutAgain:
		p.cut(time.Now())
		return true
	case useless:
		p.pace = p.trial.before
		p.grown = time.Now()
	}
	return false
}

// refusal is the effect of a 429 on all requests.
type refusal struct {
	// held is how long nothing will be sent; 0 if only the refused request has to wait.
	held time.Duration
	// rate applies from now on; cut reports whether this refusal lowered it.
	rate float64
	cut  bool
}

// limited reports a 429 to a request sent in epoch, with the wait that the host asked for,
// if any. A wait beyond budget does not count as chance: everything is held.
func (p *pacer) limited(epoch uint64, wait time.Duration, given bool, budget time.Duration) refusal {
	if !given {
		wait = defaultHold
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if until := now.Add(wait); until.After(p.asked) {
		p.asked = until
	}
	p.recent.add(true)
	cut := false
	switch {
	case epoch != p.epoch:
		// Another refusal of the episode that the last cut was for.
		p.holdUntil(p.asked, false)
	case p.recent.episode() || wait > budget:
		cut = p.try(true)
		if !cut && (p.trial.cuts == 0 && p.trial.patience == 0 || p.recent.flood()) {
			p.cut(now)
			cut = true
		}
		p.recent.begin()
		p.holdUntil(p.asked, cut)
	case p.probing(now) && p.recent.denser():
		p.backOff(now)
		cut = true
	default:
		cut = p.try(true)
	}
	return refusal{held: max(0, p.hold.Sub(now)), rate: p.rate, cut: cut}
}

// pause holds everything without changing the rate: for a 503 that names a time.
func (p *pacer) pause(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.holdUntil(time.Now().Add(wait), false)
}

// holdUntil extends the pause. The slots after it are handed out anew, so that earlier ones
// are neither used inside the pause nor lost.
func (p *pacer) holdUntil(until time.Time, anew bool) {
	if !until.After(p.hold) && !anew {
		return
	}
	if until.After(p.hold) {
		p.hold = until
	}
	p.schedule++
	p.next = p.hold
	p.lastSlot = time.Time{}
	if p.hold.After(p.grown) {
		p.grown = p.hold
	}
}

// cut lowers the rate after a refusal and starts a new stretch.
func (p *pacer) cut(now time.Time) {
	p.grow(now)
	p.epoch++
	p.trial.begin(p.pace)
	refused := p.rate
	busy, passes := p.current.busy+p.earlier.busy, p.current.passes+p.earlier.passes
	measured := busy >= measuredTime && passes >= measuredPasses
	through := float64(passes) / max(busy, time.Second).Seconds()
	switch {
	case measured:
		refused = min(p.rate, through)
	case math.IsInf(p.rate, 1):
		refused = max(through, guessedRate)
	}
	if p.refused > 0 && math.Abs(refused-p.refused) <= sameLimit*p.refused && now.After(p.restEnd) {
		p.rest = min(2*p.rest, longestRest)
	} else {
		p.rest = firstRest
	}
	p.refused = refused
	p.rate = refused / 2
	if measured {
		p.rate = refused * belowMeasured
	}
	p.rate = min(max(p.rate, slowestRate), p.ceiling)
	p.current, p.earlier = stretch{}, stretch{}
	p.restEnd, p.grown = time.Time{}, now
}

// probing reports whether the rate is above the one where it rests: refusals that begin
// there show where the limit is.
func (p *pacer) probing(now time.Time) bool {
	p.grow(now)
	return p.refused > 0 && p.rate > belowRefused*p.refused
}

// backOff ends a probe: the rate returns to where it rested, for a longer rest.
func (p *pacer) backOff(now time.Time) {
	p.epoch++
	p.refused = max(p.refused, p.rate)
	p.rate = belowRefused * p.refused
	p.rest = min(2*p.rest, longestRest)
	p.restEnd, p.grown = now.Add(p.rest), now
	p.current, p.earlier = stretch{}, stretch{}
}

// grow brings the rate up to what it is at now: fast to just below the rate last refused, a
// rest there, then slowly up to the ceiling.
func (p *pacer) grow(now time.Time) {
	if p.refused == 0 || !now.After(p.grown) {
		return
	}
	from := p.grown
	p.grown = now
	if p.restEnd.IsZero() {
		target := min(p.refused*belowRefused, p.ceiling)
		reached := from.Add(growthTime(p.rate, target, fastGrowth))
		if reached.After(now) {
			p.rate *= math.Pow(fastGrowth, now.Sub(from).Seconds())
			return
		}
		from = reached
		p.rate = max(p.rate, target)
		p.restEnd = from.Add(p.rest)
	}
	if p.restEnd.After(from) {
		from = p.restEnd
	}
	if now.After(from) {
		p.rate = min(p.rate*math.Pow(slowGrowth, now.Sub(from).Seconds()), p.ceiling)
	}
}

// growthTime returns how long a rate takes to reach target at factor per second.
func growthTime(rate, target, factor float64) time.Duration {
	if rate >= target {
		return 0
	}
	return time.Duration(math.Log(target/rate) / math.Log(factor) * float64(time.Second))
}

// Sleep waits, or returns ctx's error as soon as it is cancelled.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
