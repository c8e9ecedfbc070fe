package exportio

import (
	"cmp"
	"fmt"
	"strings"

	"keyroster/io/bookio"
	"keyroster/io/reportio"
)

const summarySheet = "Summary"

// The colours and looks that only this workbook has.
const (
	inkBlue  = "0A3F70"
	inkAlarm = "8A2A00"
)

var (
	title     = bookio.Look{Size: 16, Bold: true, Ink: inkBlue, Fill: "D7E7F6", Middle: true}
	alarm     = title.In(inkAlarm, "FCE8BF")
	zero      = bookio.Look{Ink: bookio.Muted, Right: true, Line: bookio.Rule, Format: bookio.ThousandsFormat}
	attention = bookio.Count.In(inkAlarm, "FCE8BF")
	sumCount  = bookio.Look{Bold: true, Right: true, Line: bookio.Over, Format: bookio.ThousandsFormat}
)

// writeSummary writes the first sheet: for each account who, when, how the
// listing was proved, and totals that close.
func (b *book) writeSummary() {
	s := &summary{Sheet: b.Add(bookio.Layout{Name: summarySheet, Tab: inkBlue, Widths: []float64{30, 74, 14}}), book: b}
	s.missing(b.export.Failed)
	for i, a := range b.export.Accounts {
		if i > 0 || len(b.export.Failed) > 0 {
			s.Add(24)
		}
		s.facts(i, a)
		s.types(a)
		s.statuses(a)
		s.rules(a)
	}
	s.End()
}

// missing names the accounts that are not in the workbook, above everything else.
func (s *summary) missing(failed []Failed) {
	if len(failed) == 0 {
		return
	}
	s.row(30, "Missing from this export: "+reportio.Count(len(failed), "account"), "", nil,
		[3]bookio.Look{alarm, alarm, alarm})
	for _, f := range failed {
		s.row(0, f.Account, reportio.JoinFilled("; ", f.Error, f.Hint), nil,
			[3]bookio.Look{bookio.Label, bookio.Wrapped, bookio.Wrapped})
	}
}

// summary is the first sheet, which is not a roster.
type summary struct {
	*bookio.Sheet
	book *book
}

// row writes a row of three cells. They are never merged: readers of rosters warn
// about merged cells.
func (s *summary) row(height float64, left, middle string, right any, looks [3]bookio.Look) {
	cells := []bookio.Cell{
		{Value: s.book.notHeader(left), Look: looks[0]},
		{Look: looks[1]},
		{Value: right, Look: looks[2]},
	}
	if middle != "" {
		cells[1].Value = s.book.notHeader(middle)
	}
	s.Add(height, cells...)
}

func (s *summary) facts(i int, a *Account) {
	b, provider := s.book, cmp.Or(a.title, a.Provider)
	head := fmt.Sprintf(
		"%s of %s at %s", reportio.Count(a.Totals.Credentials, a.Records.Schema().Noun), a.Name,
		provider,
	)
	s.row(30, head, "", nil, [3]bookio.Look{title, title, title})
	facts := [][2]string{
		{"Account", a.Name},
		{"Provider", provider},
		{"Tenant", reportio.JoinFilled(", ", a.Tenant.Name, a.Tenant.ID)},
		{"Listed", a.ListedAt.Format("2006-01-02 15:04:05 MST")},
		{"Time zone", a.TimeZone + ", of all times here"},
		{"Run by", b.export.Operator},
		{"Listing", evidenceWords(a)},
		{"Filters", a.Filters.String()},
		{"Values", valueWords(a)},
		{"Fingerprints", "made with key " + a.KeyID},
		{"Digest", a.Digest},
		{"Tool", b.export.Tool},
		{"Sheet", b.partsWords(i)},
	}
	if since := a.Since; since != nil {
		facts = append(
			facts,
			[2]string{"Changes since", fmt.Sprintf(
				"%s (%s): %s added, %s removed, %s changed; see sheet Changes", since.File,
				since.At.In(a.zone()).Format("2006-01-02 15:04 MST"), reportio.Thousands(since.Added),
				reportio.Thousands(since.Removed), reportio.Thousands(since.Changed),
			)},
		)
		if since.NotCompared > 0 {
			facts = append(
				facts,
				[2]string{
					"Not compared",
					reportio.Count(since.NotCompared, "value") + ", which one side does not know",
				},
			)
		}
	}
	for _, note := range a.Notes {
		facts = append(facts, [2]string{"Please note", note})
	}
	for _, f := range facts {
		s.Add(0, bookio.Cell{Value: f[0], Look: bookio.Label},
			bookio.Cell{Value: b.notHeader(f[1]), Look: bookio.Wrapped}, bookio.Cell{Look: bookio.Wrapped})
	}
}

func (s *summary) types(a *Account) {
	s.heads("By type", "Credential type", "Of these", "How many")
	for _, t := range a.Totals.ByType {
		name := reportio.JoinFilled(", ", t.TypeName, t.Type)
		switch {
		case name == "":
			name = "without a type"
		case t.TypeName == "":
			name = "type " + name
		}
		s.counted(name, statusWords(t.ByStatus), t.Count)
	}
	s.total(a.Totals.Credentials)
}

func (s *summary) statuses(a *Account) {
	s.heads("By status", "Credential status", "", "How many")
	for _, t := range a.Totals.ByStatus {
		s.counted(cmp.Or(t.Status, "not given"), "", t.Count)
	}
	s.total(a.Totals.Credentials)
}

func (s *summary) rules(a *Account) {
	if len(a.Found) == 0 {
		return
	}
	s.heads("Findings, listed on sheet Findings", "Rule", "What is checked", "Found")
	for _, f := range a.Found {
		look := zero
		if f.Count > 0 {
			look = attention
		}
		s.row(0, f.Title, ruleOf(f.Rule).Meaning, f.Count, [3]bookio.Look{bookio.Label, bookio.Wrapped, look})
	}
}

// heads begins a table of the summary.
func (s *summary) heads(title, first, second, third string) {
	s.Add(28, bookio.Cell{Value: title, Look: bookio.Section})
	s.Add(
		18, bookio.Cell{Value: first, Look: bookio.Head},
		bookio.Cell{Value: second, Look: bookio.Head},
		bookio.Cell{Value: third, Look: bookio.HeadRight},
	)
}

func (s *summary) counted(name, words string, n int) {
	s.row(0, name, words, n, [3]bookio.Look{bookio.Wrapped, bookio.Wrapped, bookio.Count})
}

func (s *summary) total(n int) {
	s.row(18, "All credentials", "", n, [3]bookio.Look{bookio.Sum, bookio.Sum, sumCount})
}

func evidenceWords(a *Account) string {
	l := &a.Listing
	words := fmt.Sprintf(
		"complete, %s in %s", reportio.Count(l.Records, "credential"),
		reportio.Count(l.Pages, "answer"),
	)
	switch {
	case l.Total != nil && l.Evidence == "declared":
		words += fmt.Sprintf("; the provider declares %s", reportio.Thousands(*l.Total))
	case l.Evidence == "terminated":
		words += "; the provider's paging declared the end"
	case l.Evidence == "twice":
		words += "; two listings agreed"
	}
	if a.HoldersRead != nil {
		words += "; " + reportio.Count(*a.HoldersRead, "holder") + " read"
	}
	return words + " (evidence: " + string(l.Evidence) + ")"
}

func valueWords(a *Account) string {
	if a.Revealed {
		return "REVEALED: this file holds card numbers and PINs"
	}
	return "masked as ••••; long card numbers show their last characters if the configuration allows it"
}

func statusWords(statuses []StatusTotal) string {
	var words []string
	for _, s := range statuses {
		words = append(words, reportio.Thousands(s.Count)+" "+cmp.Or(s.Status, "without a status"))
	}
	return strings.Join(words, ", ")
}
