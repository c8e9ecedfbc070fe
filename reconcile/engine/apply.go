// Package engine carries out plans: it sends the changes of a plan to a
// provider side by side, reads back what was in doubt, and holds the result
// against a fresh listing. It collects outcomes; one bad record never stops
// its neighbours, and only a fatal cause (login, unreachable host, interrupt,
// journal) stops all.
package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"keyroster/reconcile"
)

// Freshness says what a change trusts about its record.
type Freshness string

const (
	// FreshRead reads each record just before its write; one that moved
	// since the listing ends in conflict.
	FreshRead Freshness = "read"
	// FreshListing trusts the listing.
	FreshListing Freshness = "listing"
)

// Options say how a plan is applied.
type Options struct {
	Provider reconcile.Provider
	// Concurrency is the number of chains in flight, at least 1.
	Concurrency int
	Freshness   Freshness
	// Journal may be nil for none.
	Journal Journal
	// Grace bounds how long calls in flight may take after an interrupt;
	// zero means 30 s.
	Grace time.Duration
	// Progress, if not nil, is told the number of settled lines. It is
	// called by many goroutines.
	Progress func(done int)
	Log      zerolog.Logger
}

// writeTries bounds how often a write is sent whose answer was lost and which
// was read back as not done.
const writeTries = 3

// Apply sends the changes of a plan and returns what became of each; the
// outcomes of lines that were not sent say so. It returns when nothing is in
// flight any more. A cancelled context stops new writes; those in flight get
// the grace period. The plan must have passed its limits.
func Apply(ctx context.Context, plan *reconcile.Plan, opts Options) *Run {
	a := newApplier(ctx, plan, opts)
	defer a.cancel()
	stop := context.AfterFunc(ctx, func() { a.halt(context.Cause(ctx)) })
	defer stop()
	var g errgroup.Group
	g.SetLimit(max(opts.Concurrency, 1))
	for n := range plan.Chains {
		g.Go(func() error {
			a.chain(n)
			return nil // an error would say nothing about the neighbours
		})
	}
	_ = g.Wait()
	a.run.Stop = a.cause()
	return a.run
}

type applier struct {
	plan    *reconcile.Plan
	opts    Options
	journal Journal
	run     *Run
	// ctx outlives the caller's by the grace period: a write in flight is
	// finished, not torn.
	ctx    context.Context
	cancel context.CancelFunc

	mu    sync.Mutex
	stop  error             // why nothing new is sent, or nil
	full  map[string]string // types of which no more can be created, with the reason
	lanes map[string]*sync.Mutex
	done  int
	grace *time.Timer
}

func newApplier(ctx context.Context, plan *reconcile.Plan, opts Options) *applier {
	if opts.Grace == 0 {
		opts.Grace = 30 * time.Second
	}
	a := &applier{plan: plan, opts: opts, journal: opts.Journal, run: newRun(plan), full: map[string]string{}, lanes: map[string]*sync.Mutex{}}
	if a.journal == nil {
		a.journal = NoJournal{}
	}
	a.ctx, a.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return a
}

// halt stops new writes; the first cause stays.
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

func (a *applier) stopped() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.stop
}

// chain runs the changes of one chain in order. Once one is not applied, the
// rest would take values that were not freed: they are blocked.
func (a *applier) chain(n int) {
	broken := ""
	for _, line := range a.plan.Chains[n] {
		change := a.plan.Change(int(line))
		res := a.run.Result(int(line))
		switch cause := a.stopped(); {
		case cause != nil:
			res.Outcome, res.Reason = reconcile.NotAttempted, "the run stopped before: "+stopWords(cause)
		case broken != "":
			res.Outcome, res.Reason = reconcile.Blocked, broken
		default:
			a.change(change, res)
		}
		// Only a record gives a value up; a creation is the end of its chain.
		if res.Outcome != reconcile.Applied && broken == "" && change.Have.Valid() {
			broken = fmt.Sprintf("not sent, since %s %s still holds the value that it was to give up", change.Have.Schema().Noun, change.Have.ID())
		}
		a.settle(res)
	}
}

func (a *applier) settle(res *Result) {
	if err := a.journal.Outcome(*res); err != nil {
		a.halt(fmt.Errorf("write journal: %w", err))
	}
	a.mu.Lock()
	a.done++
	done := a.done
	a.mu.Unlock()
	if a.opts.Progress != nil {
		a.opts.Progress(done)
	}
}

// change sends one change, with its freshness check and its lane.
func (a *applier) change(c reconcile.Change, res *Result) {
	unlock := a.lane(c)
	defer unlock()
	res.Started = time.Now()
	defer func() { res.Finished = time.Now() }()
	if reason := a.exhausted(c); reason != "" {
		res.Outcome, res.Reason = reconcile.NotAttempted, reason
		return
	}
	if a.opts.Freshness != FreshListing && !a.fresh(c, res) {
		return
	}
	a.write(c, res)
}

// lane holds back changes of the same lane, and does nothing without lanes.
func (a *applier) lane(c reconcile.Change) (unlock func()) {
	subject := c.Want
	if !subject.Valid() {
		subject = c.Have
	}
	name := subject.Schema().Lane
	if name == "" {
		return func() {}
	}
	key := subject.Text(name)
	if key == "" && c.Have.Valid() {
		key = c.Have.Text(name)
	}
	a.mu.Lock()
	lane := a.lanes[key]
	if lane == nil {
		lane = &sync.Mutex{}
		a.lanes[key] = lane
	}
	a.mu.Unlock()
	lane.Lock()
	return lane.Unlock
}

func (a *applier) exhausted(c reconcile.Change) string {
	if c.Action != reconcile.Create {
		return ""
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.full[c.Want.Text("type")]
}

// fresh reads the record of a change and tells whether the write may go on;
// otherwise it has set the result.
func (a *applier) fresh(c reconcile.Change, res *Result) bool {
	now, err := a.opts.Provider.Read(a.ctx, c)
	if err != nil {
		a.refuse(c, res, err, "read before the write")
		return false
	}
	if c.Action == reconcile.Create {
		if now.Valid() {
			res.Outcome = reconcile.Conflict
			res.Reason = fmt.Sprintf("since the listing, %s %s was created", now.Schema().Noun, now.ID())
			return false
		}
		return true
	}
	if !now.Valid() {
		gone(c, res)
		return false
	}
	if moved := differs(c.Have, now); moved != "" {
		res.Outcome, res.Reason = reconcile.Conflict, moved+" changed at the provider since the listing"
		return false
	}
	return true
}

// gone settles a change whose record is no more: a deletion has what it wants.
func gone(c reconcile.Change, res *Result) {
	if c.Action == reconcile.Delete {
		res.Outcome, res.Warnings = reconcile.Applied, append(res.Warnings, "it was already gone")
		return
	}
	res.Outcome, res.Reason = reconcile.Conflict, "it was deleted at the provider since the listing"
}

// stopWords says a cause without its chain of technical causes.
func stopWords(cause error) string {
	if f, ok := errors.AsType[*reconcile.Failure](cause); ok {
		return f.Reason
	}
	if errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded) {
		return "interrupted"
	}
	return cause.Error()
}
