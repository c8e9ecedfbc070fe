package reportio

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/reconcile"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run with -update to write it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

var (
	valueColumn  = &reconcile.Column{Name: "value", Role: reconcile.RoleManaged, Kind: reconcile.KindSecret}
	endsColumn   = &reconcile.Column{Name: "ends_at", Role: reconcile.RoleManaged, Kind: reconcile.KindTime}
	fieldsColumn = &reconcile.Column{Name: "metadata.fields", Role: reconcile.RoleManaged, Kind: reconcile.KindJSON}
	designColumn = &reconcile.Column{Name: "card_design_template", Role: reconcile.RoleManaged, Kind: reconcile.KindDocument}
)

// planted are secrets: no output may hold one.
var planted = []string{"4711", "8220934417", "8220934418", "5550001234567"}

func text(s string) reconcile.Cell { return reconcile.TextCell(s) }

func ptr[T any](v T) *T { return &v }

func at(second int) time.Time {
	return time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC).Add(time.Duration(second) * time.Second)
}

// slice returns a stream that reuses one line for all lines, as the contract allows.
func slice(lines []Line) Lines {
	return func(yield func(*Line, error) bool) {
		var line Line
		for i := range lines {
			line = lines[i].Clone()
			if !yield(&line, nil) {
				return
			}
			line = Line{Reason: "used after its time"}
		}
	}
}

// summarize counts lines as a plan would.
func summarize(lines []Line) reconcile.Summary {
	var s reconcile.Summary
	counts := map[reconcile.Outcome]*int{
		reconcile.Unchanged: &s.Unchanged, reconcile.Applied: &s.Applied, reconcile.Failed: &s.Failed, reconcile.Blocked: &s.Blocked,
		reconcile.Conflict: &s.Conflict, reconcile.Unknown: &s.Unknown, reconcile.NotAttempted: &s.NotAttempted,
		reconcile.InvalidRow: &s.Invalid, reconcile.LeftUnlisted: &s.Unlisted, reconcile.Planned: &s.Planned,
	}
	for i := range lines {
		*counts[lines[i].Outcome]++
		if lines[i].Source != nil {
			s.Rows++
			if lines[i].CredentialID != "" {
				s.Matched++
			}
		}
		if lines[i].CredentialID != "" {
			s.Records++
		}
	}
	return s
}

// cardMask is the mask of a line about a card, under the default configuration.
var cardMask = masks{reconcile.NewMasker(reconcile.ShowLast2, []string{"card"}), "card", "card"}

func row(n int) Line {
	return Line{
		Line: n, Source: &reconcile.Source{File: "badges.xlsx", Sheet: "Doors", Line: n + 2},
		CredentialID: fmt.Sprint(1000 + n), HolderID: fmt.Sprint(500 + n),
		HolderName: fmt.Sprintf("Example Holder %d", n), HolderEmail: fmt.Sprintf("holder%d@example.com", n),
		Type: "card", TypeName: "Card", Outcome: reconcile.Unchanged, Fingerprint: fmt.Sprintf("%032x", 0xfeed+n),
	}
}

func change(l Line, outcome reconcile.Outcome, before, after string) Line {
	l.Situation, l.Action, l.Outcome = reconcile.Drifted, reconcile.Update, outcome
	if before == "" {
		l.Situation, l.Action = reconcile.Missing, reconcile.Create
		l.NewCredentialID, l.CredentialID = l.CredentialID, ""
	}
	l.Chain = ptr(l.Line)
	l.Fields = []Field{newField(cardMask, valueColumn, text(before), text(after))}
	if outcome != reconcile.Planned {
		l.HTTPStatus, l.Attempts, l.RequestID = 200, 1, fmt.Sprintf("req-%04d", l.Line)
		l.StartedAt, l.FinishedAt = ptr(at(l.Line)), ptr(at(l.Line+1))
	}
	if outcome == reconcile.Applied {
		l.Verified, l.Effective = ptr(true), ptr("yes")
	}
	return l
}

func stays(l Line, s reconcile.Situation, o reconcile.Outcome, reason string) Line {
	l.Situation, l.Outcome, l.Reason = s, o, reason
	return l
}

// everyOutcome returns a run that shows each situation and outcome that a run can have.
func everyOutcome() []Line {
	lines := []Line{
		change(row(0), reconcile.Applied, "8220934417", "8220934418"),
		change(row(1), reconcile.Applied, "", "4711"),
		row(2),
		change(row(3), reconcile.Failed, "8220934417", "5550001234567"),
		change(row(4), reconcile.Unknown, "8220934417", "5550001234567"),
		change(row(5), reconcile.Conflict, "8220934417", "5550001234567"),
		change(row(6), reconcile.NotAttempted, "8220934417", "5550001234567"),
		stays(row(7), reconcile.Ambiguous, reconcile.Blocked, "the row names holder 507 and credential 1007, but credential 1007 belongs to holder 588: correct one of the two"),
		stays(row(8), reconcile.Unsupported, reconcile.Blocked, "mobile credentials send an invitation: creating them needs invite: true"),
		stays(row(9), reconcile.Protected, reconcile.Blocked, "protected by protect: holder_email=guard@example.com"),
		stays(row(10), reconcile.Unreadable, reconcile.Blocked, "the provider masks the value, so it cannot be compared"),
		stays(row(11), reconcile.Invalid, reconcile.InvalidRow, "cell D13: the card number is a number rounded by the spreadsheet; type it again as text"),
		stays(row(12), reconcile.Unlisted, reconcile.LeftUnlisted, ""),
		change(row(13), reconcile.Applied, "8220934417", "8220934418"),
	}
	lines[3].Reason, lines[3].HTTPStatus = "422: value is already in use by another person", 422
	lines[4].Reason = "the answer was lost and the record could not be read back"
	lines[5].Reason = "the record changed after the plan was made"
	lines[6].Reason = "the run was interrupted before its turn"
	lines[12].Source, lines[12].HolderName = nil, "=HYPERLINK(\"http://e.org\")"
	lines[13].Verified, lines[13].Reason = ptr(false), "read again, the value is not the one that was written"
	lines[13].Warnings = []string{"the provider answered with a warning", "the second time it did not"}
	lines[13].Fields = append(lines[13].Fields, newField(cardMask, endsColumn, text("2026-02-01T00:00:00Z"), reconcile.EmptyCell()))
	lines[1].Sources = []reconcile.Source{{File: "badges.xlsx", Sheet: "Doors", Line: 3}, {File: "more.csv", Line: 9}}
	return lines
}

// report wraps lines into a run.
func report(lines []Line) *Report {
	return &Report{
		RunID: "20260131T020001Z-hq-0a1b2c", Account: "hq", Provider: "doorflow", Command: "apply", Operator: "cron@host.example", Tool: "keyroster 0.1.0",
		StartedAt: at(0), FinishedAt: at(42), ExitCode: 3,
		Listing: Listing{Complete: true, Total: ptr(len(lines)), Records: len(lines), Pages: 1, Strategy: "skip_pagination", Evidence: reconcile.EvidenceDeclared},
		Inputs:  []Input{{File: "badges.xlsx", SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}},
		Limits:  reconcile.DefaultLimits(), Overrides: []Override{{Name: "accept-shrunken-roster", Value: "40%", Reason: "site B has closed"}},
		Sync: Sync{Needed: true, AnsweredAt: ptr(at(40))}, Warnings: []string{"badges.xlsx, sheet \"Doors\": column \"Floor\" is not known and was carried over"},
		Summary: summarize(lines), Lines: slice(lines),
	}
}

func render(t testing.TB, write func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
