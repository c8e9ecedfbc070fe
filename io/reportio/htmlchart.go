package reportio

import (
	"strings"
)

// htmlChart is the chart of outcomes: one bar for all lines, divided by outcome. It has no text,
// so it may be stretched to any width; the table of totals says the same in words and numbers.
type htmlChart struct {
	Title, Desc string
	Segments    []htmlSegment
}

// htmlSegment is one outcome's part of the bar, in thousandths of its length.
type htmlSegment struct {
	ID, Title string
	X, Width  float64
}

// segmentMin is the minimum width of a part, so that one line in 100,000 can still
// be seen; segmentGap is the gap between parts.
const (
	segmentMin = 6.0
	segmentGap = 2.0
)

func newHTMLChart(outcomes []htmlOutcome, sum int) htmlChart {
	c := htmlChart{Title: "Outcomes of " + Count(sum, "line")}
	var desc []string
	var wide float64
	for _, o := range outcomes {
		s := htmlSegment{ID: o.ID, Title: o.Count + " " + o.Label + ", " + o.Share, Width: max(o.share*10, segmentMin)}
		c.Segments, desc, wide = append(c.Segments, s), append(desc, s.Title), wide+s.Width
	}
	// Widened parts leave less room for the others.
	scale := (1000 - segmentGap*float64(max(0, len(c.Segments)-1))) / max(wide, 1)
	x := 0.0
	for i := range c.Segments {
		s := &c.Segments[i]
		s.X, s.Width = round2(x), round2(s.Width*scale)
		x += s.Width + segmentGap
	}
	c.Desc = strings.Join(desc, "; ")
	return c
}

func round2(x float64) float64 { return float64(int(x*100+0.5)) / 100 }
