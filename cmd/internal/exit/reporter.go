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

// Document is a failure as --json prints it, with error and remedy in separate members.
func Document(f *failure.Error) reportio.ErrorDocument {
	doc := reportio.ErrorDocument{
		Schema: reportio.ErrorSchema, ExitCode: Code(f.Kind), Error: f.Error(), Hint: f.Hint,
		Run: f.Run, RunID: f.RunID, Rows: f.Rows, Problems: f.Problems,
	}
	if config, ok := f.Err.(*configio.Error); ok { //nolint:errorlint // only an unwrapped error: a wrapped one says more than its problems
		doc.Error, doc.Hint = config.Bare(), cmp.Or(f.Hint, config.Remedies())
	}
	if doc.Problems == nil {
		doc.Problems = []reconcile.Problem{}
	}
	return doc
}

// OutputFailure is the failure to write a result to standard output, nil for nil.
func OutputFailure(err error) error {
	if err == nil {
		return nil
	}
	return failure.New(failure.Stopped, "", "write the result: %v", err)
}

// documented is the error of a command that has printed its JSON document; only standard error
// is left to write.
type documented struct{ error }

// Unwrap returns the error itself.
func (d documented) Unwrap() error { return d.error }

// Documented marks the error of a command whose document was printed; nil stays nil.
func Documented(err error) error {
	if err == nil {
		return nil
	}
	return documented{err}
}

// Reporter reports a failure to the user.
type Reporter struct {
	Stdout, Stderr io.Writer
	Log            zerolog.Logger
	// JSON: print the failure's document to standard output, unless a document was printed.
	// LogJSON: write a log line instead of text to standard error.
	JSON, LogJSON bool
	// Mark says whether the log already names the run.
	Mark *account.RunMark
}

// Report reports an error to the user and returns the exit code.
func (t *Reporter) Report(err error) int {
	if err == nil {
		return OK
	}
	f, ok := errors.AsType[*failure.Error](err)
	if !ok {
		// Errors of the command-line parser concern flags and arguments.
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
	if f.Declined() { // not an error
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

// line is the log line for a failure.
func (t *Reporter) line(f *failure.Error) *zerolog.Event {
	if f.Declined() {
		return t.Log.Info()
	}
	return t.Log.Error()
}
