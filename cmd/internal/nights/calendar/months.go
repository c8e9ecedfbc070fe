package calendar

import (
	"fmt"
	"html"
	"html/template"
	"slices"
	"strings"
	"time"
)

// cellMax is how many runs a calendar links to for one night, the worst first.
const cellMax = 4

// lastDay is the last day of the longest month.
const lastDay = 31

// months is the calendar of an account: a row for each month, newest first, with a cell for
// each night. It is written without the template, which would take longer than everything else
// at the end of a run.
func months(account string, runs []*shown, now time.Time) template.HTML {
	loc := now.Location()
	byDay := map[string][]*shown{}
	for _, one := range runs {
		day := one.Began().In(loc).Format(time.DateOnly)
		byDay[day] = append(byDay[day], one)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<table class=\"nights\"><caption class=\"quiet\">Nights of account %s: months in rows, days in columns</caption>\n",
		html.EscapeString(account))
	b.WriteString("<thead><tr><th scope=\"col\">Month</th>")
	for day := range lastDay {
		fmt.Fprintf(&b, "<th scope=\"col\">%d</th>", day+1)
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	oldest := monthOf(runs[0].Began().In(loc))
	newest := monthOf(now)
	if last := monthOf(runs[len(runs)-1].Began().In(loc)); last.After(newest) {
		newest = last
	}
	for month := newest; !month.Before(oldest); month = month.AddDate(0, -1, 0) {
		writeMonth(&b, month, byDay, now)
	}
	b.WriteString("</tbody></table>\n")
	return template.HTML(b.String())
}

func monthOf(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
}

func writeMonth(b *strings.Builder, month time.Time, byDay map[string][]*shown, now time.Time) {
	fmt.Fprintf(b, "<tr><th scope=\"row\">%s</th>", month.Format("Jan 2006"))
	today := now.Format(time.DateOnly)
	for n := range lastDay {
		day := month.AddDate(0, 0, n)
		name := day.Format(time.DateOnly)
		switch runs := byDay[name]; {
		case day.Month() != month.Month():
			b.WriteString("<td class=\"no\"></td>")
		case len(runs) > 0:
			writeCell(b, runs, name == today, now.Location())
		case name == today:
			b.WriteString("<td class=\"today\"></td>")
		default:
			b.WriteString("<td></td>")
		}
	}
	b.WriteString("</tr>\n")
}

// writeCell writes the runs of one night.
func writeCell(b *strings.Builder, runs []*shown, today bool, loc *time.Location) {
	if today {
		b.WriteString("<td class=\"today\">")
	} else {
		b.WriteString("<td>")
	}
	if len(runs) > 1 {
		runs = worstFirst(runs)
	}
	for _, one := range runs[:min(len(runs), cellMax)] {
		writeRun(b, one, loc)
	}
	if more := len(runs) - cellMax; more > 0 {
		fmt.Fprintf(b, "<span class=\"more\">+%d<span class=\"quiet\"> runs</span></span>", more)
	}
	b.WriteString("</td>")
}

// writeRun writes the sign of one run and its number of changes, with a link to its report, if any.
func writeRun(b *strings.Builder, one *shown, loc *time.Location) {
	at, v := one.Began().In(loc), one.Entry.Verdict()
	says := html.EscapeString(at.Format("2 January 2006, 15:04") + ": " + one.Result)
	link := href(one)
	if link != "" {
		fmt.Fprintf(b, "<a class=\"%s\" href=\"%s\" aria-label=\"%s\">%s", v.Tone, html.EscapeString(link), says, v.Sign)
	} else {
		fmt.Fprintf(b, "<span class=\"%s\" role=\"img\" aria-label=\"%s\">%s", v.Tone, says, v.Sign)
	}
	if one.Applied > 0 {
		fmt.Fprintf(b, "<i>%s</i>", short(one.Applied))
	}
	if link != "" {
		b.WriteString("</a>")
	} else {
		b.WriteString("</span>")
	}
}

// short formats a number with at most four characters.
func short(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprint(n)
	case n < 1_000_000:
		return fmt.Sprintf("%dk", n/1000)
	}
	return fmt.Sprintf("%dM", n/1_000_000)
}

// worstFirst sorts runs by urgency, the latest first among equals.
func worstFirst(runs []*shown) []*shown {
	out := slices.Clone(runs)
	slices.Reverse(out)
	slices.SortStableFunc(out, func(a, b *shown) int { return b.Entry.Verdict().Tone.Urgency() - a.Entry.Verdict().Tone.Urgency() })
	return out
}
