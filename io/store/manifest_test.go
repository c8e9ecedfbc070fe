package store_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/plainfile/linktest"
	"keyroster/io/store"
)

func TestManifest(t *testing.T) {
	d := create(t)
	write(t, d, store.PlanFile, "{}")
	write(t, d, store.FailedFile, "credential_id,value\r\n")
	write(t, d, "badges.annotated.xlsx", "PK")
	d.HoldsValues("badges.annotated.xlsx")
	must(t, d.WriteManifest(store.Manifest{
		Account:         "Site 2",
		Inputs:          []store.Input{{File: "badges.xlsx", SHA256: "ab"}},
		JournalLastHash: "cd",
	}))

	data, err := os.ReadFile(d.Path(store.ManifestFile))
	must(t, err)
	var got, want any
	must(t, json.Unmarshal(data, &got))
	must(t, json.Unmarshal([]byte(`{
		"schema": "keyroster/manifest/1", "run_id": "`+d.ID()+`", "account": "Site 2",
		"inputs": [{"file": "badges.xlsx", "sha256": "ab"}],
		"files": [
			{"name": "badges.annotated.xlsx", "bytes": 2, "holds_values": true,
			 "sha256": ""},
			{"name": "failed.csv", "bytes": 21, "holds_values": true, "sha256": ""},
			{"name": "plan.json", "bytes": 2, "holds_values": false,
			 "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}
		],
		"journal_last_hash": "cd"}`), &want))
	// Only the well-known digest of {} is spelt out; Verify checks the rest.
	opts := cmp.FilterPath(func(p cmp.Path) bool {
		return strings.Contains(p.GoString(), `["files"]`) && strings.HasSuffix(p.GoString(), `["sha256"].(string)`) && !strings.Contains(p.GoString(), "[2]")
	}, cmp.Ignore())
	if diff := cmp.Diff(want, got, opts); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	if v, err := d.Verify(); err != nil || !v.OK() || v.Manifest.Account != "Site 2" {
		t.Errorf("verify %+v, %v", v, err)
	}
}

func TestManifestOfAnEmptyRunHasLists(t *testing.T) {
	d := create(t)
	must(t, d.WriteManifest(store.Manifest{Account: "hq"}))
	data, err := os.ReadFile(d.Path(store.ManifestFile))
	must(t, err)
	if !strings.Contains(string(data), `"inputs": []`) || !strings.Contains(string(data), `"files": []`) {
		t.Errorf("manifest %s", data)
	}
}

func TestVerifyTellsEveryDifference(t *testing.T) {
	d := create(t)
	for _, name := range []string{store.PlanFile, store.ReportJSONFile, store.ReportCSVFile, "report.files/1.txt", "report.files/2.txt", store.JournalFile} {
		write(t, d, name, "content of "+name)
	}
	must(t, d.WriteManifest(store.Manifest{Account: "hq"}))

	must(t, os.WriteFile(d.Path(store.ReportCSVFile), []byte("Content of report.csv"), 0o600)) // same size
	must(t, os.WriteFile(d.Path("report.files/1.txt"), nil, 0o600))
	must(t, os.Remove(d.Path("report.files/2.txt")))
	must(t, os.Remove(d.Path(store.PlanFile)))
	must(t, os.WriteFile(d.Path("report.files/3.txt"), nil, 0o600))
	must(t, os.WriteFile(d.Path("notes.txt"), nil, 0o600))
	must(t, os.Remove(d.Path(store.ReportJSONFile)))
	linked := linktest.Symlink(t, store.JournalFile, d.Path(store.ReportJSONFile))

	v, err := d.Verify()
	must(t, err)
	want := &store.Verification{
		Manifest: v.Manifest,
		Differ:   []string{store.ReportCSVFile, "report.files/1.txt", store.ReportJSONFile},
		Missing:  []string{store.PlanFile, "report.files/2.txt"},
		Extra:    []string{"notes.txt", "report.files/3.txt"},
	}
	if !linked {
		want.Differ, want.Missing = want.Differ[:2], append(want.Missing, store.ReportJSONFile)
	}
	if diff := cmp.Diff(want, v); diff != "" || v.OK() {
		t.Errorf("verification (-want +got):\n%s", diff)
	}
}

func TestVerifyWithoutAGoodManifest(t *testing.T) {
	d := create(t)
	if _, err := d.Verify(); !errors.Is(err, store.ErrNoManifest) || !strings.Contains(err.Error(), "the run is not closed") {
		t.Errorf("error %v", err)
	}
	for _, text := range []string{"", "{", `{"schema":"keyroster/manifest/2"}`, "[]"} {
		must(t, os.WriteFile(d.Path(store.ManifestFile), []byte(text), 0o600))
		if _, err := d.Verify(); err == nil || errors.Is(err, store.ErrNoManifest) || !strings.HasPrefix(err.Error(), "read manifest ") {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

// TestLeftoversCountAsValues: what a killed process left of a write may hold values, as its name
// does not tell.
func TestLeftoversCountAsValues(t *testing.T) {
	d := create(t)
	must(t, os.WriteFile(d.Path(".failed.csv8234123412341234"), []byte("x"), 0o600))
	// So may the annotated copy of an attempt that another one ends.
	write(t, d, store.AnnotatedFile+".xlsx", "x")
	must(t, d.WriteManifest(store.Manifest{Account: "hq"}))
	m, err := d.Manifest()
	must(t, err)
	if len(m.Files) != 2 || !m.Files[0].HoldsValues || !m.Files[1].HoldsValues {
		t.Errorf("files %+v", m.Files)
	}
}
