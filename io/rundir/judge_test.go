package rundir

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/journalio"
)

// How a run stands follows from its files, whatever was killed, lost or copied.
func TestJudge(t *testing.T) {
	journal := func(t *testing.T, d *Dir, run string, kinds ...journalio.Kind) {
		j, err := journalio.CreateAt(d.Path(JournalFile))
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
	manifest := func(t *testing.T, d *Dir) { must(t, d.WriteManifest(Manifest{Account: "hq"})) }
	const other = "20260130T020001Z-hq-aaaaaa"
	run, intent, end := journalio.KindRun, journalio.KindIntent, journalio.KindEnd
	for name, test := range map[string]struct {
		make func(t *testing.T, d *Dir)
		want Standing
		flaw Flaw
	}{
		"nothing":                  {func(*testing.T, *Dir) {}, StandsEmpty, ""},
		"a plan":                   {func(t *testing.T, d *Dir) { write(t, d, PlanFile, "{}") }, StandsEmpty, ""},
		"reports of a refused run": {func(t *testing.T, d *Dir) { write(t, d, ReportJSONFile, "{}") }, StandsEmpty, ""},
		"a seal":                   {func(t *testing.T, d *Dir) { write(t, d, SealedFile, "x") }, StandsOpen, ""},
		"an empty journal":         {func(t *testing.T, d *Dir) { journal(t, d, d.ID) }, StandsEmpty, ""},
		"a journal and a seal": {func(t *testing.T, d *Dir) {
			write(t, d, SealedFile, "x")
			journal(t, d, d.ID, run, intent)
		}, StandsOpen, ""},
		"the seal is gone": {func(t *testing.T, d *Dir) { journal(t, d, d.ID, run, intent) }, StandsDamaged, FlawSeal},
		"ended and sealed": {func(t *testing.T, d *Dir) {
			write(t, d, SealedFile, "x")
			journal(t, d, d.ID, run, end)
		}, StandsOpen, ""},
		"ended without a report": {func(t *testing.T, d *Dir) { journal(t, d, d.ID, run, end) }, StandsDamaged, FlawSeal},
		"another run's journal": {func(t *testing.T, d *Dir) {
			write(t, d, SealedFile, "x")
			journal(t, d, other, run, intent)
		}, StandsDamaged, FlawForeign},
		"a changed journal": {func(t *testing.T, d *Dir) {
			write(t, d, SealedFile, "x")
			write(t, d, JournalFile, "{}\n")
		}, StandsDamaged, FlawJournal},
		"a journal that is gone": {func(t *testing.T, d *Dir) {
			write(t, d, SealedFile, "x")
			j, err := journalio.CreateAt(d.Path(JournalFile))
			must(t, err)
			must(t, j.Append(true, journalio.Entry{Kind: run, Line: journalio.NoLine, Note: d.ID}))
			must(t, j.Close())
			must(t, os.Remove(d.Path(JournalFile)))
		}, StandsDamaged, FlawJournal},
		"a manifest": {manifest, StandsClosed, ""},
		"a manifest that cannot be read": {func(t *testing.T, d *Dir) {
			must(t, os.WriteFile(d.Path(ManifestFile), []byte("{"), 0o600))
		}, StandsDamaged, FlawManifest},
		"another run's manifest": {func(t *testing.T, d *Dir) {
			foreign := newDir(other, d.path)
			manifest(t, foreign)
			write(t, d, SealedFile, "x")
			journal(t, d, d.ID, run, intent)
		}, StandsDamaged, FlawForeign},
		"given up":            {func(t *testing.T, d *Dir) { write(t, d, AbandonedFile, "{}") }, StandsAbandoned, ""},
		"given up and sealed": {func(t *testing.T, d *Dir) { write(t, d, AbandonedFile, "{}"); write(t, d, SealedFile, "x") }, StandsAbandoned, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := create(t)
			test.make(t, d)
			got := d.Judge()
			if got.Standing != test.want || got.Flaw != test.flaw || (got.Err != nil) != (test.flaw != "") || got.Closing {
				t.Errorf("%+v, want %s %s", got, test.want, test.flaw)
			}
			gone, err := d.Discard()
			if err != nil || gone != (test.want == StandsEmpty) {
				t.Errorf("discarded %t, %v", gone, err)
			}
		})
	}
	t.Run("all but its manifest", func(t *testing.T) {
		d := create(t)
		write(t, d, ReportJSONFile, "{}")
		journal(t, d, d.ID, run, end)
		if got := d.Judge(); got.Standing != StandsOpen || !got.Closing {
			t.Errorf("%+v", got)
		}
	})
	t.Run("closed and renamed", func(t *testing.T) {
		d := create(t)
		manifest(t, d)
		audit := filepath.Join(t.TempDir(), "audit")
		must(t, os.Rename(d.path, audit))
		moved, err := Open(audit)
		must(t, err)
		if got := moved.Judge(); got.Standing != StandsClosed {
			t.Errorf("%+v", got)
		}
	})
	t.Run("torn", func(t *testing.T) {
		d := create(t)
		write(t, d, SealedFile, "x")
		journal(t, d, d.ID, run, intent)
		f, err := os.OpenFile(d.Path(JournalFile), os.O_APPEND|os.O_WRONLY, 0)
		must(t, err)
		_, err = io.Copy(f, strings.NewReader(`{"seq":3,"at":"20`))
		must(t, err)
		must(t, f.Close())
		if got := d.Judge(); got.Standing != StandsOpen || got.Journal.Torn == 0 {
			t.Errorf("%+v", got)
		}
	})
}
