// Package engine applies plans: it sends the changes of a plan to a provider concurrently,
// reads back what was in doubt, and compares the result with a fresh listing. It collects
// outcomes; one bad record never stops the others, and only a fatal cause (login,
// unreachable host, interrupt, journal) or a stopping rule ends the run.
package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"keyroster/reconcile"
	"keyroster/reconcile/rescue"
)

// Freshness says what a change relies on about its record.
type Freshness string

const (
	// FreshRead reads each record just before its write; one that moved since the listing
	// ends in conflict.
	FreshRead Freshness = "read"
	// FreshListing relies on the listing.
	FreshListing Freshness = "listing"
)

// Options say how a plan is applied.
type Options struct {
	Provider reconcile.Provider
	// StoredAs, if not nil, says what the provider stored in place of what was wanted: see
	// [reconcile.Policy].
	StoredAs func(want, have reconcile.Record, col int) string
	// Concurrency is the number of chains in flight, at least 1.
	Concurrency int
	Freshness   Freshness
	// Journal may be nil for none.
	Journal Journal
	// Prior returns what an earlier attempt at the same plan left of a line; nil if this is
	// the first.
	Prior func(line int) Prior
	// SettleOnly sends no change: it reads back what is in doubt, rolls back what is
	// parked, and leaves the rest not attempted.
	SettleOnly bool
	// Park makes the temporary values of cycles; it must be set if the plan has one.
	Park *Parking
	// Deadline is the time from which no new write starts; zero is never.
	Deadline time.Time
	// StopAfter is the number of failed lines after which no new write starts; 0 is no
	// limit.
	StopAfter int
	// First, if not 0, is the number of lines after which Apply returns; the chains that
	// were begun are finished, the others stay [Result.Undecided].
	First int
	// Recent knows what was written a short while ago, by this run and others of the
	// account; nil if no other run shares it.
	Recent *RecentWrites
	// Since is when an earlier attempt at the plan wrote last, zero if that is not known.
	Since time.Time
	// Grace bounds how long calls in flight may take after an interrupt;
	// zero means 30 s.
	Grace time.Duration
	// Progress, if not nil, receives the number of recorded lines. Many goroutines call it.
	Progress func(done int)
}

// Prior is what an earlier attempt left of a line. The zero value is nothing.
type Prior struct {
	// Recorded: the line has its outcome, in Result.
	Recorded bool
	Result   Result
	// InDoubt: a write was announced and its outcome is not known.
	InDoubt bool
	// Parked: its record was put on a temporary value, and is not known to have left it.
	Parked bool
}

// The stopping rules end a run without an error of its own: the lines that were not
// attempted say why.
var (
	// ErrDeadline means that the run's deadline passed.
	ErrDeadline = errors.New("the deadline has passed")
	// ErrFirst means that the first changes of a run did not end as desired.
	ErrFirst = errors.New("one of the first changes was not as desired")
	// ErrTooManyFailures means that stop_after was reached.
	ErrTooManyFailures = errors.New("too many lines failed")
)

const supersededReason = "the run was interrupted, and a later run replaced it"

// writeTries bounds how often a write is sent if its answer was lost and it was read back
// as not done.
const writeTries = 3

// Apply sends the changes of a plan and returns the result of each; the outcomes of lines
// that were not sent say so. It returns once nothing is in flight. A cancelled context
// stops new writes; those in flight get the grace period. The plan must have passed its
// limits.
func Apply(ctx context.Context, plan *reconcile.Plan, opts Options) *Run {
	a := newApplier(ctx, plan, opts)
	defer a.cancel()
	defer context.AfterFunc(ctx, func() { a.halt(context.Cause(ctx)) })()
	if ctx.Err() != nil {
		a.halt(context.Cause(ctx)) // at once: AfterFunc only starts a goroutine
	}
	switch wait := time.Until(opts.Deadline); {
	case opts.Deadline.IsZero():
	case wait <= 0:
		a.halt(ErrDeadline)
	default:
		timer := time.AfterFunc(wait, func() { a.halt(ErrDeadline) })
		defer timer.Stop()
	}
	a.runAll()
	a.haltIfHostDown()
	a.run.Stop = a.cause()
	return a.run
}

type applier struct {
	plan    *reconcile.Plan
	opts    Options
	journal Journal
	run     *Run
	// ctx outlives the caller's by the grace period: a write in flight is finished, not cut
	// off.
	ctx    context.Context
	cancel context.CancelFunc
	// callerCtx is the caller's own context: it is checked before each write, since functions
	// that wait for its end may run late on a busy machine.
	callerCtx context.Context
	recent    *RecentWrites
	// waves are the chains by number; each wave waits for the one before.
	waves   [][]int
	holders holders

	mu           sync.Mutex
	stop         error             // why nothing new is sent, or nil
	full         map[string]string // types of which no more can be created, with the reason
	lanes        map[string]*sync.Mutex
	done, failed int
	host         hostHealth
	grace        *time.Timer
}

func newApplier(ctx context.Context, plan *reconcile.Plan, opts Options) *applier {
	if opts.Grace == 0 {
		opts.Grace = 30 * time.Second
	}
	a := &applier{
		plan:    plan,
		opts:    opts,
		journal: opts.Journal,
		run:     newRun(plan),
		full:    map[string]string{},
		lanes:   map[string]*sync.Mutex{},
	}
	if a.journal == nil {
		a.journal = NoJournal{}
	}
	a.ctx, a.cancel = context.WithCancel(context.WithoutCancel(ctx))
	a.callerCtx = ctx
	a.run.storedAs = opts.StoredAs
	a.opts.Provider = guarded{opts.Provider}
	if a.recent = opts.Recent; a.recent == nil {
		a.recent = NewRecentWrites(0)
	}
	if a.opts.Since.IsZero() {
		a.opts.Since = time.Now()
	}
	a.run.recent = a.recent
	a.noteEarlierWrites()
	a.planWaves()
	return a
}

// prior returns what an earlier attempt left of a line.
func (a *applier) prior(line int32) Prior {
	if a.opts.Prior == nil {
		return Prior{}
	}
	return a.opts.Prior(int(line))
}

// announce writes the first intents of some chains in advance, and reports whether they are
// durable.
func (a *applier) announce(chains []int) bool {
	if a.stopped() != nil || a.opts.SettleOnly {
		return false
	}
	var steps []Step
	for _, n := range chains {
		// A cycle begins with its parking, which is announced separately.
		first := a.plan.Chains[n][0]
		if p := a.prior(first); a.plan.IsCycle(n) || p.Recorded || p.InDoubt {
			continue
		}
		steps = append(steps, a.planned(first))
	}
	if len(steps) == 0 {
		return true
	}
	// Lines in flight get an outcome, whatever happens here.
	if err := rescue.Guarded(func() error { return a.journal.Announce(steps) })(); err != nil {
		a.halt(&journalError{err})
		return false
	}
	return true
}

// halt stops new writes; the first cause is kept.
func (a *applier) halt(cause error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stop == nil {
		a.stop = cause
		a.grace = time.AfterFunc(a.opts.Grace, a.cancel)
	}
}

func (a *applier) cause() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.grace != nil {
		a.grace.Stop()
	}
	return a.stop
}

// stopped returns why nothing new may be sent, nil while it may.
func (a *applier) stopped() error {
	if a.callerCtx.Err() != nil {
		a.halt(context.Cause(a.callerCtx))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.stop
}

// runChain runs the changes of one chain; announced: the intent of its first write is
// durable.
func (a *applier) runChain(n int, announced bool) {
	lines := a.plan.Chains[n]
	if a.plan.IsCycle(n) {
		a.cycle(lines)
		return
	}
	a.runPath(lines, announced)
}

// runPath runs changes in order, each of which frees a value for the next. Once one is not
// applied, the rest would take values that were not freed: they are blocked. What was done
// stays done.
func (a *applier) runPath(lines []int32, announced bool) {
	broken, brokenBy, brokenWhy := false, reconcile.Blocked, ""
	for n, line := range lines {
		change := a.plan.Change(int(line))
		res := a.run.Result(int(line))
		prior := a.prior(line)
		sent := false
		switch cause := a.stopped(); {
		case prior.Recorded:
			*res = prior.Result
		case cause != nil:
			a.skip(res, prior, "the run stopped before: "+stopWords(cause))
		case a.opts.SettleOnly && !prior.InDoubt:
			res.end(reconcile.NotAttempted, supersededReason)
		case broken:
			res.end(brokenBy, brokenWhy)
		default:
			why, kept := a.reasonToKeep(change)
			sent = !kept
			a.runChange(
				a.planned(line), res,
				sendOptions{inDoubt: prior.InDoubt, announced: announced && n == 0, withheld: kept, why: why},
			)
			a.inTransit(line, res)
		}
		if !prior.Recorded {
			a.updateBalance(change, res, sent)
		}
		// Only a record gives up a value; a creation is the end of its chain.
		if res.Outcome != reconcile.Applied && !broken && change.Have.Valid() {
			if res.Outcome == reconcile.NotAttempted {
				brokenBy = reconcile.NotAttempted // a resumed run tries both again
			}
			broken = true
			brokenWhy = fmt.Sprintf(
				"not sent, because %s %s still holds the value it should have released",
				change.Have.Schema().Noun, change.Have.ID(),
			)
		}
		a.record(res, prior.Recorded)
	}
}

// skip ends a line that is not sent any more. One in doubt stays in doubt.
func (a *applier) skip(res *Result, prior Prior, reason string) {
	res.end(reconcile.NotAttempted, reason)
	if prior.InDoubt {
		res.end(reconcile.Unknown, "sent before the run was interrupted; not yet read back")
	}
}

// record records a line's outcome, unless it was recorded before.
func (a *applier) record(res *Result, known bool) {
	if !known {
		if err := a.journal.Outcome(*res); err != nil {
			a.halt(&journalError{err})
		}
	}
	a.mu.Lock()
	a.done++
	done := a.done
	if !known && (res.Outcome == reconcile.Failed || res.Outcome == reconcile.Unknown) {
		a.failed++ // failures of an earlier attempt stopped that one
	}
	tooMany := a.opts.StopAfter > 0 && a.failed >= a.opts.StopAfter
	a.mu.Unlock()
	if tooMany {
		a.halt(ErrTooManyFailures)
	}
	if a.opts.Progress != nil {
		a.opts.Progress(done)
	}
}

// stopWords returns the words of a cause without its chain of technical causes.
func stopWords(cause error) string {
	if f, ok := errors.AsType[*reconcile.Failure](cause); ok {
		return f.Reason
	}
	if errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded) {
		return "interrupted"
	}
	return cause.Error()
}
