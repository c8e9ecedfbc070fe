package history

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/failure"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/sealio"
	"keyroster/io/store"
)

// How an open run stands follows from what is remembered of its tenant, and from
// whether its files hold together.
func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		make  func(s *site, run *store.Run, state *store.State)
		flaw  store.Flaw
		words string
	}{
		"it is the open one": {func(s *site, run *store.Run, _ *store.State) {
			s.seal(run, map[string]string{MetaRun: run.ID()})
		}, "", ""},
		"a seal of a version that did not say whose it is": {func(s *site, run *store.Run, _ *store.State) {
			s.seal(run, nil)
			s.plan(run, func(p *reportio.PlanFile) { p.RunID = "" })
		}, "", ""},
		"the state does not know of it, and nothing else": {func(s *site, run *store.Run, state *store.State) {
			s.seal(run, nil)
			state.OpenRun = ""
		}, "", ""},
		"another is open": {func(s *site, run *store.Run, state *store.State) {
			s.seal(run, nil)
			state.OpenRun = "R2"
		}, store.FlawOvertaken, "run RUN is not the open one of its tenant: a later run went on without it, or the state folder PLACE is an older one; what it wanted may no longer be wanted"},
		"it was given up": {func(s *site, run *store.Run, state *store.State) {
			s.seal(run, nil)
			state.OpenRun, state.LeftParked = "", []string{run.ID()}
		}, store.FlawOvertaken, ""},
		"the state says that none is open": {func(s *site, run *store.Run, state *store.State) {
			s.seal(run, nil)
			must(s.t, store.SaveState(s.tenant, s.lock, store.State{}))
			state.OpenRun = ""
		}, store.FlawOvertaken, ""},
		"the key is lost": {func(s *site, run *store.Run, _ *store.State) {
			_, recipient, err := sealio.NewKey()
			must(s.t, err)
			s.sealFor(recipient, run, nil)
		}, store.FlawKey, "what opens the sealed.age of run RUN was lost with the state folder PLACE"},
		"the plan is gone": {func(s *site, run *store.Run, _ *store.State) {
			s.seal(run, nil)
			must(s.t, run.Remove(store.PlanFile))
		}, store.FlawUnread, ""},
		"the seal is for another key": {func(s *site, run *store.Run, _ *store.State) {
			s.seal(run, nil)
			_, recipient, err := sealio.NewKey()
			must(s.t, err)
			s.sealFor(recipient, run, nil)
		}, store.FlawUnread, ""},
		"the plan is another run's": {func(s *site, run *store.Run, _ *store.State) {
			s.seal(run, nil)
			s.plan(run, func(p *reportio.PlanFile) { p.RunID = "R2" })
		}, store.FlawForeign, "run RUN: its plan.json is that of run R2"},
		"the seal is another run's": {func(s *site, run *store.Run, _ *store.State) {
			s.seal(run, map[string]string{MetaRun: "R2"})
		}, store.FlawForeign, "run RUN: its sealed.age is that of run R2"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			run := s.run(0)
			s.plan(run, nil)
			s.journal(run, journalio.Entry{Kind: journalio.KindIntent, Line: 0, Attempt: 1})
			state := store.State{OpenRun: run.ID()}
			c.make(s, run, &state)
			got := Judge(run, "", s.tenant, state)
			if got.Flaw != c.flaw || (got.Standing == store.StandsOpen) != (c.flaw == "") || got.ID != run.ID() || got.Place != run.Place() {
				t.Fatalf("%+v", got)
			}
			words := strings.NewReplacer("RUN", run.ID(), "PLACE", s.tenant.Place()).Replace(c.words)
			if words != "" && got.Err.Error() != words {
				t.Error(cmp.Diff(words, got.Err.Error()))
			}
			// Who knows nothing of the tenant goes by the run's own files.
			if alone := Judge(run, "", nil, store.State{}); alone.Standing != store.StandsOpen {
				t.Errorf("alone: %+v", alone)
			}
		})
	}
}

func TestJudgeOfARunThatIsGone(t *testing.T) {
	got := Judge(nil, "R1", nil, store.State{})
	if got.Standing != store.StandsDamaged || got.Flaw != store.FlawFolder || got.Place != "R1" || got.Err.Error() != "the folder of run R1 is gone" {
		t.Errorf("%+v", got)
	}
}

// What is said of a run, what to do about it, and why it cannot be resumed.
func TestStandingInWords(t *testing.T) {
	parked := &journalio.Replay{Parked: map[int]journalio.Entry{1: {}}}
	damaged := func(flaw store.Flaw) store.Judgement {
		return store.Judgement{Standing: store.StandsDamaged, Flaw: flaw, Err: errors.New("it is so")}
	}
	const beyond = "restore the run folder from a backup; if there is none, this tells what the run may have left, and lets the next apply plan afresh: keyroster resume runs/R1 --abandon"
	for name, c := range map[string]struct {
		judgement  store.Judgement
		says, next string
		refusal    string
		kind       failure.Kind
	}{
		"closed": {
			judgement: store.Judgement{Standing: store.StandsClosed}, says: "run R1 is closed", next: "keyroster apply plans afresh",
			refusal: "there is nothing to resume: run R1 is closed", kind: failure.Usage,
		},
		"abandoned": {
			judgement: store.Judgement{Standing: store.StandsAbandoned}, next: "keyroster apply plans afresh",
			says:    "run R1 was given up, and abandoned.json has what was known of it",
			refusal: "there is nothing to resume: run R1 was given up, and abandoned.json has what was known of it", kind: failure.Usage,
		},
		"empty": {
			judgement: store.Judgement{Standing: store.StandsEmpty}, says: "run R1 ended before its first write: nothing was sent",
			next:    "keyroster apply plans afresh, and clears the folder away",
			refusal: "there is nothing to resume: run R1 ended before its first write: nothing was sent", kind: failure.Usage,
		},
		"open": {
			judgement: store.Judgement{Standing: store.StandsOpen}, says: "run R1 is open: it was interrupted, or is at work",
			next: "keyroster resume runs/R1 finishes it; the next apply settles it first",
		},
		"closing": {
			judgement: store.Judgement{Standing: store.StandsOpen, Closing: true}, says: "run R1 is over, and only its manifest.json is missing",
			next: "keyroster resume runs/R1 writes it; the next apply does so too",
		},
		"no folder": {
			judgement: damaged(store.FlawFolder), says: "run R1 was not finished, and cannot go on: it is so",
			next: "the next apply looks for what it left", refusal: "it is so", kind: failure.Stopped,
		},
		"no seal": {
			judgement: damaged(store.FlawSeal), says: "run R1 was not finished, and cannot go on: it is so",
			next: "the next apply looks for what it left", refusal: "it is so", kind: failure.Stopped,
		},
		"no key": {
			judgement: damaged(store.FlawKey), says: "run R1 was not finished, and cannot go on: it is so",
			next: "the next apply goes on with what the provider holds", refusal: "it is so", kind: failure.Stopped,
		},
		"no key, and parked": {
			judgement: store.Judgement{Standing: store.StandsDamaged, Flaw: store.FlawKey, Err: errors.New("it is so"), Journal: parked},
			says:      "run R1 was not finished, and cannot go on: it is so", next: beyond, refusal: "it is so", kind: failure.Stopped,
		},
		"a manifest that cannot be read": {
			judgement: damaged(store.FlawManifest), says: "the manifest.json of run R1 cannot be read",
			next:    "restore manifest.json from a backup; if there is none: keyroster resume runs/R1 --abandon",
			refusal: "it is so", kind: failure.Stopped,
		},
		"a manifest that this user may not read": {
			judgement: store.Judgement{
				Standing: store.StandsDamaged, Flaw: store.FlawManifest, Err: fmt.Errorf("read manifest: %w", fs.ErrPermission),
			},
			says:    "this user may not read the files of run R1",
			next:    "run keyroster as the user who made runs/R1, or let this one read it",
			refusal: "read manifest: permission denied", kind: failure.Stopped,
		},
		"a changed journal": {
			judgement: damaged(store.FlawJournal), says: "run R1 was not finished, and cannot go on: it is so",
			next: beyond, refusal: "it is so", kind: failure.Stopped,
		},
		"another run's file": {
			judgement: damaged(store.FlawForeign), says: "run R1 was not finished, and cannot go on: it is so",
			next: beyond, refusal: "it is so; nothing was sent", kind: failure.Unsafe,
		},
		"overtaken": {
			judgement: damaged(store.FlawOvertaken), says: "run R1 was not finished, and cannot go on: it is so",
			next: beyond, refusal: "it is so; nothing was sent", kind: failure.Unsafe,
		},
	} {
		s := Standing{Judgement: c.judgement, ID: "R1", Place: "runs/R1"}
		if diff := cmp.Diff([]string{c.says, c.next}, []string{s.Says(), s.Next()}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if c.refusal == "" {
			continue
		}
		f := failure.Of(s.Refusal())
		if f.Error() != c.refusal || f.Kind != c.kind || f.Hint != c.next {
			t.Errorf("%s: refused by %d %q (%s)", name, f.Kind, f.Error(), f.Hint)
		}
	}
}
