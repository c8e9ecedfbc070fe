package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/exit"
)

// TestOpenMigrationsOfEarlierVersions takes up a migration in which an earlier version was killed
// after it had created one of six records, and a second whose answer was lost. The run remembers
// where its files are by an absolute path, here that of the process's own folder, which exists
// only on Linux.
func TestOpenMigrationsOfEarlierVersions(t *testing.T) {
	migrate := []string{"migrate", "--from", "old", "--to", "new", "--only-holders", "who.csv"}
	for _, c := range []struct{ name, folder string }{{"resume", "moved"}, {"migrate", "again"}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := &oldSite{T: t, dir: t.TempDir()}
			source, from := w.serve("migration", "source.json", "acme01")
			w.doors, w.url = w.serve("migration", "account.json", "acme02")
			w.copy("migration", strings.NewReplacer("SANDBOX", w.url, "SOURCE", from, "FOLDER", filepath.ToSlash(w.dir)))
			// Three of the six people at the source are also at the target, where they and the
			// types have other ids.
			w.expectAll(map[[2]int]string{
				{601, 71}: "0010000001", {602, 71}: "0010000002", {603, 71}: "0010000003",
				{601, 72}: "481057", {602, 72}: "048216", {603, 72}: "739155",
			})
			before, run := held(t, source), w.runs()[0]
			w.says(w.keyroster(exit.Stopped, "verify", run), "is open: it is running, or was interrupted")
			if c.name == "resume" {
				w.keyroster(exit.OK, "resume", run)
			} else {
				// That version did not list the files, so they are not overwritten.
				w.keyroster(exit.Usage, append(migrate, "--yes", "--out", "moved")...)
				w.keyroster(exit.OK, append(migrate, "--yes", "--out", "again")...)
			}
			w.settled("POST 601", "POST 602", "POST 603", "POST 603")
			if diff := cmp.Diff(before, held(t, source)); diff != "" {
				t.Errorf("the source was changed: %s", diff)
			}
			w.crosswalk(c.folder)
			w.says(w.keyroster(exit.OK, "verify", run), "all 7 checks passed")
			if w.exists(run + "/sealed.age") {
				t.Error("the sealed copy of the rows is still there")
			}
			w.keyroster(exit.OK, append(migrate, "--verify-only")...)
		})
	}
}

// crosswalk checks that the map from old ids to new ones names the record of each person and
// type, and that nothing is lost of those who were to move.
func (w *oldSite) crosswalk(folder string) {
	w.Helper()
	ids := map[string]bool{}
	for _, line := range w.table(folder + "/crosswalk.csv") {
		if line[4] == "" {
			continue // not one of those that were to move
		}
		if line[3] == "" || ids[line[3]] {
			w.Errorf("record %s became %q", line[0], line[3])
		}
		ids[line[3]] = true
	}
	if len(ids) != len(w.doors.want) {
		w.Errorf("%d records are in the crosswalk, want %d", len(ids), len(w.doors.want))
	}
	if losses := w.table(folder + "/loss.csv"); len(losses) > 0 {
		w.Errorf("lost: %q", losses)
	}
}

// table returns the lines of a CSV file below its header.
func (w *oldSite) table(name string) [][]string {
	w.Helper()
	f, err := os.Open(filepath.Join(w.dir, name))
	if err != nil {
		w.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil || len(lines) == 0 {
		w.Fatalf("read %s: %d lines, %v", name, len(lines), err)
	}
	return lines[1:]
}
