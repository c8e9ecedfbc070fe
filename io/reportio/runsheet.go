package reportio

import (
	"strconv"
	"strings"

	"keyroster/io/bookio"
	"keyroster/reconcile"
)

// writeRun writes the sheet Run: every fact of the run, for an auditor.
func (b *book) writeRun() {
	s := b.Add(bookio.Layout{Name: "Run", Tab: bookio.Muted, Widths: []float64{26, 72, 44}})
	for _, section := range runSections(b.report) {
		if len(section.rows) == 0 {
			continue
		}
		s.Add(26, bookio.Cell{Value: section.title, Look: bookio.Section})
		for _, row := range section.rows {
			s.Add(0, bookio.Cell{Value: row[0], Look: bookio.Label},
				bookio.Cell{Value: row[1], Look: bookio.Wrapped}, bookio.Cell{Value: row[2], Look: bookio.Wrapped})
		}
	}
	s.End()
}

// section is a titled list of facts: name, value, remark.
type section struct {
	title string
	rows  [][3]string
}

// runSections are all facts of the run.
func runSections(r *Report) []section {
	total := "not declared"
	if r.Listing.Total != nil {
		total = strconv.Itoa(*r.Listing.Total)
	}
	answered := ""
	if r.Sync.AnsweredAt != nil {
		answered = r.moment(*r.Sync.AnsweredAt)
	}
	sections := []section{
		{"Run", [][3]string{
			{"run_id", r.RunID},
			{"account", r.Account},
			{"provider", r.Provider},
			{"command", r.Command},
			{"operator", r.Operator},
			{"tool", r.Tool},
			{"started_at", r.moment(r.StartedAt)},
			{"finished_at", r.moment(r.FinishedAt)},
			{"time_zone", r.zone().String()},
			{"exit_code", strconv.Itoa(r.ExitCode)},
			{"converged", yesNo(r.Converged)},
			{"stopped", r.Stopped},
		}},
		{"Listing", [][3]string{
			{"complete", yesNo(r.Listing.Complete), string(r.Listing.Evidence)},
			{"records", strconv.Itoa(r.Listing.Records)},
			{"total", total},
			{"pages", strconv.Itoa(r.Listing.Pages)},
			{"strategy", r.Listing.Strategy},
		}},
		{"Sync", [][3]string{{"needed", yesNo(r.Sync.Needed)}, {"answered_at", answered}}},
		{"Rows", [][3]string{
			{"rows", strconv.Itoa(r.Summary.Rows)},
			{"records", strconv.Itoa(r.Summary.Records)},
			{"matched", strconv.Itoa(r.Summary.Matched)},
			{"rows_out_of_scope", strconv.Itoa(r.Summary.RowsOutOfScope)},
		}},
		{title: "Inputs"},
		{title: "Effective limits"},
		{title: "Rules lifted for this run"},
		{title: "Warnings"},
	}
	lists := sections[len(sections)-4:]
	for _, in := range r.Inputs {
		lists[0].rows = append(lists[0].rows, [3]string{in.File, "sha256 " + in.SHA256})
	}
	for _, name := range reconcile.LimitNames {
		if limit, ok := r.Limits[name]; ok {
			lists[1].rows = append(lists[1].rows, [3]string{name, limit.String()})
		}
	}
	for _, o := range r.Overrides {
		lists[2].rows = append(lists[2].rows, [3]string{o.Name, o.Value, o.Reason})
	}
	for i, text := range r.Warnings {
		lists[3].rows = append(lists[3].rows, [3]string{strconv.Itoa(i + 1), strings.TrimSpace(text)})
	}
	return sections
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
