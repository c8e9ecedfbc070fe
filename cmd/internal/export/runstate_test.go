package export

import (
	"testing"

	"keyroster/io/reportio"
	"keyroster/providers/doorflow"
	"keyroster/reconcile"
)

// TestRunStateOfRowsWithoutARecord: a row about a credential that was not listed adds nothing to
// what the account held when the run had ended, whether the report says so by a member or, in an
// earlier version, only in words.
func TestRunStateOfRowsWithoutARecord(t *testing.T) {
	const gone = "credential GONE is not in the listing"
	lines := []reportio.Line{
		{Line: 0, CredentialID: "P1", HolderID: "501", Situation: reconcile.InSync, Outcome: reconcile.Unchanged},
		{Line: 1, CredentialID: "GONE", Situation: reconcile.InSync, Outcome: reconcile.Unchanged, Warnings: []string{gone}, NotListed: true},
		{Line: 2, CredentialID: "gone", Situation: reconcile.Ambiguous, Outcome: reconcile.Blocked, Reason: "credential gone is not in the listing; GONE! is", NotListed: true},
		{Line: 3, CredentialID: "K1", Situation: reconcile.Unlisted, Outcome: reconcile.LeftUnlisted},
	}
	count := 2
	for name, report := range map[string]*reportio.Report{"earlier": {}, "with the member": {NotListed: &count}} {
		t.Run(name, func(t *testing.T) {
			schema := doorflow.Spec.Schema
			r := &runState{report: report, schema: schema, set: reconcile.NewSet(schema, len(lines))}
			for i := range lines {
				line := lines[i].Clone()
				line.NotListed = line.NotListed && report.NotListed != nil
				r.add(&line)
			}
			if r.existed != 2 || r.set.Len() != 2 || r.set.Record(0).ID() != "P1" || r.set.Record(1).ID() != "K1" {
				t.Errorf("%d existed, %d are left", r.existed, r.set.Len())
			}
		})
	}
}

// TestRunStateKnowsFingerprints: the fingerprint of what a credential held when a run had ended is
// the plan's if its value was to change, and otherwise the report's, if that is the record's.
func TestRunStateKnowsFingerprints(t *testing.T) {
	source := &reconcile.Source{File: "badges.csv", Line: 2}
	changed := map[int]marksOf{0: {"old", "new"}}
	for name, c := range map[string]struct {
		line reportio.Line
		want string
	}{
		"its value was changed":   {reportio.Line{Source: source, Situation: reconcile.Drifted, Action: reconcile.Update, Outcome: reconcile.Applied, Fingerprint: "new"}, "new"},
		"it was to be":            {reportio.Line{Source: source, Situation: reconcile.Drifted, Action: reconcile.Update, Outcome: reconcile.Failed, Fingerprint: "new"}, "old"},
		"another column was":      {reportio.Line{Line: 1, Source: source, Situation: reconcile.Drifted, Action: reconcile.Update, Outcome: reconcile.Applied, Fingerprint: "same"}, "same"},
		"in sync":                 {reportio.Line{Line: 1, Source: source, Situation: reconcile.InSync, Outcome: reconcile.Unchanged, Fingerprint: "same"}, "same"},
		"in no row":               {reportio.Line{Line: 1, Situation: reconcile.Unlisted, Outcome: reconcile.LeftUnlisted, Fingerprint: "own"}, "own"},
		"a record that rows mean": {reportio.Line{Line: 1, Situation: reconcile.Ambiguous, Outcome: reconcile.Blocked, Fingerprint: "own"}, "own"},
		"a row that was not held": {reportio.Line{Line: 1, Source: source, Situation: reconcile.Ambiguous, Outcome: reconcile.Blocked, Fingerprint: "wanted"}, ""},
		"none":                    {reportio.Line{Line: 1, Source: source, Situation: reconcile.InSync, Outcome: reconcile.Unchanged}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			schema := doorflow.Spec.Schema
			r := &runState{report: &reportio.Report{}, schema: schema, set: reconcile.NewSet(schema, 1), marks: changed}
			c.line.CredentialID = "P1"
			r.add(&c.line)
			if got := r.set.Record(0).Of(reconcile.Fingerprint); r.set.Len() != 1 || got != c.want {
				t.Errorf("fingerprint %q, want %q", got, c.want)
			}
		})
	}
}
