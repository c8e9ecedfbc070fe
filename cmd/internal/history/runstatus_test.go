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

// TestJudge: how an open run stands follows from what is remembered of its tenant, and from whether
// its files are consistent.
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
		}, store.FlawSuperseded, "run RUN is not its tenant's open run: a later run replaced it, " +
			"or the state folder PLACE is out of date; its changes may no longer be wanted"},
		"it was given up": {func(s *site, run *store.Run, state *store.State) {
			s.seal(run, nil)
			state.OpenRun, state.LeftParked = "", []string{run.ID()}
		}, store.FlawSuperseded, ""},
		"the state says that none is open": {func(s *site, run *store.Run, state *store.State) {
			s.seal(run, nil)
			must(s.t, store.SaveState(s.tenant, s.lock, store.State{}))
			state.OpenRun = ""
		}, store.FlawSuperseded, ""},
		"the key is lost": {func(s *site, run *store.Run, _ *store.State) {
			_, recipient, err := sealio.NewKey()
			must(s.t, err)
			s.sealFor(recipient, run, nil)
		}, store.FlawKey, "the key to the sealed.age of run RUN is not in the state folder PLACE, " +
			"which was lost or is not the run's"},
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
			got := Assess(run, "", s.tenant, state)
			if got.Flaw != c.flaw || (got.Status == store.RunOpen) != (c.flaw == "") ||
				got.ID != run.ID() || got.Place != run.Place() {
				t.Fatalf("%+v", got)
			}
			words := strings.NewReplacer("RUN", run.ID(), "PLACE", s.tenant.Place()).Replace(c.words)
			if words != "" && got.Err.Error() != words {
				t.Error(cmp.Diff(words, got.Err.Error()))
			}
			// If nothing is known of the tenant, the run's own files decide.
			if alone := Assess(run, "", nil, store.State{}); alone.Status != store.RunOpen {
				t.Errorf("alone: %+v", alone)
			}
		})
	}
}

func TestJudgeOfARunThatIsGone(t *testing.T) {
	got := Assess(nil, "R1", nil, store.State{})
	if got.Status != store.RunDamaged || got.Flaw != store.FlawFolder ||
		got.Place != "R1" || got.Err.Error() != "the folder of run R1 is gone" {
		t.Errorf("%+v", got)
	}
}

// TestStandingInWords checks what is said of a run, what to do about it, and why it cannot be
// resumed.
func TestStandingInWords(t *testing.T) {
	parked := &journalio.Replay{Parked: map[int]journalio.Entry{1: {}}}
	damaged := func(flaw store.Flaw) store.Assessment {
		return store.Assessment{Status: store.RunDamaged, Flaw: flaw, Err: errors.New("it is so")}
	}
	const beyond = "restore the run folder from a backup; without one, give the run up " +
		"to see what it may have left behind and let the next apply make a new plan: " +
		"keyroster resume runs/R1 --abandon"
	for name, c := range map[string]struct {
		assessment store.Assessment
		says, next string
		refusal    string
		kind       failure.Kind
	}{
		"closed": {
			assessment: store.Assessment{Status: store.RunClosed},
			says:       "run R1 is closed", next: "keyroster apply makes a new plan",
			refusal: "there is nothing to resume: run R1 is closed", kind: failure.Usage,
		},
		"abandoned": {
			assessment: store.Assessment{Status: store.RunAbandoned}, next: "keyroster apply makes a new plan",
			says:    "run R1 was given up, and abandoned.json has what was known of it",
			refusal: "there is nothing to resume: run R1 was given up, and abandoned.json has what was known of it", kind: failure.Usage,
		},
		"empty": {
			assessment: store.Assessment{Status: store.RunEmpty}, says: "run R1 ended before its first write: nothing was sent",
			next:    "keyroster apply makes a new plan and removes the folder",
			refusal: "there is nothing to resume: run R1 ended before its first write: nothing was sent", kind: failure.Usage,
		},
		"open": {
			assessment: store.Assessment{Status: store.RunOpen}, says: "run R1 is open: it is running, or was interrupted",
			next: "keyroster resume runs/R1 finishes it; the next apply settles it first",
		},
		"closing": {
			assessment: store.Assessment{Status: store.RunOpen, Closing: true},
			says:       "run R1 has ended, and only its manifest.json is missing",
			next:       "keyroster resume runs/R1 writes it; the next apply does so too",
		},
		"no folder": {
			assessment: damaged(store.FlawFolder), says: "run R1 was not finished and cannot be resumed: it is so",
			next: "the next apply checks for what it left behind", refusal: "it is so", kind: failure.Stopped,
		},
		"no seal": {
			assessment: damaged(store.FlawSeal), says: "run R1 was not finished and cannot be resumed: it is so",
			next: "the next apply checks for what it left behind", refusal: "it is so", kind: failure.Stopped,
		},
		"no key": {
			assessment: damaged(store.FlawKey), says: "run R1 was not finished and cannot be resumed: it is so",
			next:    "name the run's state folder with --state; if it was lost, the next apply starts from what the provider holds",
			refusal: "it is so", kind: failure.Stopped,
		},
		"no key, and parked": {
			assessment: store.Assessment{
				Status: store.RunDamaged, Flaw: store.FlawKey, Err: errors.New("it is so"), Journal: parked,
			},
			says: "run R1 was not finished and cannot be resumed: it is so",
			next: beyond, refusal: "it is so", kind: failure.Stopped,
		},
		"a manifest that cannot be read": {
			assessment: damaged(store.FlawManifest), says: "the manifest.json of run R1 cannot be read",
			next:    "restore manifest.json from a backup; if there is none: keyroster resume runs/R1 --abandon",
			refusal: "it is so", kind: failure.Stopped,
		},
		"a manifest that this user may not read": {
			assessment: store.Assessment{
				Status: store.RunDamaged, Flaw: store.FlawManifest, Err: fmt.Errorf("read manifest: %w", fs.ErrPermission),
			},
			says:    "this user cannot read the files of run R1",
			next:    "run keyroster as the user who created runs/R1, or give this user read permission",
			refusal: "read manifest: permission denied", kind: failure.Stopped,
		},
		"a changed journal": {
			assessment: damaged(store.FlawJournal), says: "run R1 was not finished and cannot be resumed: it is so",
			next: beyond, refusal: "it is so", kind: failure.Stopped,
		},
		"another run's file": {
			assessment: damaged(store.FlawForeign), says: "run R1 was not finished and cannot be resumed: it is so",
			next: beyond, refusal: "it is so; nothing was sent", kind: failure.Unsafe,
		},
		"overtaken": {
			assessment: damaged(store.FlawSuperseded), says: "run R1 was not finished and cannot be resumed: it is so",
			next: beyond, refusal: "it is so; nothing was sent", kind: failure.Unsafe,
		},
	} {
		s := RunStatus{Assessment: c.assessment, ID: "R1", Place: "runs/R1", Argument: "runs/R1"}
		if diff := cmp.Diff([]string{c.says, c.next}, []string{s.Describe(), s.NextStep()}); diff != "" {
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
