package run_test

import (
	"context"
	"maps"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"keyroster/cmd/internal/annotation"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/run"
	"keyroster/cmd/internal/sink"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// ending is a run that ends before its work is done.
type ending struct {
	limits reconcile.Limits
	lines  []string // of the roster, nil for all changes
	fails  []string // what the store fails at
	change func(o *run.Options)

	kind       failure.Kind
	text, hint string
	// What is left: how the run stands, how many writes were sent, whether there are
	// files to look at.
	stands store.RunStatus
	writes int
	files  bool
	// bare: the outcome has no report, because none could be made.
	bare bool
}

// bars shows phases, and panics as one of them begins.
type bars struct{ breaks string }

func (b bars) show(phase string, _ int) sink.Bar {
	if phase == b.breaks {
		panic("value 0010000001")
	}
	return b
}

func (bars) Set(int, int) {}
func (bars) Done()        {}

// breaksAt returns an append that breaks down at its nth call.
func breaksAt(n int32, how func() error) run.Append {
	var calls atomic.Int32
	return func(j *journalio.Journal, sync bool, entries ...journalio.Entry) error {
		if calls.Add(1) == n {
			return how()
		}
		return j.Append(sync, entries...)
	}
}

// breaksAhead returns an append that breaks down the nth time that intents are written ahead.
func breaksAhead(n int32, how func() error) run.Append {
	var calls atomic.Int32
	return func(j *journalio.Journal, sync bool, entries ...journalio.Entry) error {
		if len(entries) > 1 && entries[0].Kind == journalio.KindIntent && calls.Add(1) == n {
			return how()
		}
		return j.Append(sync, entries...)
	}
}

func first(lines []string, _ held) []string { return lines }

// broken is a bug in the program, raised with a value that no output may show.
func broken() error { panic("value 0010000001") }

func full() error { return errFull }

// whatItSays stands for as many writes as the report says were applied.
const whatItSays = -1

const tooMany = "the plan exceeds its limits: 2 deletions"

var endings = map[string]ending{
	"limits refuse the plan": {
		limits: reconcile.Limits{reconcile.LimitDelete: {Count: 1}},
		kind:   failure.Unsafe, text: tooMany, hint: "--limit delete=2", stands: store.RunClosed, files: true,
	},
	"too many rows are invalid": {
		limits: reconcile.Limits{reconcile.LimitInvalid: {}},
		lines:  []string{"K1,501,card,1.23E+10,"},
		kind:   failure.Roster, text: "1 invalid row", stands: store.RunClosed, files: true,
	},
	"another plan was expected": {
		change: func(o *run.Options) { o.Expect = "sha256:00" },
		kind:   failure.Unsafe, text: "not sha256:00", stands: store.RunClosed, files: true,
	},
	"the plan cannot be saved": {
		fails: []string{store.PlanFile},
		kind:  failure.Stopped, text: "the disk is full", stands: store.RunClosed, files: true,
	},
	"the seal cannot be written": {
		fails: []string{store.SealedFile},
		kind:  failure.Stopped, text: "the disk is full", stands: store.RunClosed, files: true,
	},
	"the journal cannot be made": {
		fails: []string{"journal"},
		kind:  failure.Stopped, text: "the disk is full", stands: store.RunClosed, files: true,
	},
	"the journal cannot be begun": {
		change: func(o *run.Options) { o.Append = breaksAt(1, full) },
		kind:   failure.Stopped, text: "the disk is full", hint: "keyroster resume", stands: store.RunOpen, files: true,
	},
	"a write cannot be announced": {
		change: func(o *run.Options) { o.Append = breaksAt(2, full) },
		kind:   failure.Stopped, text: "the run stopped: the disk is full", hint: "keyroster resume",
		stands: store.RunOpen, files: true,
	},
	"the report cannot be written": {
		fails: []string{store.ReportHTMLFile},
		kind:  failure.Stopped, text: "the disk is full", hint: "then write the reports with keyroster resume",
		stands: store.RunOpen, writes: writesOfChanges,
	},
	"the report of a refused plan cannot be written": {
		limits: reconcile.Limits{reconcile.LimitDelete: {Count: 1}},
		fails:  []string{store.ReportJSONFile},
		kind:   failure.Unsafe, text: tooMany, stands: store.RunEmpty,
	},
	"a panic while asking": {
		change: func(o *run.Options) { o.Confirm = func(context.Context, *draft.Draft) error { return broken() } },
		kind:   failure.Stopped, text: "internal error", stands: store.RunClosed, files: true,
	},
	"a panic while the roster is made": {
		change: func(o *run.Options) {
			o.Transfer = &run.Transfer{Make: func(context.Context, *history.Known) (*reconcile.Roster, *draft.Draft, error) {
				return nil, nil, broken()
			}}
		},
		kind: failure.Stopped, text: "internal error", stands: store.RunClosed, files: true,
	},
	"a panic while listing": {
		change: func(o *run.Options) { o.Sinks.Progress = bars{"listing"}.show },
		kind:   failure.Stopped, text: "internal error", stands: store.RunClosed, files: true,
	},
	"a panic in the commitment": {
		change: func(o *run.Options) { o.Append = breaksAt(1, broken) },
		kind:   failure.Stopped, text: "internal error", hint: "keyroster resume", stands: store.RunOpen, files: true,
	},
	"a panic as the sending begins": {
		change: func(o *run.Options) { o.Sinks.Progress = bars{"applying"}.show },
		kind:   failure.Stopped, text: "internal error", hint: "keyroster resume", stands: store.RunOpen, files: true,
	},
	"a panic while a write is announced": {
		change: func(o *run.Options) { o.Append = breaksAt(2, broken) },
		kind:   failure.Stopped, text: "internal error", hint: "keyroster resume", stands: store.RunOpen, files: true,
	},
	"a panic while a later write is announced": {
		lines:  first(renumbered()),
		change: func(o *run.Options) { o.Append = breaksAhead(2, broken) },
		kind:   failure.Stopped, text: "the run stopped: internal error", hint: "keyroster resume",
		stands: store.RunOpen, writes: whatItSays, files: true,
	},
	"a panic while all is listed again": {
		change: func(o *run.Options) { o.Sinks.Progress = bars{"verifying"}.show },
		kind:   failure.Stopped, text: "internal error", stands: store.RunClosed, writes: writesOfChanges, files: true,
	},
	"a panic while the report is made": {
		change: func(o *run.Options) {
			o.Transfer = &run.Transfer{
				Make:    func(context.Context, *history.Known) (*reconcile.Roster, *draft.Draft, error) { return nil, nil, nil },
				Drafted: func(*draft.Draft) (*run.Moved, error) { return &run.Moved{}, nil },
				Report:  func(*draft.Draft) *reportio.Migration { _ = broken(); return nil },
			}
		},
		kind: failure.Stopped, text: "internal error", hint: "keyroster resume",
		stands: store.RunOpen, writes: writesOfChanges, bare: true,
	},
}

// TestEnded: however a run ends before its work is done, the error has its kind, the run is
// recorded as far as it got, what can be taken up stays open and is said to be, and the next run
// ends it.
func TestEnded(t *testing.T) {
	for name, e := range endings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			was := maps.Clone(s.config.Limits)
			maps.Copy(s.config.Limits, e.limits)
			out, err := e.run(s)
			wants(t, err, e.kind, e.text, e.hint)
			if strings.Contains(err.Error()+s.said(), "value 001") {
				t.Errorf("it tells a value: %v", err)
			}
			kept := s.only()
			if kept == nil || out.Run == nil || out.Run.ID() != kept.ID() || failure.Of(err).Run != kept.Place() {
				t.Fatalf("outcome of run %v, failure of %q, kept is %v", out.Run, failure.Of(err).Run, kept)
			}
			if stands := kept.Assess().Status; stands != e.stands ||
				kept.Has(store.ManifestFile) != (e.stands == store.RunClosed) {
				t.Errorf("the run stands as %s, want %s", stands, e.stands)
			}
			if e.writes == whatItSays && out.Report != nil {
				e.writes = out.Report.Summary.Applied
			}
			if got := len(s.wrote()); got != e.writes || (out.Report == nil) != e.bare || (len(out.Files) > 0) != e.files {
				t.Errorf("%d writes, a report: %v, files %v", got, out.Report != nil, out.Files)
			}
			if open := s.state().OpenRun; (open != "") != (e.stands == store.RunOpen) {
				t.Errorf("run %q is remembered as open, and stands as %s", open, e.stands)
			}
			if e.stands == store.RunClosed && kept.Has(store.SealedFile) {
				t.Error("a closed run keeps its sealed copy")
			}
			if _, err := kept.DiscardEmpty(); err != nil { // as the next run does after a day
				t.Error(err)
			}
			s.config.Limits = was
			lines, after := changes()
			_, err = s.apply(s.roster(lines...))
			must(t, err)
			s.inOrder(after)
		})
	}
}

// TestNoAtTheQuestion: a run that is declined, or interrupted at its question, leaves nothing and
// is not remembered.
func TestNoAtTheQuestion(t *testing.T) {
	for name, answer := range map[string]error{
		"no":          failure.Declined(""),
		"interrupted": context.Canceled,
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			e := ending{change: func(o *run.Options) {
				o.Confirm = func(context.Context, *draft.Draft) error { return answer }
			}}
			out, err := e.run(s)
			if f := failure.Of(err); f.Kind != failure.Interrupted || f.Run != "" || f.Declined() != (name == "no") {
				t.Errorf("%+v", f)
			}
			if out.Run != nil || out.Report != nil || s.only() != nil || len(s.wrote()) > 0 {
				t.Errorf("%+v is left, and %v", out, s.only())
			}
			if state := s.state(); state.OpenRun != "" || state.LastGood != nil {
				t.Errorf("%+v is remembered", state)
			}
		})
	}
}

// run applies the ending's roster with its options.
func (e ending) run(s *site) (run.Outcome, error) {
	s.Helper()
	lines, _ := changes()
	if e.lines != nil {
		lines = e.lines
	}
	roster := s.roster(lines...)
	options := s.options
	if e.change != nil {
		e.change(&options)
	}
	if move := options.Transfer; move != nil && move.Drafted != nil {
		move.Make = func(context.Context, *history.Known) (*reconcile.Roster, *draft.Draft, error) {
			return roster, nil, nil
		}
	}
	return run.Apply(s.Context(), s.open(), fails(s.kept.Process(), e.fails...), roster, time.Now(), options)
}

// TestPanicWhileReopened: a panic while a run is being taken up leaves it as it is, to be taken up
// again.
func TestPanicWhileReopened(t *testing.T) {
	for name, change := range map[string]func(o *run.Options){
		"before its journal is opened": func(o *run.Options) {
			o.MakeCopy = func(*reconcile.Roster, []string) (*annotation.Copy, error) { return nil, broken() }
		},
		"while its journal is begun": func(o *run.Options) { o.Append = breaksAt(1, broken) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			lines, after := changes()
			_, err := endings["a write cannot be announced"].run(s)
			wants(t, err, failure.Stopped, "the disk is full", "keyroster resume")
			options := s.options
			change(&options)
			kept := s.only()
			out, err := run.Resume(t.Context(), s.open(), s.kept.Process(), kept, options)
			wants(t, err, failure.Stopped, "internal error", "")
			if out.Report != nil || failure.Of(err).Run != kept.Place() || kept.Assess().Status != store.RunOpen {
				t.Errorf("%+v, %+v", out, err)
			}
			must(t, s.resume(kept.ID()))
			if _, err := s.apply(s.roster(lines...)); err != nil {
				t.Error(err)
			}
			s.inOrder(after)
		})
	}
}
