package exit

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// Document is a failure as --json prints it: what is wrong in one member, and what to do
// in another.
func Document(f *failure.Error) reportio.ErrorDocument {
	doc := reportio.ErrorDocument{
		Schema: reportio.ErrorSchema, ExitCode: Code(f.Kind), Error: f.Error(), Hint: f.Hint,
		Run: f.Run, RunID: f.RunID, Rows: f.Rows, Problems: f.Problems,
	}
	if config, ok := f.Err.(*configio.Error); ok { //nolint:errorlint // one that is wrapped says more than its problems
		doc.Error, doc.Hint = config.Bare(), cmp.Or(f.Hint, config.Remedies())
	}
	if doc.Problems == nil {
		doc.Problems = []reconcile.Problem{}
	}
	return doc
}

// OutputFailure is the failure of a result that could not be written to standard output, nil for
// nil.
func OutputFailure(err error) error {
	if err == nil {
		return nil
	}
	return failure.New(failure.Stopped, "", "write the result: %v", err)
}

// documented is the error of a command that has printed its one document, as --json
// asks for: standard error has the rest.
type documented struct{ error }

// Unwrap returns the error itself.
func (d documented) Unwrap() error { return d.error }

// Documented marks the error of a command whose document is out; nil stays nil.
func Documented(err error) error {
	if err == nil {
		return nil
	}
	return documented{err}
}

// Reporter is where a failure is told.
type Reporter struct {
	Stdout, Stderr io.Writer
	Log            zerolog.Logger
	// JSON: standard output gets the document of a failure that has none yet. LogJSON:
	// standard error gets a line of the log, and no text.
	JSON, LogJSON bool
	// Mark says whether the log names the run by itself.
	Mark *account.RunMark
}

// Report tells the user of an error and returns the exit code.
func (t *Reporter) Report(err error) int {
	if err == nil {
		return OK
	}
	f, ok := errors.AsType[*failure.Error](err)
	if !ok {
		// What the command line reports itself is about flags and arguments.
		f = &failure.Error{Kind: failure.Usage, Err: err, Hint: "keyroster --help lists the commands"}
	}
	if f.Shown {
		return Code(f.Kind)
	}
	if _, printed := errors.AsType[documented](err); t.JSON && !printed {
		_ = json.NewEncoder(t.Stdout).Encode(Document(f))
	}
	if t.LogJSON {
		line := t.line(f).Int("exit_code", Code(f.Kind))
		if f.RunID != "" && !t.Mark.Known() {
			line.Str("run_id", f.RunID)
		}
		f.Log(line)
		return Code(f.Kind)
	}
	if f.Declined() { // is told, and is no complaint
		fmt.Fprintln(t.Stderr, f)
	} else {
		fmt.Fprintf(t.Stderr, "keyroster: %v\n", f)
	}
	if f.Hint != "" {
		fmt.Fprintf(t.Stderr, "hint: %s\n", f.Hint)
	}
	if f.Run != "" {
		fmt.Fprintf(t.Stderr, "run: %s\n", f.Run)
	}
	return Code(f.Kind)
}

// line is the line of the log that tells of a failure.
func (t *Reporter) line(f *failure.Error) *zerolog.Event {
	if f.Declined() {
		return t.Log.Info()
	}
	return t.Log.Error()
}
