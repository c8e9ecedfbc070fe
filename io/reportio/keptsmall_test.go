package reportio

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/reconcile"

	_ "keyroster/reconcile/fixedseed"
)

// night is a run without changes: what it compared, and what it reports.
type night struct {
	plan   *reconcile.Plan
	report *Report
	// held are the cells of the records.
	held [][]reconcile.Cell
}

// quietNight draws a night: rows that are in sync, some of them about people who are kept out or
// records that are gone, and records in no row.
func quietNight(t *rapid.T) *night {
	n := &night{plan: &reconcile.Plan{Have: reconcile.NewSet(badges, 0), Want: reconcile.NewSet(badges, 0)}}
	var lines []Line
	kinds := rapid.SliceOfN(rapid.SampledFrom([]string{"plain", "plain", "plain", "in force", "kept out", "absent", "unlisted", "ending"}), 0, 30).Draw(t, "lines")
	slices.SortStableFunc(kinds, func(a, b string) int { return behind(a) - behind(b) })
	for i, kind := range kinds {
		l, record := row(i), int32(-1)
		if kind == "absent" {
			l.NotListed = true
		} else {
			record = int32(len(n.held))
			value := rapid.SampledFrom([]string{"8220934417", "4711", ""}).Draw(t, "value")
			n.held = append(n.held, badgeCells(l.CredentialID, l.HolderID, value, "", ""))
			n.plan.Have.Add(n.held[record])
		}
		switch kind {
		case "in force":
			l.Effective = ptr("yes")
		case "kept out":
			l.KeptOut = true
		case "unlisted", "ending":
			l.Source, l.Situation, l.Outcome, l.Ending = nil, reconcile.Unlisted, reconcile.LeftUnlisted, kind == "ending"
		}
		n.plan.Lines = append(n.plan.Lines, reconcile.Line{Row: -1, Record: record})
		lines = append(lines, l)
	}
	n.report = report(lines)
	n.report.ExitCode, n.report.Converged = 0, true
	return n
}

// behind sorts rows before records.
func behind(kind string) int { return oneIf(kind == "unlisted" || kind == "ending") }

// TestASmallReportSaysTheSame: a small report lacks lines, but it closes, and when read back it
// counts and names what the whole one does.
func TestASmallReportSaysTheSame(t *testing.T) {
	key := testKey(t, "k")
	rapid.Check(t, func(t *rapid.T) {
		n := quietNight(t)
		small, ok, err := n.report.Small(n.plan, key)
		if err != nil || !ok {
			t.Fatalf("kept small %v: %v", ok, err)
		}
		var data bytes.Buffer
		if err := WriteJSON(&data, small); err != nil {
			t.Fatal(err)
		}
		back, err := ReadJSON(bytes.NewReader(data.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		want, _ := verdict(n.report)
		got, _ := verdict(back)
		if got != want || back.Verdict != want {
			t.Fatalf("says %q, want %q", got, want)
		}
		about := func(r *Report) []any {
			return []any{r.Summary, r.Standing, r.Unlisted.Crowd, r.KeptOut, r.Changes, r.Proof}
		}
		if diff := cmp.Diff(about(n.report), about(back), cmp.Transformer("nil", func(s []string) string { return fmt.Sprint(s) })); diff != "" {
			t.Fatal(diff)
		}
		var kept, whole []int
		for line, err := range back.Lines {
			if err != nil {
				t.Fatal(err)
			}
			kept = append(kept, line.Line)
		}
		for line := range n.report.Lines {
			if line.Outcome != reconcile.Unchanged || line.KeptOut {
				whole = append(whole, line.Line)
			}
		}
		if !slices.Equal(kept, whole) {
			t.Fatalf("keeps the lines %v, want %v", kept, whole)
		}
		if n.report.KeptSmall != nil {
			t.Fatal("the whole report was changed")
		}
	})
}

// TestTheDigestIsOfWhatIsHeld: the digest covers what is held, whatever the order of the listing.
func TestTheDigestIsOfWhatIsHeld(t *testing.T) {
	key := testKey(t, "k")
	digest := func(records ...[]reconcile.Cell) string {
		var d RecordsDigest
		for _, cells := range records {
			set := reconcile.NewSet(badges, 1)
			set.Add(cells)
			d.Add(set.Record(0), RecordMark(key, badges, cells))
		}
		return d.String()
	}
	one, two := badgeCells("1", "501", "4711", "", ""), badgeCells("2", "502", "", "", "")
	want := digest(one, two)
	if digest(two, one) != want {
		t.Error("the order counts")
	}
	if digest(one, badgeCells("2", "502", "", "2026-02-01T00:00:00Z", "other")) != want {
		t.Error("it covers more than ids and values, which an export cannot compare")
	}
	for name, other := range map[string]string{
		"nothing": digest(), "one of them": digest(one), "twice": digest(one, one, two),
		"id": digest(one, badgeCells("3", "502", "", "", "")), "holder": digest(one, badgeCells("2", "503", "", "", "")),
		"value": digest(badgeCells("1", "501", "4712", "", ""), two), "moved": digest(badgeCells("1", "502", "4711", "", ""), badgeCells("2", "501", "", "", "")),
	} {
		if other == want || !isDigest(other) {
			t.Errorf("%s: %s", name, other)
		}
	}
	if strings.Contains(want, "4711") {
		t.Error("the digest holds a value")
	}
}

// TestWhatIsNotKeptSmall: reports with changes, or with lines that are not as desired, are kept
// whole.
func TestWhatIsNotKeptSmall(t *testing.T) {
	for _, l := range everyOutcome() {
		if l.Outcome == reconcile.Unchanged || l.Outcome == reconcile.LeftUnlisted {
			continue
		}
		l.Line = 0
		if _, ok, err := report([]Line{l}).Small(&reconcile.Plan{}, nil); ok || err != nil {
			t.Errorf("%s is kept small: %v", l.Outcome, err)
		}
	}
	for name, set := range map[string]func(*Line){
		"not effective":     func(l *Line) { l.Effective = ptr("failed") },
		"not yet effective": func(l *Line) { l.Effective = ptr("pending") },
		"needs a person":    func(l *Line) { l.Outcome, l.Source, l.Attend = reconcile.LeftUnlisted, nil, true },
	} {
		l := row(0)
		set(&l)
		if _, ok, err := report([]Line{l}).Small(&reconcile.Plan{}, nil); ok || err != nil {
			t.Errorf("%s: kept small: %v", name, err)
		}
	}
}

// TestASmallReportThatWasEdited: a small report that was edited does not close.
func TestASmallReportThatWasEdited(t *testing.T) {
	lines := []Line{row(0), row(1), stays(row(2), reconcile.Unlisted, reconcile.LeftUnlisted, "")}
	lines[2].Source = nil
	r := report(lines)
	plan := &reconcile.Plan{Have: reconcile.NewSet(badges, 0), Want: reconcile.NewSet(badges, 0), Lines: []reconcile.Line{{Row: -1, Record: -1}, {Row: -1, Record: -1}, {Row: -1, Record: -1}}}
	small, ok, err := r.Small(plan, testKey(t, "k"))
	if !ok || err != nil {
		t.Fatal(err)
	}
	whole := string(render(t, func(b *bytes.Buffer) error { return WriteJSON(b, small) }))
	for name, text := range map[string]string{
		"whole":     whole,
		"fewer":     strings.Replace(whole, `"kept_small": {`+"\n    "+`"unchanged": 2`, `"kept_small": {`+"\n    "+`"unchanged": 1`, 1),
		"negative":  strings.Replace(whole, `"kept_small": {`+"\n    "+`"unchanged": 2`, `"kept_small": {`+"\n    "+`"unchanged": -2`, 1),
		"effective": strings.Replace(whole, `"effective": 0,`+"\n    "+`"digest"`, `"effective": 3,`+"\n    "+`"digest"`, 1),
		"digest":    strings.Replace(whole, "sha256:", "sha256:0", 1),
		"gone":      strings.Replace(whole, `"kept_small"`, `"kept_other"`, 1),
		"line":      whole[:strings.Index(whole, `"lines": [`)] + `"lines": []` + "\n}\n",
	} {
		if _, err := ReadJSON(strings.NewReader(text)); (err == nil) != (name == "whole") || name != "whole" && text == whole {
			t.Errorf("%s: %v", name, err)
		}
	}
}
