package status

import (
	"fmt"
	"html"
	"html/template"
	"slices"
	"strings"
	"time"

	"keyroster/cmd/internal/nights"
	"keyroster/io/store"
)

const (
	// namedMax is how many nights of an account are listed for screen readers.
	namedMax = 4
	// titledMax is how many cells of the page may have a tooltip: a cell with one is several
	// times as large.
	titledMax = 5000
)

// chart draws the accounts and their last nights. It is written without the template, because a
// page has tens of thousands of cells.
type chart struct {
	*History
	// last is the date of the last column.
	last time.Time
	// titled: few enough cells are not as desired to give each a tooltip.
	titled bool
	has    map[Outcome]bool
}

func newChart(h *History) *chart {
	c := &chart{History: h, has: map[Outcome]bool{}}
	newest, others := h.newest, 0
	for _, all := range h.nights {
		for i := range all {
			o := outcomeOf(&all[i])
			newest, c.has[o] = max(newest, all[i].Date), true
			if o != AsDesired {
				others++
			}
		}
	}
	for i := range h.Accounts {
		c.has[h.Accounts[i].Outcome] = true
	}
	last, err := time.Parse(time.DateOnly, newest)
	if err != nil {
		last = h.At
	}
	c.last, c.titled = last, others <= titledMax
	return c
}

// day is the date of a column, oldest first.
func (c *chart) day(column int) time.Time { return c.last.AddDate(0, 0, column+1-Days) }

// legend explains the signs used on the page.
func (c *chart) legend() []nights.Verdict {
	var out []nights.Verdict
	for _, o := range outcomes {
		if c.has[o] {
			out = append(out, presentations[o].Verdict)
		}
	}
	return out
}

// tiles draws all accounts, each as a link to its nights.
func (c *chart) tiles() template.HTML {
	var b strings.Builder
	for i := range c.Accounts {
		a := &c.Accounts[i]
		t := presentations[a.Outcome]
		fmt.Fprintf(&b, "<li><a class=%s href=#n%d><b aria-hidden=true>%s</b>%s<span class=quiet>: %s</span></a>\n",
			t.mark, i, t.Sign, html.EscapeString(a.Account), html.EscapeString(t.Word))
	}
	return template.HTML(b.String())
}

// rows draws a row for each account: its state, when it was last as desired, and its nights of
// the last weeks.
func (c *chart) rows() template.HTML {
	var b strings.Builder
	b.WriteString("<thead><tr><th scope=col>Account</th><th scope=col>State</th>" +
		"<th scope=col>Last as desired</th>" +
		"<th scope=col><span class=quiet>Nights, the oldest first</span><span class=strip aria-hidden=true>")
	for column := range Days {
		if day := c.day(column); (column+1)%7 == 1 {
			fmt.Fprintf(&b, "<u>%s</u>", day.Format("2 Jan"))
		}
	}
	b.WriteString("</span></th></tr></thead>\n<tbody>\n")
	for i := range c.Accounts {
		a := &c.Accounts[i]
		t := presentations[a.Outcome]
		good := "not in these weeks"
		if at := c.lastSuccess(a.Account); !at.IsZero() {
			good = at.In(c.At.Location()).Format("2 Jan, 15:04")
		}
		fmt.Fprintf(&b, "<tr id=n%d><th scope=row>%s</th><td><b class=%s aria-hidden=true>%s</b> %s</td><td>%s</td><td>",
			i, html.EscapeString(a.Account), t.mark, t.Sign, html.EscapeString(t.Word), good)
		c.strip(&b, c.nights[a.Account])
		b.WriteString("</td></tr>\n")
	}
	b.WriteString("</tbody>")
	return template.HTML(b.String())
}

// strip draws the nights of an account, one cell each.
func (c *chart) strip(b *strings.Builder, all []store.Night) {
	byDate := map[string]*store.Night{}
	for i := range all {
		byDate[all[i].Date] = &all[i]
	}
	var cells strings.Builder
	var others []string
	had, good := 0, 0
	for column := range Days {
		day := c.day(column)
		n := byDate[day.Format(time.DateOnly)]
		if n == nil {
			cells.WriteString("<i class=o></i>")
			continue
		}
		had++
		o := outcomeOf(n)
		if o == AsDesired {
			good++
			cells.WriteString("<i>" + presentations[o].Sign + "</i>")
			continue
		}
		t := presentations[o]
		says := day.Format("2 Jan") + " " + t.Word
		others = append(others, says)
		if c.titled {
			fmt.Fprintf(&cells, "<i class=%s title=\"%s\">%s</i>", t.mark, html.EscapeString(says), t.Sign)
		} else {
			fmt.Fprintf(&cells, "<i class=%s>%s</i>", t.mark, t.Sign)
		}
	}
	fmt.Fprintf(b, "<span class=strip role=img aria-label=\"%s\">%s</span>",
		html.EscapeString(stripLabel(had, good, others)), &cells)
}

// stripLabel describes the cells of an account in words, the latest night first.
func stripLabel(had, good int, others []string) string {
	label := fmt.Sprintf("%d of %d nights as desired", good, had)
	slices.Reverse(others)
	for i, says := range others {
		if i == namedMax {
			return fmt.Sprintf("%s; %d more not", label, len(others)-i)
		}
		label += "; " + says
	}
	return label
}
