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

// Options say what a run may do and how it is recorded. The zero value, but for Command
// and ExitCode, is a run without a person: it asks no question and stops for nothing
// of its own.
type Options struct {
	// Command, Operator and Tool are how reports name the run.
	Command, Operator, Tool string
	// ExitCode is the number by which reports and the journal record how a run ended;
	// nil is 0 for all that ended well and 1 for the rest.
	ExitCode func(kind failure.Kind) int
	// Draft has the limits and what else the plan is made by.
	Draft draft.Options
	// Columns are the headers of the user's own (HEADER=COLUMN) that the roster was
	// read with: a resumed run reads it with them again.
	Columns []string
	// Deadline is when no write is started any more; zero for never. First changes
	// are applied and verified before the rest; 0 for no such trial.
	Deadline time.Time
	First    int
	// Confirm is asked before the first write; its error ends the run, of which one of
	// kind Interrupted leaves nothing; nil asks nothing.
	Confirm func(ctx context.Context, d *draft.Draft) error
	// Stale is how old a listing may be that changes are written by without reading
	// their records again; 0 is ten minutes.
	Stale time.Duration
	// InFlight is how long a request of a process that died may be on its way; 0 is
	// five seconds, less than 0 is no time at all.
	InFlight time.Duration
	// Append writes the lines of the journal; nil is the journal's own. Tests let the
	// process die, or the disk be slow, around it.
	Append Append
	// Approved is the plan that the run is held to, nil for none; Expect is the digest
	// that its plan must have, empty for any.
	Approved *draft.Saved
	Expect   string
	// BackupTo is the public key that the backup is encrypted to, beside the
	// configuration's.
	BackupTo string
	// Copy is the copy of the roster that gets the outcomes, nil for none. A run that
	// is resumed makes its own by MakeCopy.
	Copy     *annotation.Copy
	MakeCopy func(roster *reconcile.Roster, columns []string) (*annotation.Copy, error)
	// Secrecy says how values stand in the run's files.
	Secrecy Secrecy
	// Transfer is set for a run that moves records from another account.
	Transfer *Transfer
	Sinks    sink.Sinks
}

// Transfer is what a run that moves records from another account does besides.
type Transfer struct {
	// Make makes the roster, once the run has begun, and the first draft of it where
	// there is one already.
	Make func(ctx context.Context, known *history.Known) (*reconcile.Roster, *draft.Draft, error)
	// Drafted is given each draft before its plan is saved, and returns what the seal
	// keeps of the transfer.
	Drafted func(d *draft.Draft) (*Moved, error)
	// Report is what the report says of the transfer.
	Report func(d *draft.Draft) *reportio.Migration
}

// Moved is what a run has to know of its transfer to complete the transfer's files.
type Moved struct {
	// Folder is where those files are, an absolute path.
	Folder string
	// Words name the record of each row as the source does; empty in runs of versions
	// that did not keep them.
	Words []migrationio.Words
}

// Outcome is what a run has come to.
type Outcome struct {
	// Run is nil when none was begun.
	Run *store.Run
	// Report is what happened, also where the files that say it could not be written;
	// nil when no run was begun, or nothing can be said of it.
	Report *reportio.Report
	// Draft is what the report is made from, nil where that is; it has no plan when
	// nothing was compared.
	Draft *draft.Draft
	// Files are the names of the files to look at, the first one first; none when
	// they could not be written.
	Files []string
	// SyncOwed: the doors may be behind; nil when that is not known.
	SyncOwed *bool
	// Settled: the run was only brought to its end, and there is nothing to show.
	Settled bool
}

// Ended is the error of a stage that could not go on. The run, if it was begun, is
// written down as far as it came.
type Ended struct {
	Outcome Outcome
	Err     error
}

// Error is that of the cause.
func (e *Ended) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Ended) Unwrap() error { return e.Err }

// exitCode is the number of an error, or of nil.
func (o *Options) exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case o.ExitCode == nil:
		return 1
	}
	return o.ExitCode(failure.Of(err).Kind)
}

// finished reports whether a run that ended with an error, or nil, came to its end.
func finished(err error) bool { return err == nil || failure.Of(err).Kind == failure.Partial }
