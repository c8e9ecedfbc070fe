package bookio

import "github.com/xuri/excelize/v2"

// FontName is a font that Excel has and LibreOffice knows a twin of.
const FontName = "Calibri"

// The ink of workbooks: dark on white, for the printer as for the screen.
const (
	Dark     = "1F2933"
	Muted    = "5F6B76"
	PaleHead = "E6EBEF"
	PaleRule = "D5DBE0"
)

// TextFormat is the number format @: whatever is typed into the cell stays text.
const TextFormat = 49

// ThousandsFormat is the number format #,##0.
const ThousandsFormat = 3

// Look is how a cell looks. Equal looks are one style of a workbook. The zero value is
// dark text of 10 points at the top left, with an indent.
type Look struct {
	Size         float64
	Bold, Italic bool
	// Ink is the colour of the text, Fill of the cell; none is dark, and no fill.
	Ink, Fill string
	// Right aligns the text right, Middle centres it vertically, and Wrap breaks it
	// into lines. Loose leaves alignment to the spreadsheet.
	Right, Middle, Wrap, Loose bool
	Line                       Line
	// Format is a built-in number format, Custom one that is spelled out.
	Format int
	Custom string
}

// Line is a line at one side of a cell.
type Line struct{ side, color string }

// Lines below a row, below a header, and above a sum.
var (
	Rule  = Line{"bottom", PaleRule}
	Under = Line{"bottom", Muted}
	Over  = Line{"top", Muted}
)

// The looks that workbooks share.
var (
	Section   = Look{Size: 12, Bold: true, Loose: true}
	Head      = Look{Bold: true, Fill: PaleHead, Middle: true, Line: Under}
	HeadRight = Look{Bold: true, Fill: PaleHead, Middle: true, Right: true, Line: Under}
	Label     = Look{Ink: Muted, Line: Rule}
	Text      = Look{Line: Rule, Format: TextFormat}
	Wrapped   = Look{Wrap: true, Line: Rule, Format: TextFormat}
	Count     = Look{Bold: true, Right: true, Line: Rule, Format: ThousandsFormat}
	Sum       = Look{Bold: true, Wrap: true, Line: Over}
)

// In is the look in other colours.
func (l Look) In(ink, fill string) Look {
	l.Ink, l.Fill = ink, fill
	return l
}

func (l Look) style() *excelize.Style {
	font := &excelize.Font{Family: FontName, Size: l.Size, Bold: l.Bold, Italic: l.Italic, Color: l.Ink}
	if font.Size == 0 {
		font.Size = 10
	}
	if font.Color == "" {
		font.Color = Dark
	}
	at := &excelize.Alignment{Vertical: "top", Horizontal: "left", Indent: 1, WrapText: l.Wrap}
	switch {
	case l.Loose:
		at.Horizontal, at.Indent = "", 0
		if !l.Wrap {
			at.Vertical = ""
		}
	case l.Right:
		at.Horizontal = "right"
	}
	if l.Middle {
		at.Vertical = "center"
	}
	s := &excelize.Style{Font: font, Alignment: at, NumFmt: l.Format}
	if l.Fill != "" {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{l.Fill}}
	}
	if l.Line.side != "" {
		s.Border = []excelize.Border{{Type: l.Line.side, Color: l.Line.color, Style: 1}}
	}
	if l.Custom != "" {
		s.CustomNumFmt = &l.Custom
	}
	return s
}
