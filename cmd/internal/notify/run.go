package notify

import (
	"context"
	"sync"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/reconcile/rescue"
)

// startTime bounds the wait for notifications before a run begins, notifyTimeout that after it ended.
const (
	startTime     = 10 * time.Second
	notifyTimeout = time.Minute
)

// RunAndNotify runs work with its notifications: a heartbeat before it; metrics, heartbeat and
// messages after it, however it ended. work fills in its result as it goes; if it panics, that
// is the run's failure, and what was filled in is kept.
func RunAndNotify(ctx context.Context, o *Options, work func(*Result)) Result {
	started := time.Now()
	if beat := o.Config.Heartbeat; beat != nil {
		before, cancel := context.WithTimeout(ctx, startTime)
		ping(before, o, beat.Start, "")
		cancel()
	}
	r := guarded(work)
	// An interrupt ends the run, but its end is still reported.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), notifyTimeout)
	defer cancel()
	measured := Measure(o, &r, started)
	WriteMetrics(o.Metrics, o.Tool, o.Sinks.Log, measured)
	var pushed sync.WaitGroup
	defer pushed.Wait()
	pushed.Go(o.Sinks.Isolate(func() { PushMetrics(ctx, o, &measured) }))
	if o.WillContinue == nil || !o.WillContinue(r.Err) {
		notifyAll(ctx, o, &r)
	}
	return r
}

// guarded runs work and turns a panic into its failure, so that the run is still reported and
// other accounts go on.
func guarded(work func(*Result)) (r Result) {
	defer func() {
		if p := recover(); p != nil {
			f := failure.Wrap(failure.Stopped, rescue.Panicked(p))
			if r.Run != nil {
				f.Run, f.RunID = r.Run.Place(), r.Run.ID()
			}
			r.Err = f
		}
	}()
	work(&r)
	return r
}

// notifyAll sends all notifications in parallel: a host that does not answer must not use up
// the time of the others. Only mails name people: chat services and watchdogs are other
// people's machines.
func notifyAll(ctx context.Context, o *Options, r *Result) {
	words := message(o, r, false)
	var told sync.WaitGroup
	defer told.Wait()
	switch beat := o.Config.Heartbeat; {
	case beat == nil:
	case words.ExitCode == 0:
		told.Go(o.Sinks.Isolate(func() { ping(ctx, o, beat.Success, words.Text) }))
	default:
		told.Go(o.Sinks.Isolate(func() { ping(ctx, o, beat.Failure, words.Text) }))
	}
	n := o.Config.Notify
	if n == nil || !n.Always && words.ExitCode == 0 {
		return
	}
	if n.Webhook != nil {
		told.Go(o.Sinks.Isolate(func() { callWebhook(ctx, o, n.Webhook, words) }))
	}
	if n.Mail != nil {
		told.Go(o.Sinks.Isolate(func() { mail(ctx, o, n.Mail, message(o, r, true)) }))
	}
}
