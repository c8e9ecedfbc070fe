package reportio

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/reconcile"
)

const refusal = "Seam: provider_rejected_credential: no room"

// nextNight returns a run that follows one whose changes did not all take effect: two rows are
// right but not effective.
func nextNight() *Report {
	lines := []Line{row(0), row(1), row(2), row(3), stays(row(4), reconcile.Unlisted, reconcile.LeftUnlisted, "")}
	lines[0].Effective = ptr("yes")
	lines[1].Effective, lines[1].Warnings = ptr("pending"), []string{"not yet confirmed"}
	lines[2].Effective, lines[2].Warnings = ptr("failed"), []string{"a note", refusal}
	lines[4].Source, lines[4].Effective = nil, ptr("failed")
	r := report(lines)
	r.Sync = Sync{}
	return r
}

func TestStandingIsCounted(t *testing.T) {
	r := nextNight()
	if err := r.Tally(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(EffectCounts{Effective: 1, Pending: 1, Ineffective: 1}, r.Standing); diff != "" ||
		r.Proof != (Proof{}) {
		t.Errorf("proof %+v, standing %s", r.Proof, diff)
	}
	text, tone := verdict(r)
	if want := "2 of 4 rows need a person: 1 not effective, 1 not yet effective; 1 credential of 1 person is in no row: Example Holder 4"; text != want || tone != Attention {
		t.Errorf("%q, tone %d", text, tone)
	}
	r = nextNight()
	r.Command, r.ExitCode = "plan", 0
	if text, tone := verdict(r); text != "2 of 4 rows need a person: 1 not effective, 1 not yet effective; nothing would change; 1 credential of 1 person is in no row: Example Holder 4" || tone != Attention {
		t.Errorf("%q, tone %d", text, tone)
	}
	// Failed and applied changes are told apart from lines that were right already.
	lines := append(everyOutcome(), changed(20), changed(21), row(22))
	lines[14].Effective, lines[15].Effective, lines[16].Effective = ptr("failed"), ptr("pending"), ptr("pending")
	want := "12 of 16 rows need a person: 1 different when read back, 1 not effective, " +
		"1 unknown, 1 failed, 1 not yet effective, 1 in conflict, 4 blocked, 1 invalid, " +
		"1 not attempted; 1 change not yet effective; " +
		"1 credential of 1 person is in no row: =HYPERLINK(\"http://e.org\")"
	if text := Verdict(report(lines)); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

// TestStandingIsSaid expects the same words in every form of a report.
func TestStandingIsSaid(t *testing.T) {
	r := nextNight()
	first := "Doors!4, Example Holder 2, Card 1002: not effective: a note; " + refusal + " (and 1 more)"
	for form, c := range map[string]struct {
		got  []byte
		want []string
	}{
		"summary": {
			render(t, func(b *bytes.Buffer) error { return WriteSummary(b, r, SummaryOptions{}) }),
			[]string{"totals  4 unchanged (1 not effective, 1 not yet effective), 1 unlisted", "first   " + first},
		},
		"table": {
			render(t, func(b *bytes.Buffer) error { return WritePlanTable(b, r, TableOptions{}) }),
			[]string{"in sync  4 (1 not effective, 1 not yet effective)\n", "! Doors!3  Example Holder 1  Card 1001  not yet effective: not yet confirmed\n", "! Doors!4  Example Holder 2  Card 1002  not effective: a note; " + refusal + "\n"},
		},
		"markdown": {
			render(t, func(b *bytes.Buffer) error { return WriteMarkdown(b, r, MarkdownOptions{}) }),
			[]string{"| in sync | 4 (1 not effective, 1 not yet effective) |", "not effective: a note; Seam: provider\\_rejected\\_credential"},
		},
		"csv": {
			render(t, func(b *bytes.Buffer) error { return WriteCSV(b, r, CSVOptions{}) }),
			[]string{",unchanged,,yes,", ",unchanged,,pending,", ",unchanged,,failed,", refusal},
		},
		"json": {
			render(t, func(b *bytes.Buffer) error { return WriteJSON(b, r) }),
			[]string{"\"standing\": {\n    \"effective\": 1,\n    \"pending\": 1,\n    \"ineffective\": 1\n  }", `"effective":"failed"`},
		},
		"page": {
			[]byte(writePage(t, r, HTMLOptions{})),
			[]string{
				"of 4 unchanged: 1 not effective, 1 not yet effective",
				"The record matches the roster, so it is not written again. In",
				"Already matches the roster; 1 not effective, 1 not yet effective", ">not yet effective<",
				refusal,
			},
		},
	} {
		for _, want := range c.want {
			if !strings.Contains(string(c.got), want) {
				t.Errorf("%s does not say %q:\n%.4000s", form, want, c.got)
			}
		}
	}
	for line, want := range []string{"", "not yet effective: not yet confirmed", "not effective: a note; " + refusal, "", ""} {
		for l, err := range r.Lines {
			if err != nil {
				t.Fatal(err)
			}
			if l.Line == line && l.Why() != want {
				t.Errorf("line %d: %q, want %q", line, l.Why(), want)
			}
		}
	}
}

// TestStandingOnThePage: such lines come first in the order of outcomes, and are the last to be
// left out.
func TestStandingOnThePage(t *testing.T) {
	columns, orders := readPage(t, writePage(t, nextNight(), HTMLOptions{}))
	if diff := cmp.Diff([]any{0.0, 1.0, 1.0, 0.0, 0.0}, columns["needs"]); diff != "" {
		t.Error(diff)
	}
	if !slices.Equal(orders["outcome"], []int{2, 1, 4}) {
		t.Errorf("order by outcome: %v", orders["outcome"])
	}
	page := writePage(t, nextNight(), HTMLOptions{MaxLines: 2})
	if columns, _ := readPage(t, page); !slices.Equal(columns["line"], []any{1.0, 2.0}) {
		t.Errorf("of the lines, %v are listed", columns["line"])
	}
	if want := "Left out: 1 unlisted, 2 unchanged. "; !strings.Contains(page, want) {
		t.Errorf("the page does not say %q", want)
	}
}

// TestLinesOfAPlanSayHowRecordsStand: the effect comes from the plan, and the words are the plan's
// notes.
func TestLinesOfAPlanSayHowRecordsStand(t *testing.T) {
	plan := &reconcile.Plan{
		Want: reconcile.NewSet(badges, 0), Have: reconcile.NewSet(badges, 0),
		Lines: []reconcile.Line{
			{Row: -1, Record: -1, Chain: -1, Outcome: reconcile.Unchanged, Effect: reconcile.EffectFailed},
			{Row: -1, Record: -1, Chain: -1, Outcome: reconcile.Unchanged},
		},
	}
	plan.Note(0, refusal)
	var r Report
	r.Show(plan, nil, reconcile.Masker{}, nil)
	for l, err := range r.Lines {
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{"failed", ""}[l.Line]; deref(l.Effective) != want || (l.Effective == nil) != (want == "") || l.NeedsPerson() != (want != "") {
			t.Errorf("line %d: effective %q", l.Line, deref(l.Effective))
		}
		if l.Line == 0 && !slices.Equal(l.Warnings, []string{refusal}) {
			t.Errorf("warnings %q", l.Warnings)
		}
	}
}
