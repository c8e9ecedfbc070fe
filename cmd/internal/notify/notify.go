// Package notify reports a run to others: to a watchdog that it began and how it ended, and
// afterwards to a webhook, to people by mail, and to a metrics file.
//
// Invariants:
//
//   - Nothing here makes a run fail: problems are only logged.
//   - The time that a run waits for notifications is bounded, before it begins and after it
//     ended; a host that does not answer takes no time from the others.
//   - Only mails name people: chat services, watchdogs and metrics are other people's machines.
//   - An interrupt ends the run, but not its notifications.
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

// Options name the account of a run and who is notified.
type Options struct {
	Config *configio.Account
	// Getenv resolves the configuration's references to the environment.
	Getenv func(string) string
	Sinks  sink.Sinks
	// ExitCode is the exit code of a kind of failure; a run without an error has 0.
	ExitCode func(failure.Kind) int
	// Traffic counts the run's calls to its provider; nil counts nothing.
	Traffic *Traffic
	// Metrics is the file to write them to, and Push where to push them, as [CheckPush] accepts
	// it; empty for none. Tool is the program and its version.
	Metrics, Push, Tool string
	// WillContinue reports whether the work goes on by itself after an error: then heartbeat,
	// webhook and mail are held back. nil means never.
	WillContinue func(err error) bool
}

// Result is the result of a run, as far as it got. The zero Result is a run that left nothing
// and ended with everything as desired.
type Result struct {
	// Err is the run's error; nil if all is as desired.
	Err error
	// Run has the run's files; nil if there are none.
	Run *store.Run
	// Report is the run's report; nil for none.
	Report *reportio.Report
	// Compared: it got as far as a plan, so that Report, Records and Summary are valid. Records
	// is the number of records listed.
	Compared bool
	Records  int
	Summary  reconcile.Summary
	// SyncOwed: the doors do not have all changes yet; nil if the run did not get far enough to know.
	SyncOwed *bool
}

// SetOutcome copies from a run's outcome what others are notified of.
func (r *Result) SetOutcome(out *run.Outcome) {
	r.Run, r.Report, r.SyncOwed = out.Run, out.Report, out.SyncOwed
	if out.Report != nil && out.Draft.Plan != nil {
		r.Compared, r.Records, r.Summary = true, out.Draft.Listing.Records.Len(), out.Report.Summary
	}
}

// exitCode is the exit code of a run.
func (o *Options) exitCode(r *Result) int {
	if r.Err == nil {
		return 0
	}
	return o.ExitCode(failure.Of(r.Err).Kind)
}
