package exportio

import "github.com/xuri/excelize/v2"

// fontName is a font that Excel has and LibreOffice knows a twin of.
const fontName = "Calibri"

// The ink of the workbook: dark on white, for the printer as for the screen.
const (
	inkDark  = "1F2933"
	inkMuted = "5F6B76"
	inkBlue  = "0A3F70"
	inkAlarm = "8A2A00"
	paleHead = "E6EBEF"
	paleRule = "D5DBE0"
	paleBlue = "D7E7F6"
	paleWarn = "FCE8BF"
)

// textFormat is the number format @: whatever is typed into the cell stays text.
const textFormat = 49

// styles are the cell styles of a workbook, by use.
type styles struct {
	title, section, head, headRight, label, value, count, zero, sum, sumCount int
	text, wrapped, quiet, attention                                           int
}

func newStyles(f *excelize.File) (*styles, error) {
	var err error
	add := func(s excelize.Style) int {
		id, e := f.NewStyle(&s)
		if err == nil {
			err = e
		}
		return id
	}
	font := func(size float64, bold bool, ink string) *excelize.Font {
		return &excelize.Font{Family: fontName, Size: size, Bold: bold, Color: ink}
	}
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	rule := []excelize.Border{{Type: "bottom", Color: paleRule, Style: 1}}
	over := []excelize.Border{{Type: "top", Color: inkMuted, Style: 1}}
	top := func(wrap bool, horizontal string) *excelize.Alignment {
		return &excelize.Alignment{Vertical: "top", WrapText: wrap, Horizontal: horizontal, Indent: 1}
	}
	middle := func(horizontal string) *excelize.Alignment {
		return &excelize.Alignment{Vertical: "center", Horizontal: horizontal, Indent: 1}
	}
	heads := []excelize.Border{{Type: "bottom", Color: inkMuted, Style: 1}}
	s := &styles{
		title:     add(excelize.Style{Font: font(16, true, inkBlue), Fill: fill(paleBlue), Alignment: middle("left")}),
		section:   add(excelize.Style{Font: font(12, true, inkDark), Alignment: &excelize.Alignment{Vertical: "bottom"}}),
		head:      add(excelize.Style{Font: font(10, true, inkDark), Fill: fill(paleHead), Alignment: middle("left"), Border: heads}),
		headRight: add(excelize.Style{Font: font(10, true, inkDark), Fill: fill(paleHead), Alignment: middle("right"), Border: heads}),
		label:     add(excelize.Style{Font: font(10, false, inkMuted), Alignment: top(false, "left"), Border: rule}),
		value:     add(excelize.Style{Font: font(10, false, inkDark), Alignment: top(true, "left"), Border: rule, NumFmt: textFormat}),
		count:     add(excelize.Style{Font: font(10, true, inkDark), Alignment: top(false, "right"), Border: rule, NumFmt: 3}),
		zero:      add(excelize.Style{Font: font(10, false, inkMuted), Alignment: top(false, "right"), Border: rule, NumFmt: 3}),
		sum:       add(excelize.Style{Font: font(10, true, inkDark), Alignment: top(true, "left"), Border: over}),
		sumCount:  add(excelize.Style{Font: font(10, true, inkDark), Alignment: top(false, "right"), Border: over, NumFmt: 3}),
		text:      add(excelize.Style{Font: font(10, false, inkDark), Alignment: top(false, "left"), Border: rule, NumFmt: textFormat}),
		wrapped:   add(excelize.Style{Font: font(10, false, inkDark), Alignment: top(true, "left"), Border: rule, NumFmt: textFormat}),
		quiet:     add(excelize.Style{Font: font(9, false, inkMuted), Alignment: top(false, "left"), Border: rule, NumFmt: textFormat}),
		attention: add(excelize.Style{Font: font(10, true, inkAlarm), Fill: fill(paleWarn), Alignment: top(false, "right"), Border: rule, NumFmt: 3}),
	}
	return s, err
}
