package run_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/run"
	"keyroster/io/store"
)

// changes returns a roster with a cycle of three cards, a path of two, a creation, a deletion and a
// person whose card becomes a PIN, and what the account holds afterwards.
func changes() ([]string, held) {
	lines := []string{
		"K1,501,card,0010000002,", "K2,502,card,0010000003,", "K3,503,card,0010000001,",
		"K4,504,card,0010000005,", "K5,505,card,0010000055,",
		"K6,506,card,0010000006,absent",
		"K7,507,card,0010000007,absent", ",507,pin,739155,",
		",513,card,0010000013,",
	}
	for n := 8; n < people-1; n++ {
		lines = append(lines, columnBefore().row(n))
	}
	after := columnBefore().without("card of 506").without("card of 507").
		with("card of 501", "0010000002").with("card of 502", "0010000003").with("card of 503", "0010000001").
		with("card of 504", "0010000005").with("card of 505", "0010000055").
		with("pin of 507", "739155").with("card of 513", "0010000013")
	return append(lines, "P1,513,pin,481057,"), after
}

// writesOfChanges is the number of requests that they take: a cycle takes one more than it has
// cards.
const writesOfChanges = 4 + 2 + 1 + 1 + 2

// process is a run on its way through the stages in one process.
type process struct {
	*site
	locked    *run.Locked
	planned   *run.Planned
	committed *run.Committed
	sent      *run.Sent
}

// stages are the steps of a run, each with what it leaves in the store.
var stages = []struct {
	name string
	do   func(p *process) error
	left left
}{
	{"Locked", func(p *process) error { p.locked = p.lock(); return p.locked.Settle(p.Context()) }, left{}},
	{"Planned", func(p *process) (err error) {
		lines, _ := changes()
		p.planned, err = p.locked.Plan(p.Context(), p.roster(lines...), time.Now())
		return err
	}, left{files: []string{store.PlanFile}, stands: store.RunEmpty}},
	{"Committed", func(p *process) (err error) {
		p.committed, err = p.planned.Commit(p.Context())
		return err
	}, left{
		files:  []string{store.JournalFile, store.MarkFile, store.PlanFile, store.SealedFile, store.UndoFile},
		stands: store.RunOpen, open: true, owed: true, entries: 1,
	}},
	{"Sent", func(p *process) (err error) {
		p.sent, err = p.committed.Send(p.Context())
		return err
	}, left{
		files:  []string{store.JournalFile, store.MarkFile, store.PlanFile, store.SealedFile, store.UndoFile},
		stands: store.RunOpen, open: true, writes: writesOfChanges, settled: 9,
	}},
	{"Closed", func(p *process) error { _, err := p.sent.Close(p.Context()); return err }, left{
		files: []string{
			store.JournalFile, store.ManifestFile, store.PlanFile,
			store.ReportCSVFile, store.ReportHTMLFile, store.ReportJSONFile, store.ReportXLSXFile,
			store.UndoFile,
		},
		stands: store.RunClosed, writes: writesOfChanges, settled: 9, good: true,
	}},
}

// left is what a stage leaves: the run's files and standing, what is remembered, and how much was
// written to the account.
type left struct {
	files            []string
	stands           store.RunStatus
	open, owed, good bool
	// entries counts those of the journal, where the number is certain; settled counts the lines
	// that have an outcome there.
	entries, settled, writes int
}

// leaves checks what a process that died has left.
func (s *site) leaves(want left) {
	s.Helper()
	kept, state := s.only(), s.state()
	got := left{open: state.OpenRun != "", owed: state.SyncOwed, good: state.LastGood != nil, writes: len(s.wrote())}
	if kept != nil {
		list, err := kept.List()
		must(s, err)
		for _, e := range list {
			got.files = append(got.files, e.Name)
		}
		got.stands = kept.Assess().Status
		if journal, err := kept.ReadJournal(); err == nil {
			for _, line := range journal.Lines {
				if !line.InDoubt && line.Outcome != "" {
					got.settled++
				}
			}
			if want.entries > 0 {
				got.entries = journal.Entries
			}
		}
		if state.OpenRun != "" && state.OpenRun != kept.ID() {
			s.Errorf("run %s is open, not %s", state.OpenRun, kept.ID())
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(left{})); diff != "" {
		s.Errorf("what the stage leaves (-want +got):\n%s", diff)
	}
}

// inOrder checks that all is as the roster says: no write was sent twice, the doors were told
// nothing too early and are not behind, and every run is over and complete.
func (s *site) inOrder(after held) {
	s.Helper()
	s.holds(after)
	if idle := s.watch.idle; len(idle) > 0 {
		s.Errorf("these writes were sent again: %v", idle)
	}
	if s.watch.told == 0 || s.watch.early > 0 {
		s.Errorf("the doors were told %d times, %d records on temporary values", s.watch.told, s.watch.early)
	}
	for _, e := range s.requests() {
		if e.Status >= 400 && e.Method != http.MethodGet {
			s.Errorf("%s %s was answered with %d, and never should have been sent", e.Method, e.Path, e.Status)
		}
	}
	state, err := history.LoadMemory(s.kept.Process(), s.tenant(), "hq", zerolog.Nop())
	must(s, err)
	if state.OpenRun != "" || state.SyncOwed || len(state.LeftParked) > 0 || state.LastGood == nil {
		s.Errorf("in the end the state says %+v", state)
	}
	ids, err := s.kept.Runs()
	must(s, err)
	for _, id := range ids {
		kept := s.runOf(id)
		if list, err := kept.List(); err == nil && len(list) == 0 {
			continue // a process that died while making it left nothing; it is deleted a day later
		}
		if v, err := kept.Verify(); err != nil || !v.OK() {
			s.Errorf("run %s is not what its manifest says: %+v, %v", id, v, err)
		}
		if kept.Has(store.SealedFile) {
			s.Errorf("run %s keeps its sealed copy", id)
		}
	}
	lock, err := s.tenant().Lock(store.Holder{})
	must(s, err)
	if gone := lock.Predecessor().RunID; gone != "" && !slices.Contains(ids, gone) {
		s.Errorf("run %s is gone, and still said to have the lock", gone)
	}
	must(s, lock.Close())
}

// resume brings an open run to its end, stage by stage.
func (s *site) resume(id string) error {
	s.Helper()
	locked := s.lock()
	defer locked.Unlock()
	committed, err := locked.Reopen(s.Context(), s.runOf(id))
	if err != nil {
		return err
	}
	sent, err := committed.Send(s.Context())
	if err != nil {
		return err
	}
	_, err = sent.Close(s.Context())
	return err
}

// TestDeathBehindEachStage: whichever stage a process dies after, the store holds what that stage
// promises, and the next process brings the account to what the roster says: by taking the run up,
// or by a new one.
func TestDeathBehindEachStage(t *testing.T) {
	lines, after := changes()
	for n, stage := range stages {
		for _, how := range []string{"apply", "resume"} {
			if how == "resume" && !stage.left.open {
				continue
			}
			t.Run(stage.name+"/"+how, func(t *testing.T) {
				s := newSite(t)
				s.watch.may(columnBefore(), after)
				p := &process{site: s}
				for _, earlier := range stages[:n+1] {
					must(t, earlier.do(p))
				}
				s.dies()
				s.leaves(stage.left)
				runs := 1
				if how == "resume" {
					must(t, s.resume(s.state().OpenRun))
				} else {
					_, err := s.apply(s.roster(lines...))
					must(t, err)
					if slices.Contains(stage.left.files, store.SealedFile) || stage.left.good {
						runs = 2
					}
				}
				s.inOrder(after)
				if ids, _ := s.kept.Runs(); len(ids) != runs {
					t.Errorf("the runs %q are kept, want %d", ids, runs)
				}
			})
		}
	}
}

// TestNoChanges: a run without changes begins nothing that would have to be taken up.
func TestNoChanges(t *testing.T) {
	s := newSite(t)
	var lines []string
	for n := 1; n < people-1; n++ {
		lines = append(lines, columnBefore().row(n))
	}
	out, err := s.apply(s.roster(lines...))
	must(t, err)
	if writes := s.wrote(); len(writes) > 0 || s.watch.told > 0 {
		t.Errorf("wrote %v, told the doors %d times", writes, s.watch.told)
	}
	s.leaves(left{
		files: []string{
			store.ManifestFile, store.PlanFile, store.ReportCSVFile, store.ReportHTMLFile, store.ReportJSONFile, store.ReportXLSXFile,
		},
		stands: store.RunClosed, good: true,
	})
	if !out.Report.Converged || out.Report.Summary.Unchanged != people-2 {
		t.Errorf("%+v", out.Report.Summary)
	}
}
