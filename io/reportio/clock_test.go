package reportio

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"keyroster/reconcile"
)

// TestPeoplesClock: reports for people use the account's time zone, with its name or offset beside
// each time; those for programs use UTC.
func TestPeoplesClock(t *testing.T) {
	late := change(row(0), reconcile.Applied, "8220934417", "8220934418")
	late.Fields = []Field{
		{Name: "ends_at", Kind: "time", Before: "2026-02-01T00:00:00Z", After: "2026-06-30T22:00:00Z"},
		{Name: "note", Kind: "text", Before: "2026-02-01T00:00:00Z", After: "x"},
	}
	late.StartedAt, late.FinishedAt = ptr(at(3)), ptr(at(4))
	lines := []Line{late}
	made := func(zone string) *Report {
		r := report(lines)
		r.TimeZone = zone
		return r
	}
	const utc, csv = "ends_at: 2026-02-01T00:00:00Z -> 2026-06-30T22:00:00Z", ",2026-01-31T02:00:04Z,"
	plain := strings.NewReplacer(
		"&#43;", "+", "\\-", "-", "\\>", ">", "-&gt;", "->", "&gt;", ">", "\\+", "+", "\\_", "_",
	)
	for zone, want := range map[string][]string{
		"Europe/Helsinki": {
			"2026-01-31 04:00:01 EET (UTC+02:00)",
			"ends_at: 2026-02-01 02:00:00 +02:00 -> 2026-07-01 01:00:00 +03:00",
		},
		"America/Bogota": {
			"2026-01-30 21:00:01 UTC-05:00",
			"ends_at: 2026-01-31 19:00:00 -05:00 -> 2026-06-30 17:00:00 -05:00",
		},
		"Europe/London": {
			"2026-01-31 02:00:01 GMT (UTC+00:00)",
			"ends_at: 2026-02-01 00:00:00 +00:00 -> 2026-06-30 23:00:00 +01:00",
		},
		"Etc/UTC":      {"2026-01-31 02:00:01 UTC", utc},
		"Nowhere/Else": {"2026-01-31 02:00:01 UTC", utc},
		"Local":        {"2026-01-31 02:00:01 UTC", utc},
	} {
		book := string(dump(t, openBook(t, writeBook(t, made(zone), XLSXOptions{}))))
		page := string(render(t, func(b *bytes.Buffer) error { return WriteHTML(b, made(zone), HTMLOptions{}) }))
		plan := string(render(t, func(b *bytes.Buffer) error { return WriteMarkdown(b, made(zone), MarkdownOptions{}) }))
		before, after, _ := strings.Cut(strings.TrimPrefix(want[1], "ends_at: "), " -> ")
		for what, texts := range map[string][3]string{
			"book": {book, want[0], want[1]}, "page": {page, want[0], after},
			"page's changes": {page, before, "2026-02-01T00:00:00Z"}, "plan": {plan, want[1], ""},
		} {
			got := plain.Replace(texts[0])
			if !strings.Contains(got, texts[1]) || !strings.Contains(got, texts[2]) {
				t.Errorf("%s: the %s lacks %q or %q", zone, what, texts[1], texts[2])
			}
		}
		table := string(render(t, func(b *bytes.Buffer) error { return WriteCSV(b, made(zone), CSVOptions{}) }))
		document := string(render(t, func(b *bytes.Buffer) error { return WriteJSON(b, made(zone)) }))
		if !strings.Contains(table, utc) || !strings.Contains(table, csv) ||
			!strings.Contains(document, `"after":"2026-06-30T22:00:00Z"`) ||
			!strings.Contains(document, `"started_at": "2026-01-31T02:00:01Z"`) {
			t.Errorf("%s: programs do not get UTC", zone)
		}
	}
	if got := lines[0].Fields[0].After; got != "2026-06-30T22:00:00Z" || lines[0].StartedAt.Location() != time.UTC {
		t.Errorf("the report itself became %s", got)
	}
}
