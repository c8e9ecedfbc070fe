// Package doctor examines everything that an unattended run needs, and says what to fix: it
// reads and compares as a run would, and writes nothing to a provider.
package doctor

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/sink"
	"keyroster/cmd/internal/storage"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/providers"
	"keyroster/reconcile"
)

// Options say what to examine.
type Options struct {
	Config *configio.Account
	Spec   *providers.Spec
	// Broken are the names of other accounts with mistakes.
	Broken []string
	Getenv func(string) string
	Opener *account.Opener
	// Store is where state and runs are kept; nil if it cannot be opened, as StoreErr says.
	Store    store.Store
	StoreErr error
	// State and Runs are the folders of a store in folders; StateErr is why there is no State.
	State, Runs string
	StateErr    error
	// Database is used in place of folders; nil for folders.
	Database *storage.Database
	// Flags are repeated in the commands that are proposed; empty for none.
	Flags string
	// ExitCode is the exit code of a kind of failure.
	ExitCode func(failure.Kind) int
	Sinks    sink.Sinks
}

// KeptIn sets the options about the store.
func (o *Options) KeptIn(s *storage.Storage) {
	o.Flags = s.Named()
	o.Store, o.StoreErr = s.Store()
	if o.Database, _ = s.Database(); o.Database != nil {
		return
	}
	o.State, o.StateErr = s.StateFolder()
	o.Runs = s.RunsFolder()
}

// next is another command for the account, with the flags of this one.
func (o *Options) next(command string) string {
	return reportio.JoinFilled(" ", "keyroster", command, "--account", o.Config.Name, o.Flags)
}

// The results of a check.
const (
	OK   = "ok"
	Warn = "warn"
	Fail = "fail"
)

// Check is the result of examining one thing.
type Check struct {
	Name   string `json:"name"`
	Result string `json:"result"`
	Detail string `json:"says"`
	Remedy string `json:"remedy"`
	// Code is the exit code that a run would stop with; 0 if it would not stop.
	Code int `json:"exit_code"`
}

// Examination collects the checks, in order.
type Examination struct {
	Options
	checks []Check
	// roster is what the next night would compare; nil if it cannot be read.
	roster *reconcile.Roster
	// known is what is remembered of earlier runs; nil if it cannot be read.
	known *history.Known
}

// New begins an examination with what the configuration shows.
func New(o Options) *Examination {
	e := &Examination{Options: o}
	e.ok("configuration", "account %s: %s", o.Config.Name, o.Spec.Title)
	for _, other := range o.Broken {
		e.warn(
			"configuration", "keyroster config check lists them",
			"account %s has configuration errors and cannot run", other,
		)
	}
	return e
}

// Checks returns the checks made so far.
func (e *Examination) Checks() []Check { return slices.Clone(e.checks) }

// Counts counts the checks by result.
func (e *Examination) Counts() map[string]int {
	out := map[string]int{OK: 0, Warn: 0, Fail: 0}
	for _, c := range e.checks {
		out[c.Result]++
	}
	return out
}

// WriteText writes the checks that come after the first told ones, and returns how many there
// are in all. Lines are folded at width columns; 0 does not fold.
func (e *Examination) WriteText(w io.Writer, told, width int) int {
	for _, c := range e.checks[told:] {
		front := fmt.Sprintf("%-5s %-20s ", c.Result, c.Name)
		fmt.Fprintln(w, front+foldAt(c.Detail, len(front), width))
		if c.Remedy != "" {
			front = fmt.Sprintf("%-5s %-20s -> ", "", "")
			fmt.Fprintln(w, front+foldAt(c.Remedy, len(front), width))
		}
	}
	return len(e.checks)
}

// foldAt indents a text to a column, and folds it.
func foldAt(text string, column, width int) string {
	if width == 0 {
		return text
	}
	return reportio.Beside(text, column, width)
}

func (e *Examination) ok(name, format string, args ...any) {
	e.checks = append(e.checks, Check{Name: name, Result: OK, Detail: fmt.Sprintf(format, args...)})
}

func (e *Examination) warn(name, remedy, format string, args ...any) {
	e.checks = append(e.checks, Check{
		Name: name, Result: Warn, Detail: fmt.Sprintf(format, args...), Remedy: remedy,
	})
}

// fail records an error, with its exit code and hint.
func (e *Examination) fail(name string, err error) {
	f := failure.Of(err)
	e.checks = append(e.checks, Check{
		Name: name, Result: Fail, Detail: strings.ReplaceAll(f.Error(), "\n", "; "), Remedy: f.Hint, Code: e.ExitCode(f.Kind),
	})
}

// failed reports whether the check with this name would stop a run; with an empty name, whether
// any would.
func (e *Examination) failed(name string) bool {
	return slices.ContainsFunc(e.checks, func(c Check) bool {
		return c.Result == Fail && (name == "" || c.Name == name)
	})
}
