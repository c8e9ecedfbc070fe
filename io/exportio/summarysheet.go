package exportio

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

const summarySheet = "Summary"

var summaryWidths = []float64{30, 74, 14}

// writeSummary writes the first sheet: for each account who, when, how the
// listing was proved, and totals that close.
func (b *book) writeSummary() error {
	s, err := b.addSheet(layout{name: summarySheet, tab: inkBlue, widths: summaryWidths})
	if err != nil {
		return err
	}
	for i, a := range b.export.Accounts {
		for _, part := range []func(*sheet, int, *Account) error{b.facts, b.types, b.statuses, b.rules} {
			if err := part(s, i, a); err != nil {
				return err
			}
		}
	}
	return s.end(false)
}

func (b *book) facts(s *sheet, i int, a *Account) error {
	if i > 0 {
		if err := s.add(24); err != nil {
			return err
		}
	}
	if err := s.across(fmt.Sprintf("%s of %s at %s", counted(a.Totals.Credentials, a.Records.Schema().Noun), a.Name, orElse(a.title, a.Provider)), b.styles.title, 30); err != nil {
		return err
	}
	facts := [][2]string{
		{"Account", a.Name},
		{"Provider", orElse(a.title, a.Provider)},
		{"Tenant", joined(", ", a.Tenant.Name, a.Tenant.ID)},
		{"Listed", a.ListedAt.Format("2006-01-02 15:04:05 -0700")},
		{"Time zone", a.TimeZone},
		{"Run by", b.export.Operator},
		{"Listing", evidenceWords(a)},
		{"Filters", a.Filters.String()},
		{"Values", valueWords(a)},
		{"Fingerprints", "made with key " + a.KeyID},
		{"Digest", a.Digest},
		{"Tool", b.export.Tool},
		{"Sheet", b.partsWords(i)},
	}
	if s := a.Since; s != nil {
		facts = append(facts, [2]string{"Changes since", fmt.Sprintf("%s (%s): %s added, %s removed, %s changed; see sheet Changes",
			s.File, s.At.Format("2006-01-02 15:04 -0700"), thousands(s.Added), thousands(s.Removed), thousands(s.Changed))})
		if s.NotCompared > 0 {
			facts = append(facts, [2]string{"Not compared", counted(s.NotCompared, "value") + ", which one side does not know"})
		}
	}
	for _, note := range a.Notes {
		facts = append(facts, [2]string{"Please note", note})
	}
	for _, f := range facts {
		value := b.aside(f[1])
		height := heightOf([]string{value}, summaryWidths[1:2])
		if err := s.add(height, excelize.Cell{Value: f[0], StyleID: b.styles.label}, excelize.Cell{Value: value, StyleID: b.styles.value}, excelize.Cell{StyleID: b.styles.value}); err != nil {
			return err
		}
	}
	return nil
}

func (b *book) types(s *sheet, _ int, a *Account) error {
	if err := b.heads(s, "By type", "Credential type", "Of these", "How many"); err != nil {
		return err
	}
	for _, t := range a.Totals.ByType {
		name := joined(", ", t.TypeName, t.Type)
		switch {
		case name == "":
			name = "without a type"
		case t.TypeName == "":
			name = "type " + name
		}
		if err := b.counted(s, name, statusWords(t.ByStatus), t.Count); err != nil {
			return err
		}
	}
	return b.total(s, a.Totals.Credentials)
}

func (b *book) statuses(s *sheet, _ int, a *Account) error {
	if err := b.heads(s, "By status", "Credential status", "", "How many"); err != nil {
		return err
	}
	for _, t := range a.Totals.ByStatus {
		if err := b.counted(s, orElse(t.Status, "not given"), "", t.Count); err != nil {
			return err
		}
	}
	return b.total(s, a.Totals.Credentials)
}

func (b *book) rules(s *sheet, _ int, a *Account) error {
	if len(a.Found) == 0 {
		return nil
	}
	if err := b.heads(s, "Findings, listed on sheet Findings", "Rule", "What it finds", "Found"); err != nil {
		return err
	}
	for _, f := range a.Found {
		meaning, style := meaningOf(f.Rule), b.styles.zero
		if f.Count > 0 {
			style = b.styles.attention
		}
		if err := s.add(heightOf([]string{meaning}, summaryWidths[1:2]),
			excelize.Cell{Value: b.aside(f.Title), StyleID: b.styles.label}, excelize.Cell{Value: b.aside(meaning), StyleID: b.styles.value},
			excelize.Cell{Value: f.Count, StyleID: style}); err != nil {
			return err
		}
	}
	return nil
}

// heads begins a table of the summary.
func (b *book) heads(s *sheet, title, first, second, third string) error {
	if err := s.add(28, excelize.Cell{Value: title, StyleID: b.styles.section}); err != nil {
		return err
	}
	return s.add(18, excelize.Cell{Value: first, StyleID: b.styles.head}, excelize.Cell{Value: second, StyleID: b.styles.head}, excelize.Cell{Value: third, StyleID: b.styles.headRight})
}

func (b *book) counted(s *sheet, name, words string, n int) error {
	name, words = b.aside(name), b.aside(words)
	return s.add(heightOf([]string{name, words}, summaryWidths[:2]),
		excelize.Cell{Value: name, StyleID: b.styles.value}, excelize.Cell{Value: words, StyleID: b.styles.value}, excelize.Cell{Value: n, StyleID: b.styles.count})
}

func (b *book) total(s *sheet, n int) error {
	return s.add(18, excelize.Cell{Value: "All credentials", StyleID: b.styles.sum}, excelize.Cell{StyleID: b.styles.sum}, excelize.Cell{Value: n, StyleID: b.styles.sumCount})
}

func evidenceWords(a *Account) string {
	l := &a.Listing
	words := fmt.Sprintf("complete, %s in %s", counted(l.Records, "credential"), counted(l.Pages, "answer"))
	switch {
	case l.Total != nil && l.Evidence == "declared":
		words += fmt.Sprintf("; the provider declares %s", thousands(*l.Total))
	case l.Evidence == "terminated":
		words += "; the provider's paging said that this was the end"
	case l.Evidence == "twice":
		words += "; two listings agreed"
	}
	if a.HoldersRead != nil {
		words += "; " + counted(*a.HoldersRead, "holder") + " read"
	}
	return words + " (evidence: " + string(l.Evidence) + ")"
}

func valueWords(a *Account) string {
	if a.Revealed {
		return "REVEALED: this file holds card numbers and PINs"
	}
	return "masked: ••••, and of long card numbers the last characters, if the configuration lets them be seen"
}

func statusWords(statuses []StatusTotal) string {
	var words []string
	for _, s := range statuses {
		words = append(words, thousands(s.Count)+" "+orElse(s.Status, "without a status"))
	}
	return strings.Join(words, ", ")
}

func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return thousands(n) + " " + noun
}

// thousands is a number with its groups of digits set off.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// joined joins the texts that are not empty.
func joined(separator string, texts ...string) string {
	var out []string
	for _, text := range texts {
		if text != "" {
			out = append(out, text)
		}
	}
	return strings.Join(out, separator)
}
