// Package notify tells others of a run: a watchdog that it began, and afterwards how
// it ended, a webhook, people by mail, and a file of metrics.
//
// Invariants:
//
//   - None of this makes a run worse: what does not work is logged, and that is all.
//   - A run waits for those who are told for a bounded time, before it begins and
//     after it ended; a host that does not answer uses up no other's time.
//   - Only mails name people: chat services, watchdogs and metrics are others' machines.
//   - An interrupt ends the run and not the telling of it.
package notify

import (
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/run"
	"keyroster/cmd/internal/sink"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// Options say of which account a run is, and who is told of it.
type Options struct {
	Config *configio.Account
	// Getenv is what references in the configuration are resolved with.
	Getenv func(string) string
	Sinks  sink.Sinks
	// ExitCode is the number of a kind of failure; a run without an error has 0.
	ExitCode func(failure.Kind) int
	// Traffic counts what the run asks of its provider; nil counts nothing.
	Traffic *Traffic
	// Metrics is the file that they are written to, and Push where they are pushed to,
	// as [CheckPush] takes it; empty for none. Tool is the program and its version.
	Metrics, Push, Tool string
	// WillContinue reports whether an end needs no person, since the work goes on by itself:
	// heartbeats, webhooks and mails wait for that. Nil is never.
	WillContinue func(err error) bool
}

// Result is what came of a run, as far as it got. The zero Result is a run that left
// nothing and ended with everything as desired.
type Result struct {
	// Err is what the run ended with; nil where all is as desired.
	Err error
	// Run has its files; nil where it left none.
	Run *store.Run
	// Report is what it wrote; nil for none.
	Report *reportio.Report
	// Compared: it got as far as a plan, so that Report, Records and Summary say
	// something. Records counts those of the listing.
	Compared bool
	Records  int
	Summary  reconcile.Summary
	// SyncOwed: the doors were not told of all changes yet; nil where the run did not
	// get as far as to know.
	SyncOwed *bool
}

// SetOutcome takes from the outcome of a run what others are told of it.
func (r *Result) SetOutcome(out *run.Outcome) {
	r.Run, r.Report, r.SyncOwed = out.Run, out.Report, out.SyncOwed
	if out.Report != nil && out.Draft.Plan != nil {
		r.Compared, r.Records, r.Summary = true, out.Draft.Listing.Records.Len(), out.Report.Summary
	}
}

// exitCode is the number that a run ended with.
func (o *Options) exitCode(r *Result) int {
	if r.Err == nil {
		return 0
	}
	return o.ExitCode(failure.Of(r.Err).Kind)
}
