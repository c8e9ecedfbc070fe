package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/audit"
	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
	"keyroster/io/store/memory"
)

// edits change one line of a text as a careless hand, a script or a bad disk might.
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

func TestVerifyOfAGoodRun(t *testing.T) {
	for name, st := range stores {
		if failed := closedRun(t, st(t)).found(t); len(failed) > 0 {
			t.Errorf("%s: a good run fails: %v", name, failed)
		}
	}
}

func TestVerifySeesEveryChangedLine(t *testing.T) {
	r := closedRun(t, memory.New())
	for _, name := range []string{store.JournalFile, store.ReportJSONFile, store.PlanFile} {
		data := r.read(t, name)
		lines := bytes.SplitAfter(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
		for how, edit := range edits {
			for n := range lines {
				r.put(t, name, bytes.Join(edit(slices.Clone(lines), n), nil))
				if failed := r.found(t); failed["manifest"] != name+" was changed" {
					t.Errorf("%s line %d %s: %v", name, n+1, how, failed)
				}
			}
		}
		r.put(t, name, data)
	}
}

// TestVerifyNamesTheLine: even if the manifest was made anew, the files give each other away.
func TestVerifyNamesTheLine(t *testing.T) {
	for name, c := range map[string]struct {
		file, old, now string
		check, want    string
	}{
		"journal line removed": {store.JournalFile, `line:{"seq":3,`, "", "journal", "journal.ndjson line 3: "},
		"journal line doubled": {store.JournalFile, `line:{"seq":3,`, "twice", "journal", "journal.ndjson line 4: "},
		"journal line changed": {
			store.JournalFile, `"outcome":"failed"`, `"outcome":"applied"`,
			"journal", "journal.ndjson line 5: ",
		},
		"journal's end removed": {
			store.JournalFile, `line:{"seq":10,`, "",
			"journal", "ends after line 9 without its closing line",
		},
		"report line removed": {
			store.ReportJSONFile, `line:    {"line":3,`, "",
			"report", "3 lines as applied, the lines 2",
		},
		"report line doubled": {
			store.ReportJSONFile, `line:    {"line":3,`, "twice",
			"report", "3 lines as applied, the lines 4",
		},
		"report lines swapped": {
			store.ReportJSONFile, `{"line":3,`, `{"line":4,`,
			"report", "report.json has line 4 where line 3 is expected",
		},
		"report outcome changed": {
			store.ReportJSONFile, `"outcome":"failed"`, `"outcome":"applied"`,
			"report", "as applied",
		},
		"report removed, place": {
			store.ReportJSONFile, `line:    {"line":3,`, "",
			"report", "report.json has line 4 where line 3 is expected",
		},
		"report doubled, place": {
			store.ReportJSONFile, `line:    {"line":3,`, "twice",
			"report", "report.json has line 3 where line 4 is expected",
		},
		"report outcome, place": {
			store.ReportJSONFile, `"outcome":"failed"`, `"outcome":"applied"`,
			"outcomes", "line 2: the report says applied, but the journal says failed",
		},
		"report status changed": {
			store.ReportJSONFile, `"http_status":0`, `"http_status":7`,
			"report", "line 0: report.json and report.csv differ in its http_status",
		},
		"csv line changed": {
			store.ReportCSVFile, `K3`, `K8`,
			"report", "line 3: report.json and report.csv differ in its credential_id",
		},
		"csv line removed": {
			store.ReportCSVFile, `line:roster.csv,,5,`, "",
			"report", "line 3: report.json and report.csv differ in its source_line",
		},
		"csv end removed": {store.ReportCSVFile, `line:roster.csv,,6,`, "", "report", "report.csv has no line 4"},
		"csv end doubled": {
			store.ReportCSVFile, `line:roster.csv,,6,`, "twice",
			"report", "report.csv continues after line 4, but report.json does not",
		},
		"report id changed": {
			store.ReportJSONFile, `"credential_id":"K3"`, `"credential_id":"K9"`,
			"lines", "line 3: its credential_id differs from the plan",
		},
		"report total changed": {store.ReportJSONFile, `"records": 5`, `"records": 4`, "report", "does not add up"},
		"report of another run": {
			store.ReportJSONFile, `"run_id": "2026`, `"run_id": "2025`,
			"report", "is the report of run",
		},
		"plan line removed": {
			store.PlanFile, `line:    {"line":0,`, "",
			"plan", "plan.json has line 1 where line 0 is expected",
		},
		"plan line doubled": {
			store.PlanFile, `line:    {"line":0,`, "twice",
			"plan", "plan.json has line 0 where line 1 is expected",
		},
		"plan change removed": {store.PlanFile, `line:    {"line":3,`, "", "plan", "it was changed"},
		"plan action changed": {store.PlanFile, `"action":"update"`, `"action":"delete"`, "plan", "it was changed"},
		"plan of other bytes": {store.PlanFile, `"sha256": "0`, `"sha256": "1`, "plan", "it was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			r := closedRun(t, inFolder(t))
			replay, err := r.ReadJournal()
			must(t, err)
			r.put(t, c.file, []byte(spoil(t, string(r.read(t, c.file)), c.old, c.now)))
			r.seal(t, replay.LastHash)
			if failed := r.found(t); !strings.Contains(failed[c.check], c.want) {
				t.Errorf("found %v", failed)
			}
		})
	}
}

// spoil replaces the first old with now. If old is line:BEGINNING, it is the whole line that begins
// so, which is doubled if now is twice, and otherwise removed.
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
	r := closedRun(t, inFolder(t))
	// Two lines swap outcomes, so that the totals still add up.
	text := strings.Replace(string(r.read(t, store.ReportJSONFile)), `"outcome":"failed"`, `"outcome":"later"`, 1)
	text = strings.Replace(text, `"outcome":"applied"`, `"outcome":"failed"`, 1)
	text = strings.Replace(text, `"outcome":"later"`, `"outcome":"applied"`, 1)
	r.put(t, store.ReportJSONFile, []byte(text))
	want := "line 1: the report says failed, but the journal says applied; " +
		"line 2: the report says applied, but the journal says failed"
	if failed := r.found(t); failed["outcomes"] != want {
		t.Errorf("found %v", failed)
	}
}

func TestVerifyOfARunWithoutItsFiles(t *testing.T) {
	for name, want := range map[string]map[string]string{
		store.JournalFile: {"manifest": "is missing", "journal": "the manifest has its last hash"},
		store.ReportJSONFile: {
			"manifest": "is missing", "report": syscall.ENOENT.Error(),
			"lines": "nothing was compared", "outcomes": "nothing was compared",
		},
		store.PlanFile:     {"manifest": "is missing", "plan": "the manifest has it"},
		store.ManifestFile: {"manifest": "has ended, and only its manifest.json is missing"},
	} {
		r := closedRun(t, inFolder(t))
		must(t, r.Remove(name))
		failed := r.found(t)
		for check, detail := range want {
			if !strings.Contains(failed[check], detail) || len(failed) != len(want) {
				t.Errorf("without %s: %v", name, failed)
			}
		}
	}
}

// TestVerifyOfARunThatNeverHadThem: a run may end without journal or plan only if nothing was sent.
func TestVerifyOfARunThatNeverHadThem(t *testing.T) {
	r := closedRun(t, inFolder(t))
	must(t, r.Remove(store.JournalFile))
	must(t, r.Remove(store.PlanFile))
	r.seal(t, "")
	failed := r.found(t)
	for check, want := range map[string]string{
		"journal": "there is no journal.ndjson, but the report has 3 lines applied",
		"plan":    "there is no plan.json, but the report has 3 lines applied",
	} {
		if failed[check] != want || len(failed) != 2 {
			t.Errorf("found %v", failed)
		}
	}
	text := strings.ReplaceAll(string(r.read(t, store.ReportJSONFile)), `"outcome":"applied"`, `"outcome":"planned"`)
	text = strings.Replace(strings.Replace(text, `"applied": 3`, `"applied": 0`, 1), `"planned": 0`, `"planned": 3`, 1)
	r.put(t, store.ReportJSONFile, []byte(text))
	must(t, r.Remove(store.ReportCSVFile))
	r.seal(t, "")
	if failed := r.found(t); len(failed) > 0 {
		t.Errorf("found %v", failed)
	}
}

func TestVerifyOfADamagedManifest(t *testing.T) {
	st := inFolder(t)
	r := closedRun(t, st)
	r.put(t, store.ManifestFile, []byte(`{"schema":`))
	if failed := r.found(t); !strings.Contains(failed["manifest"], "read manifest") {
		t.Errorf("found %v", failed)
	}
	_, err := audit.Verify(st, t.TempDir(), zerolog.Nop())
	if f, ok := errors.AsType[*failure.Error](err); !ok || f.Kind != failure.Usage {
		t.Errorf("a folder without a run was verified: %v", err)
	}
}

// TestDocument: the document has the members that scripts rely on, and the lines that people rely
// on.
func TestDocument(t *testing.T) {
	r := closedRun(t, inFolder(t))
	doc, err := audit.Verify(r.store, r.ID(), zerolog.Nop())
	must(t, err)
	var members map[string]any
	text, err := json.Marshal(doc)
	must(t, err)
	must(t, json.Unmarshal(text, &members))
	if members["schema"] != "keyroster/verify/1" || members["standing"] != "closed" || members["next"] != "" || members["ok"] != true || members["run_id"] != r.ID() {
		t.Errorf("%s", text)
	}
	must(t, r.Remove(store.ManifestFile))
	doc, err = audit.Verify(r.store, r.ID(), zerolog.Nop())
	must(t, err)
	if doc.Status != store.RunOpen || !strings.HasPrefix(doc.Next, "keyroster resume "+r.Place()+" writes it") {
		t.Errorf("%+v", doc)
	}
	var shown bytes.Buffer
	must(t, doc.WriteText(&shown))
	lines := strings.Split(shown.String(), "\n")
	if len(lines) != 9 || !strings.HasPrefix(lines[0], "open    manifest  there is no manifest.json: ") ||
		lines[5] != "ok      outcomes  4 lines match the journal" ||
		lines[7] != "run "+r.ID()+": the run is still open and can be verified once it is closed; "+
			"6 of 7 checks passed so far" {
		t.Errorf("%s", &shown)
	}
}

// TestVerifyOfAnOpenRun: what only the end of a run brings may be missing, and what is there is
// still held against the rest.
func TestVerifyOfAnOpenRun(t *testing.T) {
	for name, st := range stores {
		r := closedRun(t, st(t))
		for _, file := range []string{store.ManifestFile, store.ReportJSONFile, store.ReportCSVFile} {
			must(t, r.Remove(file))
		}
		r.put(t, store.SealedFile, []byte("x"))
		journal := r.read(t, store.JournalFile)
		// The process was killed while writing the last line.
		r.put(t, store.JournalFile, journal[:bytes.LastIndexByte(journal[:len(journal)-1], '\n')+9])
		verdicts := func() (words string) {
			doc, err := audit.Verify(r.store, r.ID(), zerolog.Nop())
			must(t, err)
			var shown bytes.Buffer
			must(t, doc.WriteText(&shown))
			for line := range strings.Lines(shown.String()) {
				words += strings.Fields(line)[0] + " "
			}
			if doc.OK {
				t.Errorf("%s: it is said to be proved", name)
			}
			return words
		}
		if got := verdicts(); got != "open ok ok open open open ok run " {
			t.Errorf("%s: %s", name, got)
		}
		r.put(t, store.PlanFile, bytes.Replace(r.read(t, store.PlanFile), []byte(`"update"`), []byte(`"delete"`), 1))
		if got := verdicts(); got != "open ok FAILED open open open ok run " {
			t.Errorf("%s, with a plan that was changed: %s", name, got)
		}
	}
}

// TestVerifyOfASmallRun: a small run has no plan and no unchanged lines, and still adds up; a line
// that was taken out, or stands where none can, is found.
func TestVerifyOfASmallRun(t *testing.T) {
	for name, c := range map[string]struct {
		lines []int
		fails string
	}{
		"whole":   {[]int{1, 4}, ""},
		"removed": {[]int{4}, "report"},
		"beyond":  {[]int{1, 5}, "report"},
		"turned":  {[]int{4, 1}, "report"},
	} {
		r := smallRun(t, memory.New(), c.lines)
		if failed := r.found(t); len(failed) > 1 || (failed[c.fails] == "") != (c.fails == "") {
			t.Errorf("%s: %v", name, failed)
		}
	}
}
