package audit_test

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/audit"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/io/store/folder"
	"keyroster/io/store/memory"
	"keyroster/reconcile"
)

// stores are different kinds of store: what is said of a run does not depend on where it is kept.
var stores = map[string]func(t *testing.T) store.Store{
	"folder": inFolder,
	"memory": func(*testing.T) store.Store { return memory.New() },
}

func inFolder(t *testing.T) store.Store {
	t.Helper()
	home := t.TempDir()
	return folder.New(filepath.Join(home, "state"), filepath.Join(home, "runs"))
}

// audited is a run together with the store that keeps it.
type audited struct {
	*store.Run
	store store.Store
}

// closedRun makes a run of five rows: one in sync, three applied, one rejected by the provider.
func closedRun(t *testing.T, st store.Store) audited {
	t.Helper()
	tenant, err := st.Tenant("doorflow", "t1")
	must(t, err)
	lock, err := tenant.Lock(store.Holder{})
	must(t, err)
	defer func() { must(t, lock.Close()) }()
	run, err := lock.Create("hq", time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC))
	must(t, err)
	r := audited{run, st}
	planned, reported := fiveLines()
	inputs := []reportio.Input{{File: filepath.Join(t.TempDir(), "roster.csv"), SHA256: strings.Repeat("0", 64)}}
	must(t, r.Write(store.PlanFile, func(w io.Writer) error {
		return reportio.WritePlan(w, &reportio.PlanFile{
			Account: "hq", Provider: "doorflow", Lines: stream(planned),
			Roster: []reportio.PlanRoster{{File: inputs[0].File, SHA256: inputs[0].SHA256, Rows: 5}},
		})
	}))
	last := r.journal(t, reported)
	report := &reportio.Report{
		RunID: r.ID(), Account: "hq", Provider: "doorflow", Command: "apply", Inputs: inputs, Lines: stream(reported),
		Summary: reconcile.Summary{Rows: 5, Records: 5, Matched: 5, Unchanged: 1, Applied: 3, Failed: 1},
	}
	must(t, r.Write(store.ReportJSONFile, func(w io.Writer) error { return reportio.WriteJSON(w, report) }))
	must(t, r.Write(store.ReportCSVFile, func(w io.Writer) error {
		return reportio.WriteCSV(w, report, reportio.CSVOptions{})
	}))
	r.seal(t, last)
	return r
}

// smallRun makes a run of five lines that is kept small: it has only the lines with these numbers,
// all of them about records in no row.
func smallRun(t *testing.T, st store.Store, numbers []int) audited {
	t.Helper()
	tenant, err := st.Tenant("doorflow", "t1")
	must(t, err)
	lock, err := tenant.Lock(store.Holder{})
	must(t, err)
	defer func() { must(t, lock.Close()) }()
	run, err := lock.Create("hq", time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC))
	must(t, err)
	r := audited{run, st}
	var lines strings.Builder
	for _, n := range numbers {
		fmt.Fprintf(&lines, `{"line":%d,"credential_id":"K%d","situation":"unlisted","action":"none","outcome":"unlisted"},`, n, n)
	}
	must(t, r.Write(store.ReportJSONFile, func(w io.Writer) error {
		_, err := fmt.Fprintf(
			w, `{"schema":"keyroster/report/1","run_id":%q,"account":"hq","provider":"doorflow","inputs":[],`+
				`"summary":{"rows":3,"records":5,"matched":3,"unchanged":3,"unlisted":2},`+
				`"kept_small":{"unchanged":3,"records":3,"effective":0,"digest":"sha256:%064d"},"lines":[%s]}`,
			r.ID(), 0, strings.TrimSuffix(lines.String(), ","),
		)
		return err
	}))
	r.seal(t, "")
	return r
}

// fiveLines returns the lines of the run, as they were planned and as they ended.
func fiveLines() (planned []reportio.PlanLine, reported []reportio.Line) {
	outcomes := []reconcile.Outcome{
		reconcile.Unchanged, reconcile.Applied, reconcile.Failed, reconcile.Applied, reconcile.Applied,
	}
	for n, outcome := range outcomes {
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
		reported = append(reported, reportio.Line{
			Line: n, Source: source, CredentialID: id, Situation: p.Situation, Action: p.Action, Outcome: outcome,
		})
	}
	return planned, reported
}

// journal writes the journal of all lines but the first, and returns its last hash.
func (r audited) journal(t *testing.T, lines []reportio.Line) string {
	t.Helper()
	journal, err := r.StartJournal()
	must(t, err)
	entries := []journalio.Entry{{Kind: journalio.KindRun, Line: journalio.NoLine, Op: "apply", Note: r.ID()}}
	for _, l := range lines[1:] {
		entries = append(entries, journalio.Entry{Kind: journalio.KindIntent, Line: l.Line, Attempt: 1},
			journalio.Entry{Kind: journalio.KindOutcome, Line: l.Line, Attempt: 1, Outcome: l.Outcome.String()})
	}
	entries = append(entries, journalio.Entry{Kind: journalio.KindEnd, Line: journalio.NoLine, Outcome: journalio.Exited(3)})
	must(t, journal.Append(true, entries...))
	must(t, journal.Close())
	return journal.LastHash()
}

// seal writes the manifest, as if the files had always been as they are now.
func (r audited) seal(t *testing.T, lastHash string) {
	t.Helper()
	m := store.Manifest{Account: "hq", JournalLastHash: lastHash}
	if report, err := reportio.ReadJSON(bytes.NewReader(r.read(t, store.ReportJSONFile))); err == nil {
		for _, in := range report.Inputs {
			m.Inputs = append(m.Inputs, store.Input{File: in.File, SHA256: in.SHA256})
		}
	}
	must(t, r.WriteManifest(m))
}

// read and put see and do what a careless hand might: the manifest is just another file.
func (r audited) read(t *testing.T, name string) []byte {
	t.Helper()
	f, err := r.Open(name)
	must(t, err)
	data, err := io.ReadAll(f)
	must(t, err)
	must(t, f.Close())
	return data
}

func (r audited) put(t *testing.T, name string, data []byte) {
	t.Helper()
	must(t, r.Files.Write(name, func(w io.Writer) error { _, err := w.Write(data); return err }))
}

// found returns the failed checks of the run, with their details.
func (r audited) found(t *testing.T) map[string]string {
	t.Helper()
	doc, err := audit.Verify(r.store, r.Place(), zerolog.Nop())
	must(t, err)
	failed := map[string]string{}
	for _, c := range doc.Checks {
		if !c.OK {
			failed[c.Name] = c.Detail
		}
	}
	if doc.OK != (len(failed) == 0) || doc.RunID != r.ID() || len(doc.Checks) != 7 {
		t.Errorf("the document is %+v", doc)
	}
	return failed
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
