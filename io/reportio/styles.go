package reportio

import (
	"maps"
	"slices"

	"github.com/xuri/excelize/v2"

	"keyroster/reconcile"
)

// fontName is a font that Excel has and LibreOffice knows a twin of.
const fontName = "Calibri"

// The ink of the workbook: dark on white, for the printer as for the screen.
const (
	inkDark  = "1F2933"
	inkMuted = "5F6B76"
	paleHead = "E6EBEF"
	paleRule = "D5DBE0"
)

// tint is a pale fill and the dark ink that is readable on it.
type tint struct{ fill, ink string }

// outcomeTints are after the Okabe-Ito palette, which people with any kind of
// colour vision tell apart; the word stands beside the colour everywhere.
var outcomeTints = map[reconcile.Outcome]tint{
	reconcile.Unchanged:    {"F4F6F7", inkMuted},
	reconcile.Applied:      {"D6EFE4", "00543A"},
	reconcile.Failed:       {"FADBCB", "8A2A00"},
	reconcile.Blocked:      {"FCE8BF", "664700"},
	reconcile.Conflict:     {"F2D9E8", "70245A"},
	reconcile.Unknown:      {"F7D0D0", "7A1020"},
	reconcile.NotAttempted: {"E4E4E4", "333333"},
	reconcile.InvalidRow:   {"F6F0B8", "5A5200"},
	reconcile.LeftUnlisted: {"F4F6F7", inkMuted},
	reconcile.Planned:      {"D7E7F6", "0A3F70"},
}

var toneTints = map[Tone]tint{
	Good:      {"D6EFE4", "00543A"},
	Noted:     {"D7E7F6", "0A3F70"},
	Notice:    {"D7E7F6", "0A3F70"},
	Attention: {"FCE8BF", "5A3E00"},
	Alarm:     {"FADBCB", "8A2A00"},
}

// styles are the cell styles of a workbook, by use.
type styles struct {
	title, section, head, headRight         int
	label, value, count, meaning, note, sum int
	text, wrapped, number, share            int
	outcome                                 map[reconcile.Outcome]int
	headlines                               map[Tone]int
}

// textFormat is the number format @: whatever is typed into the cell stays text.
const textFormat = 49

func newStyles(f *excelize.File) (*styles, error) {
	var err error
	add := func(s excelize.Style) int {
		id, e := f.NewStyle(&s)
		if err == nil {
			err = e
		}
		return id
	}
	rule := []excelize.Border{{Type: "bottom", Color: paleRule, Style: 1}}
	font := func(size float64, bold bool, ink string) *excelize.Font {
		return &excelize.Font{Family: fontName, Size: size, Bold: bold, Color: ink}
	}
	top := func(wrap bool, horizontal string) *excelize.Alignment {
		return &excelize.Alignment{Vertical: "top", WrapText: wrap, Horizontal: horizontal, Indent: 1}
	}
	s := &styles{outcome: map[reconcile.Outcome]int{}, headlines: map[Tone]int{}}
	s.title = add(excelize.Style{Font: font(10, false, inkMuted)})
	s.section = add(excelize.Style{Font: font(12, true, inkDark), Alignment: &excelize.Alignment{Vertical: "bottom"}})
	s.head = add(excelize.Style{
		Font: font(10, true, inkDark), Fill: fill(paleHead), Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "left", Indent: 1},
		Border: []excelize.Border{{Type: "bottom", Color: inkMuted, Style: 1}},
	})
	s.headRight = add(excelize.Style{
		Font: font(10, true, inkDark), Fill: fill(paleHead), Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "right", Indent: 1},
		Border: []excelize.Border{{Type: "bottom", Color: inkMuted, Style: 1}},
	})
	s.label = add(excelize.Style{Font: font(10, false, inkMuted), Alignment: top(false, "left"), Border: rule})
	s.value = add(excelize.Style{Font: font(10, false, inkDark), Alignment: top(true, "left"), Border: rule, NumFmt: textFormat})
	s.count = add(excelize.Style{Font: font(10, true, inkDark), Alignment: top(false, "right"), Border: rule, NumFmt: 3})
	s.share = add(excelize.Style{Font: font(10, false, inkMuted), Alignment: top(false, "right"), Border: rule})
	s.meaning = add(excelize.Style{Font: font(10, false, inkMuted), Alignment: top(true, "left"), Border: rule})
	s.note = add(excelize.Style{Font: font(9, false, inkMuted), Alignment: top(true, "left")})
	s.sum = add(excelize.Style{
		Font: font(10, true, inkDark), Alignment: top(true, "left"),
		Border: []excelize.Border{{Type: "top", Color: inkMuted, Style: 1}},
	})
	s.text = add(excelize.Style{Font: font(10, false, inkDark), Alignment: top(false, "left"), Border: rule, NumFmt: textFormat})
	s.wrapped = add(excelize.Style{Font: font(10, false, inkDark), Alignment: top(true, "left"), Border: rule, NumFmt: textFormat})
	s.number = add(excelize.Style{Font: font(10, false, inkDark), Alignment: top(false, "right"), Border: rule, NumFmt: 1})
	// In the order of the words, since a style's number follows from it.
	for _, o := range reconcile.Outcomes {
		t := outcomeTints[o]
		bold := o != reconcile.Unchanged && o != reconcile.LeftUnlisted
		s.outcome[o] = add(excelize.Style{
			Font: font(10, bold, t.ink), Fill: fill(t.fill), Alignment: top(false, "left"), Border: rule, NumFmt: textFormat,
		})
	}
	for _, tone := range slices.Sorted(maps.Keys(toneTints)) {
		t := toneTints[tone]
		s.headlines[tone] = add(excelize.Style{
			Font: font(16, true, t.ink), Fill: fill(t.fill), Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "left", WrapText: true, Indent: 1},
		})
	}
	return s, err
}

func fill(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}
