package main

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"slices"
	"time"
)

// The size of the picture, and the margins around the lines.
const (
	plotWide, plotHigh                = 720, 420
	plotLeft, plotRight, plotTop, low = 70, 150, 40, 50
)

var inks = []string{"#0A3F70", "#B3541E", "#3B7A57", "#7B3FA0", "#8A6D00", "#A01F3C"}

// draw plots the processor time of each tool by the number of credentials, both on
// logarithmic scales: a line that rises as the grid does is linear.
func draw(rows []row) []byte {
	var sizes []int
	var tools []string
	least, most := math.Inf(1), math.Inf(-1)
	for _, r := range rows {
		if !slices.Contains(sizes, r.size) {
			sizes = append(sizes, r.size)
		}
		if !slices.Contains(tools, r.tool) {
			tools = append(tools, r.tool)
		}
		least, most = min(least, tens(r.cpu)), max(most, tens(r.cpu))
	}
	least, most = math.Floor(least), math.Ceil(most)
	first, last := math.Log10(float64(sizes[0])), math.Log10(float64(sizes[len(sizes)-1]))
	x := func(size int) float64 {
		return plotLeft + (math.Log10(float64(size))-first)/max(last-first, 1)*(plotWide-plotLeft-plotRight)
	}
	y := func(tens float64) float64 {
		return plotTop + (most-tens)/max(most-least, 1)*(plotHigh-plotTop-low)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" `+
		`font-family="sans-serif" font-size="12">`+"\n", plotWide, plotHigh)
	fmt.Fprintf(&b, `<title>Processor time by credentials</title><rect width="100%%" height="100%%" fill="#fff"/>`+"\n")
	fmt.Fprintf(&b, `<text x="%d" y="20" font-size="14" font-weight="bold">`+
		"Seconds of processor time to compare two files of N credentials</text>\n", plotLeft)
	for t := least; t <= most; t++ {
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%g s</text>`+"\n",
			plotLeft, y(t), plotWide-plotRight, plotLeft-8, y(t)+4, math.Pow(10, t))
	}
	for _, size := range sizes {
		fmt.Fprintf(&b, `<path d="M%.1f %dV%d" stroke="#ddd"/><text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n",
			x(size), plotTop, plotHigh-low, x(size), plotHigh-low+20, size)
	}
	var ends []float64
	for i, tool := range tools {
		var path bytes.Buffer
		var end row
		for _, r := range rows {
			if r.tool != tool {
				continue
			}
			command := "L"
			if path.Len() == 0 {
				command = "M"
			}
			fmt.Fprintf(&path, "%s%.1f %.1f", command, x(r.size), y(tens(r.cpu)))
			end = r
		}
		ink, at := inks[i%len(inks)], y(tens(end.cpu))
		for slices.ContainsFunc(ends, func(other float64) bool { return math.Abs(other-at) < 14 }) {
			at += 14 // no name overlaps another
		}
		ends = append(ends, at)
		fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="%s" stroke-width="%d"/>`+
			`<text x="%.1f" y="%.1f" fill="%s">%s</text>`+"\n",
			path.String(), ink, 2+oneIf(i == 0), x(end.size)+8, at+4, ink, html.EscapeString(tool))
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func tens(d time.Duration) float64 { return math.Log10(max(d.Seconds(), 0.001)) }
