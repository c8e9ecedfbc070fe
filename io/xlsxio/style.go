package xlsxio

import (
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// numberStyle is what a cell's style says about a number in it.
type numberStyle struct {
	format cellio.Format
	// width counts the zeros of FormatPad.
	width int
	// date: the number is a serial date; clock: its time of day is shown.
	date, clock bool
	// hours: of a date, only the time of day is shown.
	hours bool
	// shown is FormatMonth if a date is shown without its day.
	shown cellio.Format
	// struck: the text is crossed out.
	struck bool
}

// styleBook has the number styles of a workbook and its date system.
type styleBook struct {
	styles   []numberStyle
	date1904 bool
}

// numberFormat is a format code and its number in styles.
type numberFormat struct {
	id   int
	code string
}

// readStyles reads the number formats of the cell styles, in order. A part
// without any has none.
func readStyles(data []byte) ([]numberStyle, error) {
	r, err := newMetaReader(data, "styleSheet")
	if err != nil {
		return nil, err
	}
	var formats []numberFormat
	var cells []int
	err = r.members([]string{"numFmts", "cellXfs"}, func(name string) error {
		var err error
		if name == "numFmts" {
			formats, err = list(r, "numFmt", r.numberFormat)
		} else {
			cells, err = list(r, "xf", r.cellFormat)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	codes := map[int]string{}
	for _, f := range formats {
		codes[f.id] = f.code
	}
	var styles []numberStyle
	for _, id := range cells {
		// A workbook may define a built-in format itself; that takes precedence.
		if code, own := codes[id]; own {
			styles = append(styles, customStyle(code))
		} else {
			styles = append(styles, builtInStyle(id))
		}
	}
	return styles, nil
}

// numberFormat reads an entry of the list of formats.
func (r *metaReader) numberFormat() (numberFormat, error) {
	var f numberFormat
	number := true
	err := r.attrs(func(a *officeio.Attr, text string) {
		switch string(a.Name) {
		case "numFmtId":
			f.id, number = officeio.ParseIndex(a.Value)
		case "formatCode":
			f.code = text
		}
	})
	if err == nil && !number {
		err = errBadFormat
	}
	return f, err
}

// cellFormat reads the number of a cell style's format.
func (r *metaReader) cellFormat() (int, error) {
	id, number := 0, true
	err := r.attrs(func(a *officeio.Attr, _ string) {
		if string(a.Name) == "numFmtId" {
			id, number = officeio.ParseIndex(a.Value)
		}
	})
	if err == nil && !number {
		err = errBadFormat
	}
	return id, err
}

// builtInStyle is the style of a format that files name only by number (ECMA-376 part 1, 18.8.30).
func builtInStyle(id int) numberStyle {
	switch {
	case id == 0:
		return numberStyle{format: cellio.FormatGeneral}
	case id == 1:
		return numberStyle{format: cellio.FormatPad, width: 1}
	case id == 49:
		return numberStyle{format: cellio.FormatText}
	case id == 46: // [h]:mm:ss
		return numberStyle{format: cellio.FormatTime}
	case id == 17: // mmm-yy
		return numberStyle{format: cellio.FormatOther, date: true, shown: cellio.FormatMonth}
	case id >= 14 && id <= 16, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 58:
		return numberStyle{format: cellio.FormatOther, date: true}
	case id >= 18 && id <= 21, id == 45, id == 47:
		return numberStyle{format: cellio.FormatOther, date: true, clock: true, hours: true}
	case id == 22, id >= 32 && id <= 35:
		return numberStyle{format: cellio.FormatOther, date: true, clock: true}
	}
	return numberStyle{format: cellio.FormatOther}
}

// customStyle reads a format code, as far as it shows what a person saw.
func customStyle(code string) numberStyle {
	switch {
	case code == "" || strings.EqualFold(code, "General"):
		return numberStyle{format: cellio.FormatGeneral}
	case code == "@":
		return numberStyle{format: cellio.FormatText}
	case strings.Trim(code, "0") == "":
		return numberStyle{format: cellio.FormatPad, width: len(code)}
	}
	return dateTokens(code)
}

// dateTokens reads a format code that may show dates, times of day or, with an
// elapsed part ([h]:mm), durations.
func dateTokens(code string) numberStyle {
	style, year, day := numberStyle{format: cellio.FormatOther}, false, false
	// The section for positive numbers comes first; dates are never negative.
	var inText, inBracket bool
	var bracket strings.Builder
scan:
	for i := 0; i < len(code); i++ {
		c := code[i]
		switch {
		case inText:
			inText = c != '"'
		case inBracket:
			if c != ']' {
				bracket.WriteByte(c)
				continue
			}
			inBracket = false
			if elapsed(bracket.String()) {
				return numberStyle{format: cellio.FormatTime}
			}
			bracket.Reset()
		case c == '"':
			inText = true
		case c == '[':
			inBracket = true
		case c == '\\' || c == '_' || c == '*':
			i++ // the next character is literal, skipped or repeated
		case c == ';':
			break scan
		case hasFold(code[i:], "General"):
			return numberStyle{format: cellio.FormatOther}
		case strings.IndexByte("hHsS", c) >= 0:
			style.date, style.clock = true, true
		case c == 'd', c == 'D':
			style.date, day = true, true
		case c == 'y', c == 'Y', hasFold(code[i:], "mmm"):
			style.date, year = true, true
		case c == 'm', c == 'M':
			style.date = true
		}
	}
	style.hours = style.clock && !day && !year
	if year && !day && !style.clock {
		style.shown = cellio.FormatMonth
	}
	return style
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// elapsed reports whether a bracket is [h], [mm], [ss] and not a colour,
// condition or locale.
func elapsed(bracket string) bool {
	return bracket != "" &&
		(strings.Trim(bracket, "hH") == "" || strings.Trim(bracket, "mM") == "" || strings.Trim(bracket, "sS") == "")
}
