package history

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"keyroster/io/reportio"
	"keyroster/io/sealio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

func TestPlanOf(t *testing.T) {
	s := newSite(t)
	run := s.open(0)
	plan, err := PlanOf(run)
	must(t, err)
	if plan.RunID != run.ID() || plan.Tenant != "acme" {
		t.Errorf("%+v", plan.PlanFile)
	}
	plan.Close()
	(*SavedPlan)(nil).Close()
	(&SavedPlan{}).Close()
	s.write(run, store.PlanFile, empty)
	if _, err := PlanOf(run); err == nil || !strings.HasPrefix(err.Error(), "read plan: ") {
		t.Errorf("a damaged one: %v", err)
	}
	must(t, run.Remove(store.PlanFile))
	if _, err := PlanOf(run); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "read the run's plan: ") {
		t.Errorf("none: %v", err)
	}
}

func TestHead(t *testing.T) {
	s := newSite(t)
	run := s.closed(0, nil)
	head, err := Head(run)
	if err != nil || head.RunID != run.ID() {
		t.Errorf("%v %v", head, err)
	}
	if _, err := Head(s.run(1)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
}

func TestUnseal(t *testing.T) {
	s := newSite(t)
	run := s.open(0)
	identity, _, err := store.SealKeyOf(s.tenant)
	must(t, err)
	snapshot, err := Unseal(run, identity)
	if err != nil || snapshot.Meta[MetaRun] != run.ID() {
		t.Errorf("%v %v", snapshot, err)
	}
	other, _, err := sealio.NewKey()
	must(t, err)
	if _, err := Unseal(run, other); !errors.Is(err, sealio.ErrKey) {
		t.Errorf("another key: %v", err)
	}
	if _, err := Unseal(s.run(1), identity); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "read the run's sealed copy: ") {
		t.Errorf("none: %v", err)
	}
}

// TestApproval: whatever makes it a different change makes it a different approval.
func TestApproval(t *testing.T) {
	line := func() *reportio.PlanLine {
		return &reportio.PlanLine{
			Source: &reconcile.Source{File: "a.xlsx", Sheet: "Doors", Line: 3}, CredentialID: "P1", HolderID: "501", Type: "31",
			Action: reconcile.Update, Fields: []reportio.PlanField{{Name: "value", FingerprintBefore: "a", FingerprintAfter: "b"}},
		}
	}
	same := line()
	same.Line, same.Source.File, same.Reason = 7, "b.xlsx", "because"
	if Approval(line()) != Approval(same) {
		t.Error("the same change is another")
	}
	for name, change := range map[string]func(l *reportio.PlanLine){
		"row":    func(l *reportio.PlanLine) { l.Source.Line = 4 },
		"sheet":  func(l *reportio.PlanLine) { l.Source.Sheet = "" },
		"no row": func(l *reportio.PlanLine) { l.Source = nil },
		"record": func(l *reportio.PlanLine) { l.CredentialID = "P2" },
		"holder": func(l *reportio.PlanLine) { l.HolderID = "502" },
		"type":   func(l *reportio.PlanLine) { l.Type = "32" },
		"action": func(l *reportio.PlanLine) { l.Action = reconcile.Delete },
		"before": func(l *reportio.PlanLine) { l.Fields[0].FingerprintBefore = "c" },
		"after":  func(l *reportio.PlanLine) { l.Fields[0].FingerprintAfter = "c" },
		"column": func(l *reportio.PlanLine) { l.Fields[0].Name = "ends_at" },
	} {
		l := line()
		if change(l); Approval(l) == Approval(line()) {
			t.Errorf("another %s is the same change", name)
		}
	}
}
