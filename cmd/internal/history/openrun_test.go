package history

import (
	"errors"
	"io"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/failure"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/io/store/memory"
)

func empty(io.Writer) error { return nil }

// elsewhere is a store that does not keep the runs its tenants have begun: they lie in another
// folder.
type elsewhere struct{ *memory.Store }

func (elsewhere) Run(string) (*store.Run, error) { return nil, fs.ErrNotExist }

// ailing is a store whose runs cannot be opened.
type ailing struct {
	*memory.Store
	err error
}

func (a ailing) Run(string) (*store.Run, error) { return nil, a.err }

func TestOpenRun(t *testing.T) {
	s := newSite(t)
	run := s.open(0)
	if got, err := OpenRun(s.store, s.tenant, run.ID()); err != nil || got.ID() != run.ID() {
		t.Errorf("%v %v", got, err)
	}
	if _, err := OpenRun(elsewhere{s.store}, s.tenant, run.ID()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before it was begun: %v", err)
	}
	must(t, s.lock.Begin(run))
	if got, err := OpenRun(elsewhere{s.store}, s.tenant, run.ID()); err != nil || got.ID() != run.ID() {
		t.Errorf("where it was begun: %v %v", got, err)
	}
	if _, err := OpenRun(elsewhere{s.store}, s.tenant, "R2"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("another was begun: %v", err)
	}
	broken := errors.New("disk full")
	if _, err := OpenRun(ailing{s.store, broken}, s.tenant, run.ID()); !errors.Is(err, broken) {
		t.Errorf("it cannot be opened: %v", err)
	}
	got := AssessOpen(ailing{s.store, broken}, s.tenant, store.State{OpenRun: run.ID()})
	if !errors.Is(got.Err, broken) || got.Flaw != store.FlawFolder {
		t.Errorf("and is judged %+v", got)
	}
	must(t, run.Discard())
	if _, err := OpenRun(s.store, s.tenant, run.ID()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("gone: %v", err)
	}
}

func TestAdvice(t *testing.T) {
	s := newSite(t)
	open, closed := s.open(0), s.closed(1, nil)
	for _, c := range []struct {
		state        store.State
		says, remedy string
		unfinished   []string
	}{
		{state: store.State{}},
		{
			state: store.State{OpenRun: open.ID()}, says: "run " + open.ID() + " is open: it is running, or was interrupted",
			remedy: "keyroster resume " + open.Place() + " finishes it; the next apply settles it first",
		},
		{state: store.State{OpenRun: closed.ID()}},
		{
			state:  store.State{OpenRun: "R9"},
			says:   "run R9 was not finished and cannot be resumed: the folder of run R9 is gone",
			remedy: "the next apply checks for what it left behind",
		},
		{
			state: store.State{LeftParked: []string{"R1", "R2"}}, says: "run R1 may have left credentials on temporary values",
			remedy: "the next apply lists them and restores the values of their rows",
		},
		{state: store.State{SyncOwed: true}, unfinished: []string{DoorsBehind}},
	} {
		says, remedy := Advice(s.store, s.tenant, c.state)
		if says != c.says || remedy != c.remedy {
			t.Errorf("%+v: %q, %q", c.state, says, remedy)
		}
		if c.says != "" {
			c.unfinished = []string{c.says}
		}
		if diff := cmp.Diff(c.unfinished, Unfinished(s.store, s.tenant, c.state)); diff != "" {
			t.Errorf("%+v: %s", c.state, diff)
		}
	}
}

// TestRunOf: a run is judged by what is remembered of the tenant that its plan names.
func TestRunOf(t *testing.T) {
	s := newSite(t)
	run := s.open(0)
	must(t, store.SaveState(s.tenant, s.lock, store.State{OpenRun: run.ID()}))
	for _, ref := range []string{run.ID(), run.Place()} {
		got, standing, err := RunOf(s.store, ref, s.logger())
		if err != nil || got.ID() != run.ID() || standing.Status != store.RunOpen {
			t.Errorf("%s: %+v %v", ref, standing, err)
		}
	}
	must(t, store.SaveState(s.tenant, s.lock, store.State{}))
	if _, standing, err := RunOf(s.store, run.ID(), s.logger()); err != nil || standing.Flaw != store.FlawSuperseded {
		t.Errorf("a later one went on: %+v %v", standing, err)
	}
	// A run whose plan does not name the tenant is judged by its files.
	s.plan(run, func(p *reportio.PlanFile) { p.Tenant = "" })
	if _, standing, err := RunOf(s.store, run.ID(), s.logger()); err != nil || standing.Status != store.RunOpen {
		t.Errorf("nothing is known of its tenant: %+v %v", standing, err)
	}
	if _, _, err := RunOf(s.store, "R9", s.logger()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no run: %v", err)
	}
	// A run that this user may not read may still exist: the command line is not at fault.
	for cause, kind := range map[error]failure.Kind{fs.ErrNotExist: failure.Usage, fs.ErrPermission: failure.Stopped} {
		_, _, err := RunOf(ailing{s.store, cause}, run.ID(), s.logger())
		if f := failure.Of(err); f.Kind != kind || !errors.Is(err, cause) {
			t.Errorf("%v: of kind %v, hint %q", err, f.Kind, f.Hint)
		}
	}
}

func TestWriteMissingManifest(t *testing.T) {
	s := newSite(t)
	run := s.run(0)
	s.journal(run, journalio.Entry{Kind: journalio.KindEnd, Line: journalio.NoLine, Outcome: journalio.Exited(3)})
	s.report(run, func(r *reportio.Report) { r.ExitCode = 3 })
	_, standing, err := RunOf(s.store, run.ID(), s.logger())
	if err != nil || !standing.Closing {
		t.Fatalf("%+v %v", standing, err)
	}
	code, err := WriteMissingManifest(run, &standing.Assessment)
	if err != nil || code != 3 {
		t.Fatalf("%d %v", code, err)
	}
	m, err := run.Manifest()
	must(t, err)
	if diff := cmp.Diff([]store.Input{{File: "badges.xlsx", SHA256: "ab"}}, m.Inputs); diff != "" || m.Account != "hq" || m.JournalLastHash != standing.Journal.LastHash {
		t.Errorf("%+v %s", m, diff)
	}
	if got := Assess(run, run.ID(), nil, store.State{}); got.Status != store.RunClosed {
		t.Errorf("%+v", got)
	}
	must(t, run.Remove(store.ReportJSONFile))
	if _, err := WriteMissingManifest(run, &standing.Assessment); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a report: %v", err)
	}
}
