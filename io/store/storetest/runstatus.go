package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/journalio"
	"keyroster/io/store"
)

var statusLaws = []law{
	{"the status of a run follows from its files", statuses},
	{"only old runs that are over are deleted", oldRuns},
	{"a closed run is compared with its manifest", manifests},
}

// otherRun is the id of a run whose files do not belong here.
const otherRun = "20260130T020001Z-hq-aaaaaa"

// runLeft is a run with what is left of it.
type runLeft struct {
	name   string
	make   func(*store.Run) error
	status store.RunStatus
	flaw   store.Flaw
}

// journalOf makes a journal with lines of some kinds, of the run itself.
func journalOf(kinds ...journalio.Kind) func(*store.Run) error {
	return func(run *store.Run) error { return writeLines(run, run.ID(), kinds) }
}

func writeLines(run *store.Run, id string, kinds []journalio.Kind) error {
	j, err := run.StartJournal()
	for _, kind := range kinds {
		e := journalio.Entry{Kind: kind, Line: journalio.NoLine}
		if kind == journalio.KindRun {
			e.Note = id
		}
		if err == nil {
			err = j.Append(true, e)
		}
	}
	if j == nil {
		return err
	}
	return errors.Join(err, j.Close())
}

// file makes a file.
func file(name, content string) func(*store.Run) error {
	return func(run *store.Run) error { return run.Files.Write(name, text(content)) }
}

// also does one thing after the other.
func also(do ...func(*store.Run) error) func(*store.Run) error {
	return func(run *store.Run) error {
		for _, do := range do {
			if err := do(run); err != nil {
				return err
			}
		}
		return nil
	}
}

const (
	kindRun    = journalio.KindRun
	kindIntent = journalio.KindIntent
	kindEnd    = journalio.KindEnd
)

var (
	sealed    = file(store.SealedFile, "x")
	reported  = file(store.ReportJSONFile, "{}")
	manifest  = func(run *store.Run) error { return run.WriteManifest(store.Manifest{Account: "hq"}) }
	abandoned = file(store.AbandonedFile, `{"account":"hq"}`)
)

// runsLeft is the table of runs and their statuses.
var runsLeft = []runLeft{
	{"nothing", also(), store.RunEmpty, ""},
	{"a plan", file(store.PlanFile, "{}"), store.RunEmpty, ""},
	{"reports of a refused run", reported, store.RunEmpty, ""},
	{"an empty journal", journalOf(), store.RunEmpty, ""},
	{"a seal", sealed, store.RunOpen, ""},
	{"a journal and a seal", also(sealed, journalOf(kindRun, kindIntent)), store.RunOpen, ""},
	{"an ended journal and a seal", also(sealed, journalOf(kindRun, kindEnd)), store.RunOpen, ""},
	{"all but its manifest", also(reported, journalOf(kindRun, kindEnd)), store.RunOpen, ""},
	{
		"a journal whose first line was cut off", also(sealed, journalOf(journalio.KindRecovered)),
		store.RunOpen, "",
	},
	{"a manifest", manifest, store.RunClosed, ""},
	{"a whole run", also(reported, journalOf(kindRun, kindIntent, kindEnd), manifest), store.RunClosed, ""},
	{"what was given up", abandoned, store.RunAbandoned, ""},
	{"what was given up, sealed", also(abandoned, sealed), store.RunAbandoned, ""},
	{"a journal without its seal", journalOf(kindRun, kindIntent), store.RunDamaged, store.FlawSeal},
	{"an ended journal without a report", journalOf(kindRun, kindEnd), store.RunDamaged, store.FlawSeal},
	{
		"a journal that was changed", also(sealed, file(store.JournalFile, "{}\n")), store.RunDamaged,
		store.FlawJournal,
	},
	{
		"a journal that is gone",
		also(sealed, journalOf(kindRun), func(run *store.Run) error { return run.Remove(store.JournalFile) }),
		store.RunDamaged, store.FlawJournal,
	},
	{
		"another run's journal",
		also(sealed, func(run *store.Run) error { return writeLines(run, otherRun, []journalio.Kind{kindRun}) }),
		store.RunDamaged, store.FlawForeign,
	},
	{
		"another run's manifest",
		func(run *store.Run) error { return manifest(store.NewRun(otherRun, run.Files)) },
		store.RunDamaged, store.FlawForeign,
	},
	{"a manifest that cannot be read", file(store.ManifestFile, "{"), store.RunDamaged, store.FlawManifest},
}

// makeRuns makes the runs of the table, and returns their ids in order.
func makeRuns(t *testing.T, l store.Lock) []string {
	t.Helper()
	var ids []string
	for _, left := range runsLeft {
		run, err := l.Create("hq", began)
		must(t, err)
		must(t, left.make(run))
		ids = append(ids, run.ID())
	}
	return ids
}

func statuses(t *testing.T, open open) {
	w := open(t)
	_, l := locked(t, w.Open())
	ids := makeRuns(t, l)
	s := w.Open()
	for i, left := range runsLeft {
		run, err := s.Run(ids[i])
		must(t, err)
		got := run.Assess()
		if got.Status != left.status || got.Flaw != left.flaw || (got.Err != nil) != (left.flaw != "") {
			t.Errorf("%s: %+v, want %s %s", left.name, got, left.status, left.flaw)
		}
		if got.Closing != (left.name == "all but its manifest") {
			t.Errorf("%s: closing %t", left.name, got.Closing)
		}
		gone, err := run.DiscardEmpty()
		if _, openErr := s.Run(ids[i]); err != nil || gone != (left.status == store.RunEmpty) ||
			(openErr != nil) != gone {
			t.Errorf("%s: deleted %t, %v", left.name, gone, err)
		}
	}
}

func oldRuns(t *testing.T, open open) {
	w := open(t)
	_, l := locked(t, w.Open())
	ids := makeRuns(t, l)
	other, err := l.Create("hq-2", began)
	must(t, err)
	s := w.Open()
	which := func(keep func(runLeft) bool) []string {
		var found []string
		for i, left := range runsLeft {
			if keep(left) {
				found = append(found, ids[i])
			}
		}
		slices.Sort(found)
		return found
	}
	gone, err := store.DiscardEmpty(s, "hq", began)
	if must(t, err); len(gone) > 0 {
		t.Errorf("runs of that second were deleted: %q", gone)
	}
	later := began.Add(time.Second)
	gone, err = store.DiscardEmpty(s, "hq", later)
	must(t, err)
	if diff := cmp.Diff(which(func(l runLeft) bool { return l.status == store.RunEmpty }), gone); diff != "" {
		t.Errorf("empty runs: -want +got\n%s", diff)
	}
	kept := which(func(l runLeft) bool { return l.name == "a manifest" })
	gone, err = store.Expire(s, "hq", later, kept...)
	must(t, err)
	over := which(func(l runLeft) bool { return l.name == "a whole run" || l.name == "what was given up" })
	if diff := cmp.Diff(over, gone); diff != "" {
		t.Errorf("old runs: -want +got\n%s", diff)
	}
	is, err := w.Open().Runs()
	must(t, err)
	want := append(which(func(l runLeft) bool {
		return l.status == store.RunOpen || l.status == store.RunDamaged ||
			l.name == "what was given up, sealed"
	}), append(kept, other.ID())...)
	slices.Sort(want)
	if diff := cmp.Diff(want, is); diff != "" {
		t.Errorf("what is kept: -want +got\n%s", diff)
	}
}

func manifests(t *testing.T, open open) {
	w := open(t)
	_, run := created(t, w)
	_, err := run.Verify()
	is(t, "without a manifest", err, store.ErrNoManifest)
	for _, name := range []string{store.PlanFile, store.FailedFile, store.ReportCSVFile, "report.files/1.txt"} {
		must(t, run.Write(name, text(name)))
	}
	must(t, journalOf(kindRun, kindEnd)(run))
	if err := run.Write(store.ManifestFile, text("{}")); err == nil {
		t.Error("a manifest was written as any file")
	}
	must(t, manifest(run))
	again, err := w.Open().Run(run.ID())
	must(t, err)
	v, err := again.Verify()
	if must(t, err); !v.OK() || v.Manifest.RunID != run.ID() || len(v.Manifest.Files) != 5 {
		t.Errorf("as it was closed: %+v", v)
	}
	for _, f := range v.Manifest.Files {
		if f.HoldsValues != (f.Name == store.FailedFile) || len(f.SHA256) != 64 {
			t.Errorf("in the manifest: %+v", f)
		}
	}
	must(t, again.Write(store.PlanFile, text("changed")))
	must(t, again.Remove(store.ReportCSVFile))
	must(t, again.Write("added.txt", text("x")))
	v, err = run.Verify()
	must(t, err)
	want := &store.Verification{
		Manifest: v.Manifest, Differ: []string{store.PlanFile}, Missing: []string{store.ReportCSVFile},
		Extra: []string{"added.txt"},
	}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
