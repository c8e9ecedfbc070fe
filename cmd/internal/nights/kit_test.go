package nights_test

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/nights"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/io/store/memory"
	"keyroster/reconcile"
)

// first is the evening before the first night of the tests.
var first = time.Date(2026, 1, 30, 23, 30, 0, 0, time.UTC)

var quiet = zerolog.Nop()

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is a store to which nights are added.
type world struct {
	*testing.T
	store *memory.Store
	locks map[string]store.Lock
}

func newWorld(t *testing.T) *world {
	return &world{t, memory.New(), map[string]store.Lock{}}
}

// night is a run that a test adds.
type night struct {
	account string
	at      time.Time
	// lines are what it did. An open one was left unfinished: it has no report and no manifest.
	lines []reportio.Line
	open  bool
	code  int
	// types are those that the account said it has.
	types []reconcile.Type
}

// line is a line of a report about a credential, from a row.
func line(row int, action reconcile.Action, outcome reconcile.Outcome, id, newID string) reportio.Line {
	return reportio.Line{
		Source: &reconcile.Source{File: "badges.csv", Line: row}, CredentialID: id, NewCredentialID: newID,
		HolderID: "p-" + id, HolderName: "Example Holder", Type: "card", Situation: reconcile.Drifted,
		Action: action, Outcome: outcome, Fields: []reportio.Field{{Name: "value", Kind: "secret", Before: "••••", After: "••••"}},
	}
}

// add makes the run of a night and returns its id.
func (w *world) add(n night) string {
	w.Helper()
	run := w.create(n.account, n.at)
	for i := range n.lines {
		n.lines[i].Line = i
	}
	w.plan(run, &n)
	w.journal(run, &n)
	if n.open {
		must(w.T, run.Write(store.SealedFile, text("sealed")))
		return run.ID()
	}
	end := n.at.Add(90 * time.Second)
	report := &reportio.Report{
		RunID: run.ID(), Account: n.account, Tenant: "t-" + n.account, Provider: "seam", Command: "apply",
		Operator: "cron", Tool: "keyroster test", StartedAt: n.at, FinishedAt: end, ExitCode: n.code,
		Limits: reconcile.DefaultLimits(), Types: n.types,
		Lines: func(yield func(*reportio.Line, error) bool) {
			for i := range n.lines {
				if l := n.lines[i].Clone(); !yield(&l, nil) {
					return
				}
			}
		},
	}
	for i := range n.lines {
		count(&report.Summary, n.lines[i].Outcome)
	}
	must(w.T, run.Write(store.ReportJSONFile, func(out io.Writer) error { return reportio.WriteJSON(out, report) }))
	must(w.T, run.WriteManifest(store.Manifest{Account: n.account}))
	return run.ID()
}

func count(s *reconcile.Summary, o reconcile.Outcome) {
	s.Rows++
	switch o {
	case reconcile.Applied:
		s.Applied++
	case reconcile.Failed:
		s.Failed++
	default:
		s.Unchanged++
	}
}

func (w *world) create(account string, at time.Time) *store.Run {
	w.Helper()
	lock := w.locks[account]
	if lock == nil {
		tenant, err := w.store.Tenant("seam", "t-"+account)
		must(w.T, err)
		lock, err = tenant.Lock(store.Holder{PID: 1})
		must(w.T, err)
		w.locks[account] = lock
	}
	run, err := lock.Create(account, at)
	must(w.T, err)
	return run
}

func (w *world) plan(run *store.Run, n *night) {
	w.Helper()
	plan := &reportio.PlanFile{
		RunID: run.ID(), Tenant: "t-" + n.account, Account: n.account, Provider: "seam", CreatedAt: n.at,
		Limits: reconcile.DefaultLimits(),
		Lines: func(yield func(*reportio.PlanLine, error) bool) {
			for i := range n.lines {
				l := &n.lines[i]
				p := reportio.PlanLine{
					Line: i, Source: l.Source, CredentialID: l.CredentialID, HolderID: l.HolderID, Type: l.Type,
					Situation: l.Situation, Action: l.Action, Outcome: reconcile.Planned,
					Fields: []reportio.PlanField{{Name: "value", Kind: "secret"}},
				}
				if !yield(&p, nil) {
					return
				}
			}
		},
	}
	must(w.T, run.Write(store.PlanFile, func(out io.Writer) error { return reportio.WritePlan(out, plan) }))
}

func (w *world) journal(run *store.Run, n *night) {
	w.Helper()
	j, err := run.StartJournal()
	must(w.T, err)
	must(w.T, j.Append(true, journalio.Entry{
		At: n.at, Kind: journalio.KindRun, Line: journalio.NoLine, Op: "apply", Note: run.ID(),
	}))
	for i := range n.lines {
		l := &n.lines[i]
		must(w.T, j.Append(true, journalio.Entry{At: n.at, Kind: journalio.KindIntent, Line: i, Attempt: 1}))
		if l.Outcome != reconcile.Unknown {
			must(w.T, j.Append(false, journalio.Entry{
				At: n.at, Kind: journalio.KindOutcome, Line: i, Attempt: 1, Outcome: l.Outcome.String(),
				CredentialID: l.NewCredentialID,
			}))
		}
	}
	must(w.T, j.Close())
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// ids returns the records of changes, with their rows.
func ids(changes []nights.Change) []string {
	out := []string{}
	for i := range changes {
		out = append(out, fmt.Sprintf("%s row %d", changes[i].CredentialID, changes[i].Source.Line))
	}
	return out
}
