package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/reconcile"
)

// closedRun makes the folder of a run of five rows: one in sync, three applied,
// one refused by the provider.
func closedRun(t *testing.T) *rundir.Dir {
	t.Helper()
	dir, err := rundir.Create(t.TempDir(), "hq", time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC))
	must(t, err)
	var planned []reportio.PlanLine
	var reported []reportio.Line
	for n, outcome := range []reconcile.Outcome{reconcile.Unchanged, reconcile.Applied, reconcile.Failed, reconcile.Applied, reconcile.Applied} {
		id := fmt.Sprint("K", n)
		source := &reconcile.Source{File: "roster.csv", Line: n + 2}
		p := reportio.PlanLine{Line: n, Source: source, CredentialID: id}
		if outcome != reconcile.Unchanged {
			p.Situation, p.Action, p.Outcome = reconcile.Drifted, reconcile.Update, reconcile.Planned
			p.Fields = []reportio.PlanField{{Name: "value", Kind: "secret", FingerprintBefore: "aa", FingerprintAfter: "bb"}}
		} else {
			p.Outcome = outcome
		}
		planned = append(planned, p)
		reported = append(reported, reportio.Line{Line: n, Source: source, CredentialID: id, Situation: p.Situation, Action: p.Action, Outcome: outcome})
	}
	inputs := []reportio.Input{{File: filepath.Join(t.TempDir(), "roster.csv"), SHA256: strings.Repeat("0", 64)}}
	must(t, dir.Write(rundir.PlanFile, func(w io.Writer) error {
		return reportio.WritePlan(w, &reportio.PlanFile{
			Account: "hq", Provider: "doorflow", Lines: stream(planned),
			Roster: []reportio.PlanRoster{{File: inputs[0].File, SHA256: inputs[0].SHA256, Rows: 5}},
		})
	}))
	journal, err := journalio.CreateAt(dir.Path(rundir.JournalFile))
	must(t, err)
	must(t, runJournal{journal}.begin("apply", dir.ID))
	for _, l := range reported[1:] {
		must(t, journal.Append(false, journalio.Entry{Kind: journalio.KindIntent, Line: l.Line, Attempt: 1},
			journalio.Entry{Kind: journalio.KindOutcome, Line: l.Line, Attempt: 1, Outcome: l.Outcome.String()}))
	}
	must(t, runJournal{journal}.end(exitPartial))
	must(t, journal.Close())
	report := &reportio.Report{
		RunID: dir.ID, Account: "hq", Provider: "doorflow", Command: "apply", Inputs: inputs, Lines: stream(reported),
		Summary: reconcile.Summary{Rows: 5, Records: 5, Matched: 5, Unchanged: 1, Applied: 3, Failed: 1},
	}
	must(t, dir.Write(rundir.ReportJSONFile, func(w io.Writer) error { return reportio.WriteJSON(w, report) }))
	must(t, dir.Write(rundir.ReportCSVFile, func(w io.Writer) error { return reportio.WriteCSV(w, report, reportio.CSVOptions{}) }))
	seal(t, dir, journal.LastHash())
	return dir
}

// seal writes the manifest, as if the files had always been as they are now.
func seal(t *testing.T, dir *rundir.Dir, lastHash string) {
	t.Helper()
	m := rundir.Manifest{Account: "hq", JournalLastHash: lastHash}
	f, err := os.Open(dir.Path(rundir.ReportJSONFile))
	must(t, err)
	defer func() { must(t, f.Close()) }()
	if report, err := reportio.ReadJSON(f); err == nil {
		for _, in := range report.Inputs {
			m.Inputs = append(m.Inputs, rundir.Input{File: in.File, SHA256: in.SHA256})
		}
	}
	must(t, dir.WriteManifest(m))
}

func stream[L any](lines []L) func(func(*L, error) bool) {
	return func(yield func(*L, error) bool) {
		for i := range lines {
			if !yield(&lines[i], nil) {
				return
			}
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// found are the failed checks of a run, with their details.
func found(t *testing.T, dir *rundir.Dir) map[string]string {
	t.Helper()
	files, err := (&app{getenv: os.Getenv}).openRunFiles(dir.Path(""))
	must(t, err)
	defer files.close()
	failed := map[string]string{}
	for _, c := range files.checks() {
		if !c.OK {
			failed[c.Name] = c.Detail
		}
	}
	return failed
}

// edits change one line of a text in ways that a careless hand, a script or a
// bad disk might.
var edits = map[string]func(lines [][]byte, n int) [][]byte{
	"removed": func(lines [][]byte, n int) [][]byte { return slices.Delete(lines, n, n+1) },
	"doubled": func(lines [][]byte, n int) [][]byte { return slices.Insert(lines, n, lines[n]) },
	"changed": func(lines [][]byte, n int) [][]byte {
		line := bytes.Clone(lines[n])
		line[len(line)/2] ^= 1
		lines[n] = line
		return lines
	},
}

func TestVerifySeesEveryChangedLine(t *testing.T) {
	dir := closedRun(t)
	if failed := found(t, dir); len(failed) > 0 {
		t.Fatalf("a good run fails: %v", failed)
	}
	for _, name := range []string{rundir.JournalFile, rundir.ReportJSONFile, rundir.PlanFile} {
		data, err := os.ReadFile(dir.Path(name))
		must(t, err)
		lines := bytes.SplitAfter(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
		for how, edit := range edits {
			for n := range lines {
				must(t, os.WriteFile(dir.Path(name), bytes.Join(edit(slices.Clone(lines), n), nil), 0o600))
				if failed := found(t, dir); failed["manifest"] != name+" was changed" {
					t.Errorf("%s line %d %s: %v", name, n+1, how, failed)
				}
			}
		}
		must(t, os.WriteFile(dir.Path(name), data, 0o600))
	}
}

// TestVerifyNamesTheLine: with a manifest that was made anew, the files still
// give each other away.
func TestVerifyNamesTheLine(t *testing.T) {
	for name, c := range map[string]struct {
		file, old, now string
		check, want    string
	}{
		"journal line removed":   {rundir.JournalFile, `line:{"seq":3,`, "", "journal", "journal.ndjson line 3: "},
		"journal line doubled":   {rundir.JournalFile, `line:{"seq":3,`, "twice", "journal", "journal.ndjson line 4: "},
		"journal line changed":   {rundir.JournalFile, `"outcome":"failed"`, `"outcome":"applied"`, "journal", "journal.ndjson line 5: "},
		"journal's end removed":  {rundir.JournalFile, `line:{"seq":10,`, "", "journal", "breaks off after line 9"},
		"report line removed":    {rundir.ReportJSONFile, `line:    {"line":3,`, "", "report", "3 lines as applied, the lines 2"},
		"report line doubled":    {rundir.ReportJSONFile, `line:    {"line":3,`, "twice", "report", "3 lines as applied, the lines 4"},
		"report lines swapped":   {rundir.ReportJSONFile, `{"line":3,`, `{"line":4,`, "report", "report.json has line 4 where line 3 belongs"},
		"report outcome changed": {rundir.ReportJSONFile, `"outcome":"failed"`, `"outcome":"applied"`, "report", "as applied"},
		"report removed, place":  {rundir.ReportJSONFile, `line:    {"line":3,`, "", "report", "report.json has line 4 where line 3 belongs"},
		"report doubled, place":  {rundir.ReportJSONFile, `line:    {"line":3,`, "twice", "report", "report.json has line 3 where line 4 belongs"},
		"report outcome, place":  {rundir.ReportJSONFile, `"outcome":"failed"`, `"outcome":"applied"`, "outcomes", "line 2: the report says applied, and the journal failed"},
		"report status changed":  {rundir.ReportJSONFile, `"http_status":0`, `"http_status":7`, "report", "line 0: report.json and report.csv differ in its http_status"},
		"csv line changed":       {rundir.ReportCSVFile, `K3`, `K8`, "report", "line 3: report.json and report.csv differ in its credential_id"},
		"csv line removed":       {rundir.ReportCSVFile, `line:roster.csv,,5,`, "", "report", "line 3: report.json and report.csv differ in its source_line"},
		"csv end removed":        {rundir.ReportCSVFile, `line:roster.csv,,6,`, "", "report", "report.csv has no line 4"},
		"csv end doubled":        {rundir.ReportCSVFile, `line:roster.csv,,6,`, "twice", "report", "report.csv goes on after line 4, and report.json does not"},
		"report id changed":      {rundir.ReportJSONFile, `"credential_id":"K3"`, `"credential_id":"K9"`, "lines", "line 3: its credential_id is not that of the plan"},
		"report total changed":   {rundir.ReportJSONFile, `"records": 5`, `"records": 4`, "report", "does not close"},
		"report of another run":  {rundir.ReportJSONFile, `"run_id": "2026`, `"run_id": "2025`, "report", "is the report of run"},
		"plan line removed":      {rundir.PlanFile, `line:    {"line":0,`, "", "plan", "plan.json has line 1 where line 0 belongs"},
		"plan line doubled":      {rundir.PlanFile, `line:    {"line":0,`, "twice", "plan", "plan.json has line 0 where line 1 belongs"},
		"plan change removed":    {rundir.PlanFile, `line:    {"line":3,`, "", "plan", "the file was changed"},
		"plan action changed":    {rundir.PlanFile, `"action":"update"`, `"action":"delete"`, "plan", "the file was changed"},
		"plan of other bytes":    {rundir.PlanFile, `"sha256": "0`, `"sha256": "1`, "plan", "the file was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := closedRun(t)
			replay, err := journalio.ReadAt(dir.Path(rundir.JournalFile))
			must(t, err)
			data, err := os.ReadFile(dir.Path(c.file))
			must(t, err)
			must(t, os.WriteFile(dir.Path(c.file), []byte(spoil(t, string(data), c.old, c.now)), 0o600))
			seal(t, dir, replay.LastHash)
			if failed := found(t, dir); !strings.Contains(failed[c.check], c.want) {
				t.Errorf("found %v", failed)
			}
		})
	}
}

// spoil replaces the first old by now; line:BEGINNING is the line that begins
// so, which is removed, or doubled.
func spoil(t *testing.T, text, old, now string) string {
	t.Helper()
	begin, whole := strings.CutPrefix(old, "line:")
	at := strings.Index(text, begin)
	if at < 0 {
		t.Fatalf("the file does not hold %q", begin)
	}
	if !whole {
		return strings.Replace(text, old, now, 1)
	}
	end := at + strings.IndexByte(text[at:], '\n') + 1
	if now == "twice" {
		return text[:end] + text[at:end] + text[end:]
	}
	return text[:at] + text[end:]
}

func TestVerifyHoldsTheReportAgainstTheJournal(t *testing.T) {
	dir := closedRun(t)
	data, err := os.ReadFile(dir.Path(rundir.ReportJSONFile))
	must(t, err)
	// Two lines change places: the totals still close.
	text := strings.Replace(string(data), `"outcome":"failed"`, `"outcome":"later"`, 1)
	text = strings.Replace(text, `"outcome":"applied"`, `"outcome":"failed"`, 1)
	text = strings.Replace(text, `"outcome":"later"`, `"outcome":"applied"`, 1)
	must(t, os.WriteFile(dir.Path(rundir.ReportJSONFile), []byte(text), 0o600))
	want := "line 1: the report says failed, and the journal applied; line 2: the report says applied, and the journal failed"
	if failed := found(t, dir); failed["outcomes"] != want {
		t.Errorf("found %v", failed)
	}
}

func TestVerifyOfARunWithoutItsFiles(t *testing.T) {
	for name, want := range map[string]map[string]string{
		rundir.JournalFile:    {"manifest": "is missing", "journal": "the manifest has its last hash"},
		rundir.ReportJSONFile: {"manifest": "is missing", "report": "no such file", "lines": "nothing was compared", "outcomes": "nothing was compared"},
		rundir.PlanFile:       {"manifest": "is missing", "plan": "the manifest has it"},
		rundir.ManifestFile:   {"manifest": "is over, and only its manifest.json is missing"},
	} {
		dir := closedRun(t)
		must(t, os.Remove(dir.Path(name)))
		failed := found(t, dir)
		for check, detail := range want {
			if !strings.Contains(failed[check], detail) || len(failed) != len(want) {
				t.Errorf("without %s: %v", name, failed)
			}
		}
	}
}

// TestVerifyOfARunThatNeverHadThem: without journal or plan a run may end as
// long as nothing was sent.
func TestVerifyOfARunThatNeverHadThem(t *testing.T) {
	dir := closedRun(t)
	must(t, os.Remove(dir.Path(rundir.JournalFile)))
	must(t, os.Remove(dir.Path(rundir.PlanFile)))
	seal(t, dir, "")
	failed := found(t, dir)
	for check, want := range map[string]string{
		"journal": "there is no journal.ndjson, but the report has 3 lines applied",
		"plan":    "there is no plan.json, but the report has 3 lines applied",
	} {
		if failed[check] != want || len(failed) != 2 {
			t.Errorf("found %v", failed)
		}
	}
	data, err := os.ReadFile(dir.Path(rundir.ReportJSONFile))
	must(t, err)
	text := strings.ReplaceAll(string(data), `"outcome":"applied"`, `"outcome":"planned"`)
	text = strings.Replace(strings.Replace(text, `"applied": 3`, `"applied": 0`, 1), `"planned": 0`, `"planned": 3`, 1)
	must(t, os.WriteFile(dir.Path(rundir.ReportJSONFile), []byte(text), 0o600))
	must(t, os.Remove(dir.Path(rundir.ReportCSVFile)))
	seal(t, dir, "")
	if failed := found(t, dir); len(failed) > 0 {
		t.Errorf("found %v", failed)
	}
}

func TestVerifyOfADamagedManifest(t *testing.T) {
	dir := closedRun(t)
	must(t, os.WriteFile(dir.Path(rundir.ManifestFile), []byte(`{"schema":`), 0o600))
	if failed := found(t, dir); !strings.Contains(failed["manifest"], "read manifest") {
		t.Errorf("found %v", failed)
	}
	if _, err := openRun(t.TempDir()); err == nil {
		t.Error("a folder without a run was verified")
	}
}
