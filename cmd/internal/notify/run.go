package notify

import (
	"context"
	"sync"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/reconcile/rescue"
)

// startTime bounds how long a run waits before it begins, notifyTimeout how long one
// that is over waits, for those who are told.
const (
	startTime     = 10 * time.Second
	notifyTimeout = time.Minute
)

// RunAndNotify does the work of a run and, whatever became of it, what others are owed: a
// heartbeat before it; metrics, heartbeat and notifications after it. work fills in
// what came of it as it goes. A panic in it is that run's failure, with the run that
// was filled in before.
func RunAndNotify(ctx context.Context, o *Options, work func(*Result)) Result {
	started := time.Now()
	if beat := o.Config.Heartbeat; beat != nil {
		before, cancel := context.WithTimeout(ctx, startTime)
		ping(before, o, beat.Start, "")
		cancel()
	}
	r := guarded(work)
	// An interrupt ends the run, and people are told of it.
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

// guarded is what came of the work, whose panic is a failure: the run is still told
// of, and other accounts go on.
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

// notifyAll tells everybody at once: a host that does not answer must not use up the
// time of the others.
// Only mails name people: chat services and watchdogs are others' machines.
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
