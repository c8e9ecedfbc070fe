package draft

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// linesOf returns whole lines of a report by the ids of their records.
func linesOf(t testing.TB, r *reportio.Report) map[string]reportio.Line {
	t.Helper()
	out := map[string]reportio.Line{}
	for l, err := range r.Lines {
		if err != nil {
			t.Fatal(err)
		}
		out[l.CredentialID] = l.Clone()
	}
	return out
}

func TestReportOfAPlan(t *testing.T) {
	w := newWorld(t, "    unlisted: needs-a-person\n")
	text := strings.Replace(strings.Replace(same, "481057", "481058", 1), "K4,four@example.com,card,0010000004\n", "", 1)
	d := w.make(text, Options{Limits: []string{"update=40%"}})
	r := d.Report(ReportOptions{Command: "plan", Operator: "ops", Tool: "keyroster test", Marks: d.Known.Marks})
	lines := linesOf(t, r)
	if r.Converged || r.Summary.Planned != 1 || r.Summary.Unchanged != 5 || r.KeyID != d.Known.Marks.KeyID() {
		t.Errorf("converged %v, %+v, key %q", r.Converged, r.Summary, r.KeyID)
	}
	if diff := cmp.Diff([]reportio.Override{{Name: "limit", Value: "update=40%"}}, r.Overrides); diff != "" {
		t.Error(diff)
	}
	if got, want := lines["P1"].Fingerprint, d.Known.Marks.Fingerprint("481058"); got != want {
		t.Errorf("fingerprint %q, and that of the wanted value is %q", got, want)
	}
	if l := lines["K4"]; !l.Attend || l.HolderName != "Person Four" || l.Fingerprint != d.Known.Marks.Fingerprint("0010000004") {
		t.Errorf("the record in no row: %+v", l)
	}
	bare := d.Report(ReportOptions{Command: "plan"})
	if l := linesOf(t, bare)["P1"]; bare.KeyID != "" || l.Fingerprint != "" {
		t.Errorf("without marks: key %q, fingerprint %q", bare.KeyID, l.Fingerprint)
	}
	if r := w.make(same, Options{}).Report(ReportOptions{}); !r.Converged {
		t.Error("all is as desired, and the report does not say so")
	}
}

// TestReportOfARun: the report says what became of each line, not what was intended.
func TestReportOfARun(t *testing.T) {
	w := newWorld(t, "")
	w.reopen(false)
	w.acc.Guard(func() error { return nil })
	d := w.make(strings.NewReplacer("481057", "481058", "048216", "048217").Replace(same), Options{})
	run := engine.Apply(context.Background(), d.Plan, engine.Options{Provider: w.acc.Provider, Recent: w.acc.Recent, Concurrency: 2})
	engine.Deliver(context.Background(), run, w.acc.Provider, nil)
	r := d.Report(ReportOptions{Command: "apply", Run: run})
	lines := linesOf(t, r)
	for _, id := range []string{"P1", "P2"} {
		if l := lines[id]; l.Outcome != reconcile.Applied || l.Attempts != 1 || l.HTTPStatus != 201 || l.StartedAt == nil {
			t.Errorf("%s: %+v", id, l)
		}
	}
	if l := lines["K1"]; l.Outcome != reconcile.Unchanged || l.StartedAt != nil {
		t.Errorf("K1: %+v", l)
	}
	if r.Summary.Applied != 2 || !r.Sync.Needed || r.Sync.AnsweredAt == nil {
		t.Errorf("%+v, sync %+v", r.Summary, r.Sync)
	}
}

// TestJoiners: joiners are named once each, in the order of the rows, and the report says what to
// do about them.
func TestJoiners(t *testing.T) {
	w := newWorld(t, "")
	d := w.make(same+",seven@example.com,card,0010000007\n,six@example.com,card,0010000006\n,Seven@Example.com,pin,775533\n", Options{})
	var who []string
	for _, j := range d.Joiners() {
		who = append(who, j.Email)
	}
	if want := []string{"seven@example.com", "six@example.com"}; !slices.Equal(who, want) {
		t.Errorf("joiners %v, want %v", who, want)
	}
	const fact = "2 people are not known to DoorFlow: create them there first"
	for command, want := range map[string]string{"plan": fact, "apply": fact + " (" + migrationio.MissingFile + " has them)"} {
		r := d.Report(ReportOptions{Command: command})
		if r.MissingHolders != 2 || !slices.Contains(r.Facts, want) {
			t.Errorf("%s: %d, %q", command, r.MissingHolders, r.Facts)
		}
	}
	if got := d.joinersFact(1, false); got != "1 person is not known to DoorFlow: create them there first" {
		t.Errorf("one joiner: %q", got)
	}
}

// TestNamesOfAResumedRun: a restored draft has read no people; it names the people whom its changes
// are about.
func TestNamesOfAResumedRun(t *testing.T) {
	w := newWorld(t, "")
	d := w.make(strings.Replace(same, "739155", "739156", 1), Options{})
	w.reopen(true)
	d.Account = w.acc
	if name, _ := d.Account.Names("503"); name != "" {
		t.Fatalf("%s is known already", name)
	}
	d.NameWritten(context.Background(), zerolog.Nop())
	named := map[string]string{}
	for _, id := range []string{"502", "503"} {
		named[id], _ = d.Account.Names(id)
	}
	if want := map[string]string{"502": "", "503": "Person Three"}; !maps.Equal(named, want) {
		t.Errorf("names %v, want %v", named, want)
	}
}
