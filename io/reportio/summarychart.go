package reportio

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"sync"
	"text/template"

	"github.com/xuri/excelize/v2"

	"keyroster/io/bookio"
	"keyroster/reconcile"
)

// The chart covers chartRows empty rows. While a sheet is written, excelize assumes
// that its rows are chartRowHeight points high, which it rounds to chartRowPixels,
// and so finds the row at which the chart ends.
const (
	chartRows      = 10
	chartRowHeight = 15
	chartRowPixels = 18
)

// chartPart is the part of the workbook's only chart.
const chartPart = "xl/charts/chart1.xml"

//go:embed chart.xml.tmpl
var chartText string

var chartTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("chart").Parse(chartText))
})

// chart draws the totals of some outcomes as columns, from the cells of their table,
// which begin at row. A single column would show nothing.
//
// excelize makes the parts around the chart. Its own chart is replaced: it cannot
// colour single columns, has no values for viewers that do not calculate, and
// does not keep the order of elements that ECMA-376, part 1, 21.2.2 lays down.
func (b *book) chart(s *bookio.Sheet, row int, some []reconcile.Outcome) {
	if len(some) < 2 || b.Err() != nil {
		return
	}
	sum := &b.report.Summary
	err := b.AddChart(s.Name, fmt.Sprint("A", s.Row+1), &excelize.Chart{
		Type:      excelize.Col,
		Series:    []excelize.ChartSeries{{Values: "Summary!$B$1"}},
		Format:    excelize.GraphicOptions{Name: "Outcomes", AltText: totalsLine(b.report)},
		Dimension: excelize.ChartDimension{Width: chartWidth(), Height: chartRows * chartRowPixels},
	})
	type point struct {
		Index       int
		Color, Word string
		Count       int
	}
	data := struct {
		Head, First, Last int
		Ink, Rule         string
		Points            []point
	}{Head: row - 1, First: row, Last: row + len(some) - 1, Ink: bookio.Muted, Rule: bookio.PaleRule}
	for i, o := range some {
		data.Points = append(data.Points, point{i, outcomes[o].bar, plainWords(o.String()), sum.Of(o)})
	}
	var text bytes.Buffer
	if err = errors.Join(err, chartTemplate().Execute(&text, data)); err != nil {
		b.Fail(fmt.Errorf("draw chart: %w", err))
	}
	b.Pkg.Store(chartPart, text.Bytes())
	for range chartRows {
		s.Add(chartRowHeight)
	}
}

// chartWidth is the width of the summary in pixels, up to the end of its last column: beyond
// it, another column would be printed. excelize assumes 8 pixels per character, spreadsheets 7.
func chartWidth() uint {
	width := 0.0
	for _, w := range summaryWidths {
		width += 8 * w
	}
	return uint(width - summaryWidths[len(summaryWidths)-1])
}
