package run

import (
	"context"
	"time"

	"keyroster/cmd/internal/annotation"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/sink"
	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// Options say what a run may do and how it is recorded. The zero value, with Command and
// ExitCode set, is an unattended run: it asks nothing and has no limits beyond the
// configuration's.
type Options struct {
	// Command, Operator and Tool identify the run in reports.
	Command, Operator, Tool string
	// ExitCode is the exit code that reports and journal record for a kind of failure; nil uses
	// 0 for success and 1 for anything else.
	ExitCode func(kind failure.Kind) int
	// Draft has the limits and other options of the plan.
	Draft draft.Options
	// Columns are the headers mapped by the user (HEADER=COLUMN) for reading the roster: a
	// resumed run maps them again.
	Columns []string
	// Deadline is when to stop starting writes; zero for never. First is the number of changes
	// to apply and verify before the rest; 0 for no trial.
	Deadline time.Time
	First    int
	// Confirm is called before the first write; its error ends the run, and if of kind
	// Interrupted, the run is deleted. nil does not ask.
	Confirm func(ctx context.Context, d *draft.Draft) error
	// Stale is how old a listing may be for writing without reading the records again; 0 means
	// ten minutes.
	Stale time.Duration
	// InFlight is how long a dead process's request may still arrive; 0 means five seconds, a
	// negative value no time at all.
	InFlight time.Duration
	// Append writes to the journal; nil uses the journal itself. Tests use it to simulate a
	// crash or a slow disk.
	Append Append
	// Approved is the plan that limits what the run may do, nil for none; Expect is the digest
	// that its plan must have, empty for any.
	Approved *draft.Saved
	Expect   string
	// BackupTo is a public key to encrypt the backup to, in addition to the configuration's.
	BackupTo string
	// Copy is the copy of the roster to write outcomes into, nil for none. A resumed run makes
	// it with MakeCopy.
	Copy     *annotation.Copy
	MakeCopy func(roster *reconcile.Roster, columns []string) (*annotation.Copy, error)
	// Secrecy is how values appear in the run's files.
	Secrecy Secrecy
	// Transfer is set for a run that moves records from another account.
	Transfer *Transfer
	Sinks    sink.Sinks
}

// Transfer is the extra work of a run that moves records from another account.
type Transfer struct {
	// Make makes the roster once the run has begun, and the first draft of it if there already is one.
	Make func(ctx context.Context, known *history.Known) (*reconcile.Roster, *draft.Draft, error)
	// Drafted is called with each draft before its plan is saved, and returns what to seal
	// about the transfer.
	Drafted func(d *draft.Draft) (*Moved, error)
	// Report is the report's part about the transfer.
	Report func(d *draft.Draft) *reportio.Migration
}

// Moved is what a run needs to complete the transfer's files.
type Moved struct {
	// Folder is the absolute path of those files.
	Folder string
	// Words describe the record of each row in the source's terms; empty in runs of older versions.
	Words []migrationio.Words
	// Report is the report's part about the transfer; nil in runs of older versions.
	Report *reportio.Migration
}

// Outcome is the result of a run.
type Outcome struct {
	// Run is nil if none was begun.
	Run *store.Run
	// Report is what happened, even if its files could not be written; nil if no run was begun,
	// or nothing can be said of it.
	Report *reportio.Report
	// Draft is what the report was made from, nil without a report; it has no plan if nothing
	// was compared.
	Draft *draft.Draft
	// Files are the names of the files to look at, most important first; none if they could not
	// be written.
	Files []string
	// SyncOwed: the doors may be behind; nil if unknown.
	SyncOwed *bool
	// Settled: an earlier run was only closed, and there is nothing to show.
	Settled bool
}

// Ended is the error of a stage that could not go on. If the run was begun, it has been written
// down as far as it got.
type Ended struct {
	Outcome Outcome
	Err     error
}

// Error is that of the cause.
func (e *Ended) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Ended) Unwrap() error { return e.Err }

// exitCode is the exit code of an error, or of nil.
func (o *Options) exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case o.ExitCode == nil:
		return 1
	}
	return o.ExitCode(failure.Of(err).Kind)
}

// finished reports whether a run with this error, or nil, came to its end.
func finished(err error) bool { return err == nil || failure.Of(err).Kind == failure.Partial }
