package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/exit"
	"keyroster/providers/sandbox"
)

// oldOpenRuns are the runs that commit 3c97e4b left open, one of each kind. resumed has the
// writes that are left if the run is resumed, applied those if a new run settles it first: a
// record on a temporary value then gets its own value back, and the change is made from the
// start.
var oldOpenRuns = []struct {
	kind             string
	rows             int
	changes          map[[2]int]string
	resumed, applied []string
	// parked: a record is on a temporary value.
	parked bool
}{
	{
		// Three of six were changed, and the fourth was being read.
		kind: "plain", rows: 6,
		changes: map[[2]int]string{
			{501, oldCard}: "0020000001", {502, oldCard}: "0020000002", {503, oldCard}: "0020000003",
			{504, oldCard}: "0020000004", {505, oldCard}: "0020000005", {506, oldCard}: "0020000006",
		},
		resumed: []string{"PUT K4", "PUT K5", "PUT K6"},
		applied: []string{"PUT K4", "PUT K5", "PUT K6"},
	},
	{
		// The second of a chain of four had no answer yet.
		kind: "chain", rows: 4,
		changes: map[[2]int]string{
			{501, oldCard}: "0020000001", {502, oldCard}: "0010000001",
			{503, oldCard}: "0010000002", {504, oldCard}: "0010000003",
		},
		resumed: []string{"PUT K3", "PUT K4"},
		applied: []string{"PUT K3", "PUT K4"},
	},
	{
		// K1 was parked, K3 had its value, and K2 was to get the value of K3.
		kind: "cycle", rows: 4, parked: true,
		changes: map[[2]int]string{
			{501, oldCard}: "0010000002", {502, oldCard}: "0010000003",
			{503, oldCard}: "0010000001", {501, oldPIN}: "555001",
		},
		resumed: []string{"PUT K1", "PUT K2", "PUT P1"},
		applied: []string{"PUT K1", "PUT K1", "PUT K1", "PUT K2", "PUT K3", "PUT K3", "PUT P1"},
	},
	{
		// K1 was parked, and the answer was lost.
		kind: "park", rows: 2, parked: true,
		changes: map[[2]int]string{{501, oldCard}: "0010000002", {502, oldCard}: "0010000001"},
		resumed: []string{"PUT K1", "PUT K2"},
		applied: []string{"PUT K1", "PUT K1", "PUT K1", "PUT K2"},
	},
	{
		// A change, a creation and a deletion took effect without an answer; another change was
		// announced and never arrived.
		kind: "doubt", rows: 5,
		changes: map[[2]int]string{
			{501, oldCard}: "0020000001", {502, oldCard}: "0020000002", {505, oldCard}: "0020000005",
			{504, oldPIN}: "606060", {503, oldPIN}: "",
		},
		resumed: []string{"PUT K2", "PUT K5"},
		applied: []string{"PUT K2", "PUT K5"},
	},
	{
		// The run ended with K1 on a temporary value, since another record had taken its own
		// value, which is free by now. Its line has an outcome and is not settled.
		kind: "left", rows: 2, parked: true,
		changes: map[[2]int]string{{501, oldCard}: "0010000002", {502, oldCard}: "0010000001"},
		resumed: []string{"PUT K1", "PUT K2"},
		applied: []string{"PUT K1", "PUT K1", "PUT K1", "PUT K2"},
	},
}

// TestOpenRunsOfEarlierVersions takes up runs of each kind that an earlier version left open, by
// resume and by the next apply: in the end the account is as the roster says, and nothing that
// was already done is done again.
func TestOpenRunsOfEarlierVersions(t *testing.T) {
	plan := []string{"plan", "--account", "hq", "roster.csv"}
	apply := []string{"apply", "--account", "hq", "--yes", "roster.csv"}
	for _, c := range oldOpenRuns {
		t.Run(c.kind+"/seen", func(t *testing.T) {
			t.Parallel()
			w := openOld(t, c.kind)
			run := w.runs()[0]
			open := "run " + filepath.Base(run) + " is open: it is running, or was interrupted"
			w.says(w.keyroster(exit.Stopped, "verify", run), open, "keyroster resume "+run+" --config config.yaml --state state finishes it")
			w.says(w.keyroster(exit.OK, plan...), open, "not all changes have been synced to the doors")
			out := w.keyroster(exit.OK, "export", "--account", "hq", "--out", "export.csv")
			if c.parked {
				w.says(out, "the export holds temporary values of interrupted runs")
			}
			if sent := w.sent(); len(sent) > 0 {
				t.Errorf("sent by commands that only look: %q", sent)
			}
		})
		t.Run(c.kind+"/resume", func(t *testing.T) {
			t.Parallel()
			w := openOld(t, c.kind)
			w.expect(c.changes)
			run := w.runs()[0]
			w.keyroster(exit.OK, "resume", run)
			w.settled(c.resumed...)
			w.closed(run, c.rows)
			w.says(w.keyroster(exit.Usage, "resume", run), "there is nothing to resume", "is closed")
		})
		t.Run(c.kind+"/apply", func(t *testing.T) {
			t.Parallel()
			w := openOld(t, c.kind)
			w.expect(c.changes)
			run := w.runs()[0]
			w.says(w.keyroster(exit.OK, apply...), "settling an interrupted run")
			w.settled(c.applied...)
			runs := w.runs()
			if len(runs) != 2 || runs[0] != run {
				t.Fatalf("runs %q, want %s and a new one", runs, run)
			}
			w.says(w.keyroster(exit.OK, "verify", run), "all 7 checks passed")
			w.closed(runs[1], -1)
		})
	}
}

// TestOpenRunOfAnEarlierVersionIsFoundElsewhere: an apply that keeps its runs in another folder
// finds the open run where the state folder says it is.
func TestOpenRunOfAnEarlierVersionIsFoundElsewhere(t *testing.T) {
	t.Parallel()
	c := oldOpenRuns[0]
	w := openOld(t, c.kind)
	w.expect(c.changes)
	run := w.runs()[0]
	w.keyroster(exit.OK, "apply", "--account", "hq", "--yes", "--runs", "elsewhere", "roster.csv")
	w.settled(c.applied...)
	w.says(w.keyroster(exit.OK, "verify", run), "all 7 checks passed")
	if runs := w.runs(); len(runs) != 1 || !w.exists("elsewhere") {
		t.Errorf("the new run is not in the folder that was named, and %q are in that of the old one", runs)
	}
}

// closed checks that a run, and all that is remembered of it, came to a good end; rows is how
// many of its changes it made, -1 for any number.
func (w *oldSite) closed(run string, rows int) {
	w.Helper()
	w.says(w.keyroster(exit.OK, "verify", run), "all 7 checks passed")
	if w.exists(run + "/sealed.age") {
		w.Error("the sealed copy of the roster is still there")
	}
	var report struct {
		ExitCode  int `json:"exit_code"`
		Converged bool
		Summary   struct{ Applied int }
	}
	w.read(run+"/report.json", &report)
	if report.ExitCode != exit.OK || !report.Converged || rows >= 0 && report.Summary.Applied != rows {
		w.Errorf("the report says %+v, want %d changes", report, rows)
	}
	var state oldState
	w.read("state/doorflow-acme01/state.json", &state)
	open := state.OpenRun != nil || state.SyncOwed || len(state.LeftParked) > 0
	if open || state.LastGood.RunID != filepath.Base(run) {
		w.Errorf("remembered is %+v", state)
	}
}

// oldState is what is remembered of an account, as far as the tests need it.
type oldState struct {
	OpenRun    *string  `json:"open_run"`
	SyncOwed   bool     `json:"sync_owed"`
	LeftParked []string `json:"left_parked"`
	LastGood   struct {
		RunID string `json:"run_id"`
	} `json:"last_good"`
}

// TestAbandonedRunsOfEarlierVersions: a run that an earlier version abandoned with K1 on a
// temporary value stays abandoned, and the next apply plans afresh.
func TestAbandonedRunsOfEarlierVersions(t *testing.T) {
	t.Parallel()
	w := openOld(t, "abandoned")
	w.expect(map[[2]int]string{
		{501, oldCard}: "0010000002", {502, oldCard}: "0010000003",
		{503, oldCard}: "0010000001", {501, oldPIN}: "555001",
	})
	run := w.runs()[0]
	given := "run " + filepath.Base(run) + " was given up, and abandoned.json has what was known of it"
	out := w.keyroster(exit.Usage, "resume", run)
	w.says(out, "there is nothing to resume: "+given, "keyroster apply makes a new plan")
	w.says(w.keyroster(exit.Stopped, "verify", run), given)
	w.says(w.keyroster(exit.OK, "plan", "--account", "hq", "roster.csv"), filepath.Base(run), "temporary values")
	if sent := w.sent(); len(sent) > 0 {
		t.Fatalf("a run that was given up sends %q", sent)
	}
	out = w.keyroster(exit.OK, "apply", "--account", "hq", "--yes", "roster.csv")
	w.says(out, "interrupted runs left records on temporary values")
	w.settled("PUT K1", "PUT K2", "PUT P1")
	w.closed(w.runs()[1], 3)
}

// TestClosedRunsOfEarlierVersions reads a run that an earlier version ended with
// a blocked and an invalid row.
func TestClosedRunsOfEarlierVersions(t *testing.T) {
	t.Parallel()
	w := openOld(t, "closed")
	run := w.runs()[0]
	w.says(w.keyroster(exit.OK, "verify", run), "all 7 checks passed")
	w.says(w.keyroster(exit.Usage, "resume", run), "there is nothing to resume", "is closed")
	for _, format := range []string{"csv", "xlsx", "html", "json"} {
		w.keyroster(exit.OK, "report", run, "--out", "again."+format)
	}
	var was, again oldReport
	w.read(run+"/report.json", &was)
	w.read("again.json", &again)
	if diff := cmp.Diff(was, again); diff != "" || len(was.Lines) != 12 || was.Summary["applied"] != 5 {
		t.Errorf("the report, rendered again: %s", diff)
	}
	w.since(run)
	if sent := w.sent(); len(sent) > 0 {
		t.Errorf("sent by commands that only read: %q", sent)
	}
}

// since changes a value that the run wrote, deletes a record that it left alone and adds one, and
// checks that an export reports these three. Two of the run's rows name records that were not
// there; that is no change.
func (w *oldSite) since(run string) {
	w.Helper()
	out := w.keyroster(exit.OK, "export", "--account", "hq", "--since", run, "--out", "same.csv")
	w.says(out, "0 added, 0 removed, 0 changed")
	added := []byte(`{"id":"K9","credential_type_id":31,"person_id":505,"value":"905217"}`)
	for _, edit := range []sandbox.Edit{
		{Collection: "credentials", ID: []byte(`"K2"`), Set: []byte(`{"value":"0030000002"}`)},
		{Collection: "credentials", ID: []byte(`"K5"`), Delete: true},
		{Collection: "credentials", Insert: added},
	} {
		if err := w.doors.Edit(edit); err != nil {
			w.Fatal(err)
		}
	}
	out = w.keyroster(exit.OK, "export", "--account", "hq", "--since", run, "--out", "later.json")
	w.says(out, "1 added, 1 removed, 1 changed")
	var later struct {
		Accounts []struct {
			Since struct {
				Changes []struct {
					ID string `json:"credential_id"`
				}
			}
		}
	}
	w.read("later.json", &later)
	found := map[string]bool{}
	for _, c := range later.Accounts[0].Since.Changes {
		found[c.ID] = true
	}
	if diff := cmp.Diff(map[string]bool{"K2": true, "K5": true, "K9": true}, found); diff != "" {
		w.Error(diff)
	}
}

// TestRowsOfEarlierVersionsThatWereMatched compares with a run whose only row named a record that
// was not there, and was matched by its holder.
func TestRowsOfEarlierVersionsThatWereMatched(t *testing.T) {
	t.Parallel()
	w := openOld(t, "matched")
	out := w.keyroster(exit.OK, "export", "--account", "hq", "--since", w.runs()[0], "--out", "same.csv")
	w.says(out, "0 added, 0 removed, 0 changed")
}

// oldReport is what a report says about each row and record.
type oldReport struct {
	RunID   string `json:"run_id"`
	Summary map[string]int
	Lines   []struct {
		ID        string `json:"credential_id"`
		NewID     string `json:"new_credential_id"`
		Situation string
		Action    string
		Outcome   string
		Reason    string
		Warnings  []string
		Verified  *bool
	}
}

// TestStateOfEarlierVersions works with a state folder whose lock file names its last holder,
// which was killed while it listed: an earlier version that is running keeps others out, and what
// a dead one left is cleared away.
func TestStateOfEarlierVersions(t *testing.T) {
	t.Parallel()
	w := openOld(t, "lock")
	w.expect(map[[2]int]string{{501, oldCard}: "0020000002"})
	state := filepath.Join(w.dir, "state", "doorflow-acme01")
	var holder struct {
		RunID string `json:"run_id"`
	}
	w.read("state/doorflow-acme01/lock", &holder)
	// The run had made its folder, but git keeps no empty folders.
	died := filepath.Join(w.dir, "runs", holder.RunID)
	if err := os.MkdirAll(died, 0o700); err != nil {
		t.Fatal(err)
	}
	apply := []string{"apply", "--account", "hq", "--yes", "roster.csv"}

	other := flock.New(filepath.Join(state, "lock"))
	if taken, err := other.TryLock(); err != nil || !taken {
		t.Fatalf("lock: %v, %v", taken, err)
	}
	before, err := os.ReadFile(filepath.Join(state, "state.json"))
	if err != nil {
		t.Fatal(err)
	}
	w.says(w.keyroster(exit.Locked, apply...), "holds it")
	after, err := os.ReadFile(filepath.Join(state, "state.json"))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("what is remembered was changed without the lock: %v", err)
	}
	if sent := w.sent(); len(sent) > 0 {
		t.Fatalf("sent without the lock: %q", sent)
	}
	if err := other.Unlock(); err != nil {
		t.Fatal(err)
	}

	out := w.keyroster(exit.OK, apply...)
	if strings.Contains(out, "first run here") {
		t.Errorf("the last good run was forgotten: %s", out)
	}
	w.settled("PUT K1")
	if w.exists("runs/" + holder.RunID) {
		t.Error("the folder of the run that died before its first write is still there")
	}
	w.closed(w.runs()[0], 1)
	w.keyroster(exit.OK, apply...)
}
