package draft

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// whereToLook ends the hint for a roster that is refused.
const whereToLook = "; keyroster check lists every problem, " +
	"and keyroster help damage explains how to fix them"

func TestReadingsThatAreRefused(t *testing.T) {
	const name = "name a CSV, XLSX or ODS file, or - for standard input"
	tests := []struct {
		name       string
		reading    Reading
		text, hint string
	}{
		{name: "no file", text: "no roster given, and the account has none", hint: name},
		{
			name: "no column", reading: Reading{Files: []string{"-"}, Columns: []string{"Badge No="}},
			text: `--map takes HEADER=COLUMN, not "Badge No="`, hint: `for example --map "Badge No=value"`,
		},
		{
			name: "encoding", reading: Reading{Files: []string{"-"}, Encoding: "windows-1259"},
			text: `unknown encoding "windows-1259"`, hint: "did you mean --encoding windows-1250?",
		},
		{
			name: "a strange encoding", reading: Reading{Files: []string{"-"}, Encoding: "nothing like it"},
			text: `unknown encoding "nothing like it"`, hint: "for example --encoding windows-1250",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read(context.Background(), test.reading, all.Lookup("doorflow"), nil)
			wantFailure(t, err, failure.Usage, test.text, test.hint)
		})
	}
}

func TestReadingsCountOverTheConfiguration(t *testing.T) {
	config := &configio.Account{Encoding: "windows-1252", Columns: map[string]string{"Badge": "value", "Mail": "holder_email"}}
	r := Reading{Columns: []string{"Badge=credential_id", "Kind=type"}}
	want := map[string]string{"Badge": "credential_id", "Mail": "holder_email", "Kind": "type"}
	if diff := cmp.Diff(want, r.ColumnMap(config)); diff != "" {
		t.Error(diff)
	}
	if config.Columns["Badge"] != "value" {
		t.Error("the configuration changed")
	}
	for _, test := range []struct {
		reading Reading
		config  *configio.Account
		want    string
	}{
		{Reading{}, nil, ""},
		{Reading{}, config, "windows-1252"},
		{Reading{Encoding: "windows-1250"}, config, "windows-1250"},
		{Reading{Encoding: "windows-1250"}, nil, "windows-1250"},
	} {
		if got, err := test.reading.EncodingOf(test.config); err != nil || got != test.want {
			t.Errorf("encoding %q, %v; want %q", got, err, test.want)
		}
	}
}

func TestReadForPlan(t *testing.T) {
	w := newWorld(t, "    roster_max_age: 26h\n")
	fresh, old, none := w.file("fresh.csv", same), w.file("old.csv", same), w.file("none.csv", "credential_id,value\n")
	ahead := w.file("ahead.csv", same)
	past, future := time.Now().Add(-50*time.Hour), time.Now().Add(time.Hour)
	for path, at := range map[string]time.Time{old: past, ahead: future} {
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	stamp := func(at time.Time) string { return at.UTC().Format(time.RFC3339) }
	const accept = "; if the file is right, add --accept-old-roster REASON"
	tests := []struct {
		name, file string
		options    Options
		kind       failure.Kind
		text, hint string
		// shown says that the problems of the roster are shown.
		shown bool
	}{
		{name: "right", file: fresh},
		{
			name: "options", file: fresh, options: Options{Limits: []string{"update"}}, kind: failure.Usage,
			text: `--limit takes NAME=VALUE, not "update"`, hint: "for example --limit update=40%",
		},
		{
			name: "old", file: old, kind: failure.Unsafe,
			text: old + " was last changed at " + stamp(past) + ", 2 days and 2 hours ago, but roster_max_age allows 26 hours",
			hint: "check that the export job still runs" + accept,
		},
		{name: "old and accepted", file: old, options: Options{OldRoster: "holidays"}},
		{
			name: "from the future", file: ahead, kind: failure.Unsafe,
			text: ahead + " was last changed at " + stamp(future) + ", which is in the future, so its age is not known",
			hint: "set the clock of this machine, or of the one that wrote the file" + accept,
		},
		{
			name: "no rows", file: none, kind: failure.Roster, shown: true,
			text: none + ", line 1: there is a header but no row below it",
			hint: "check that the export was complete" + whereToLook,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var shown *reconcile.Roster
			show := func(r *reconcile.Roster) { shown = r }
			roster, err := ReadForPlan(context.Background(), Reading{Files: []string{test.file}}, test.options, w.acc.Spec, w.acc.Config, show)
			wantFailure(t, err, test.kind, test.text, test.hint)
			if (roster != nil) != (test.text == "") || (shown != nil) != test.shown {
				t.Errorf("roster %v, shown %v", roster != nil, shown != nil)
			}
		})
	}
}

func TestAMisspeltHeaderRulesTheRosterOut(t *testing.T) {
	w := newWorld(t, "")
	reading := Reading{Files: []string{w.file("roster.csv", strings.Replace(same, "value", "valeu", 1))}}
	_, err := ReadForPlan(context.Background(), reading, Options{}, w.acc.Spec, w.acc.Config, nil)
	f := failure.Of(err)
	if f.Kind != failure.Roster || len(f.Problems) == 0 || f.Rows != 7 ||
		!strings.HasSuffix(f.Hint, whereToLook) {
		t.Errorf("%+v", f)
	}
}
