package store_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/journalio"
	"keyroster/io/store"
	"keyroster/io/store/folder"
)

// TestJudge: the state of a run follows from its files, whatever was killed, lost or copied.
func TestJudge(t *testing.T) {
	journal := func(t *testing.T, d *store.Run, run string, kinds ...journalio.Kind) {
		j, err := d.StartJournal()
		must(t, err)
		for _, kind := range kinds {
			e := journalio.Entry{Kind: kind, Line: journalio.NoLine}
			if kind == journalio.KindRun {
				e.Note = run
			}
			must(t, j.Append(true, e))
		}
		must(t, j.Close())
	}
	manifest := func(t *testing.T, d *store.Run) { must(t, d.WriteManifest(store.Manifest{Account: "hq"})) }
	const other = "20260130T020001Z-hq-aaaaaa"
	run, intent, end := journalio.KindRun, journalio.KindIntent, journalio.KindEnd
	for name, test := range map[string]struct {
		make func(t *testing.T, d *store.Run)
		want store.RunStatus
		flaw store.Flaw
	}{
		"nothing": {func(*testing.T, *store.Run) {}, store.RunEmpty, ""},
		"a plan": {
			func(t *testing.T, d *store.Run) { write(t, d, store.PlanFile, "{}") }, store.RunEmpty, "",
		},
		"reports of a refused run": {
			func(t *testing.T, d *store.Run) { write(t, d, store.ReportJSONFile, "{}") }, store.RunEmpty,
			"",
		},
		"a seal": {
			func(t *testing.T, d *store.Run) { write(t, d, store.SealedFile, "x") }, store.RunOpen, "",
		},
		"an empty journal": {func(t *testing.T, d *store.Run) { journal(t, d, d.ID()) }, store.RunEmpty, ""},
		"a journal and a seal": {func(t *testing.T, d *store.Run) {
			write(t, d, store.SealedFile, "x")
			journal(t, d, d.ID(), run, intent)
		}, store.RunOpen, ""},
		"the seal is gone": {
			func(t *testing.T, d *store.Run) { journal(t, d, d.ID(), run, intent) }, store.RunDamaged,
			store.FlawSeal,
		},
		"ended and sealed": {func(t *testing.T, d *store.Run) {
			write(t, d, store.SealedFile, "x")
			journal(t, d, d.ID(), run, end)
		}, store.RunOpen, ""},
		"ended without a report": {
			func(t *testing.T, d *store.Run) { journal(t, d, d.ID(), run, end) }, store.RunDamaged,
			store.FlawSeal,
		},
		"another run's journal": {func(t *testing.T, d *store.Run) {
			write(t, d, store.SealedFile, "x")
			journal(t, d, other, run, intent)
		}, store.RunDamaged, store.FlawForeign},
		"a changed journal": {func(t *testing.T, d *store.Run) {
			write(t, d, store.SealedFile, "x")
			write(t, d, store.JournalFile, "{}\n")
		}, store.RunDamaged, store.FlawJournal},
		"a journal that is gone": {func(t *testing.T, d *store.Run) {
			write(t, d, store.SealedFile, "x")
			j, err := d.StartJournal()
			must(t, err)
			must(t, j.Append(true, journalio.Entry{Kind: run, Line: journalio.NoLine, Note: d.ID()}))
			must(t, j.Close())
			must(t, os.Remove(d.Path(store.JournalFile)))
		}, store.RunDamaged, store.FlawJournal},
		"a manifest": {manifest, store.RunClosed, ""},
		"a manifest that cannot be read": {func(t *testing.T, d *store.Run) {
			must(t, os.WriteFile(d.Path(store.ManifestFile), []byte("{"), 0o600))
		}, store.RunDamaged, store.FlawManifest},
		"another run's manifest": {func(t *testing.T, d *store.Run) {
			foreign := store.NewRun(other, d.Files)
			manifest(t, foreign)
			write(t, d, store.SealedFile, "x")
			journal(t, d, d.ID(), run, intent)
		}, store.RunDamaged, store.FlawForeign},
		"given up": {func(t *testing.T, d *store.Run) { write(t, d, store.AbandonedFile, "{}") }, store.RunAbandoned, ""},
		"given up and sealed": {func(t *testing.T, d *store.Run) {
			write(t, d, store.AbandonedFile, "{}")
			write(t, d, store.SealedFile, "x")
		}, store.RunAbandoned, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := create(t)
			test.make(t, d)
			got := d.Assess()
			if got.Status != test.want || got.Flaw != test.flaw || (got.Err != nil) != (test.flaw != "") || got.Closing {
				t.Errorf("%+v, want %s %s", got, test.want, test.flaw)
			}
			gone, err := d.DiscardEmpty()
			if err != nil || gone != (test.want == store.RunEmpty) {
				t.Errorf("discarded %t, %v", gone, err)
			}
		})
	}
	t.Run("all but its manifest", func(t *testing.T) {
		d := create(t)
		write(t, d, store.ReportJSONFile, "{}")
		journal(t, d, d.ID(), run, end)
		if got := d.Assess(); got.Status != store.RunOpen || !got.Closing {
			t.Errorf("%+v", got)
		}
	})
	t.Run("closed and renamed", func(t *testing.T) {
		d := create(t)
		manifest(t, d)
		audit := filepath.Join(t.TempDir(), "audit")
		must(t, os.Rename(d.Place(), audit))
		moved, err := folder.New("", "").Run(audit)
		must(t, err)
		if got := moved.Assess(); got.Status != store.RunClosed {
			t.Errorf("%+v", got)
		}
	})
	t.Run("torn", func(t *testing.T) {
		d := create(t)
		write(t, d, store.SealedFile, "x")
		journal(t, d, d.ID(), run, intent)
		f, err := os.OpenFile(d.Path(store.JournalFile), os.O_APPEND|os.O_WRONLY, 0)
		must(t, err)
		_, err = io.Copy(f, strings.NewReader(`{"seq":3,"at":"20`))
		must(t, err)
		must(t, f.Close())
		if got := d.Assess(); got.Status != store.RunOpen || got.Journal.Torn == 0 {
			t.Errorf("%+v", got)
		}
	})
}
