package rosterio

import (
	"strconv"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile/shape"
)

// readNumber reads a cell that the file stores as a number.
func readNumber(c class, cell *cellio.Cell) (string, *fault) {
	if cell.Format == cellio.FormatTime && (c == classTime || c.code() || c == classText || c == classInt) {
		return "", timeFault(c, cell.Text)
	}
	switch c {
	case classTime:
		return "", &fault{
			kind: KindNotDate, message: "the cell holds a plain number where a date is expected", likely: likelyDay(cell),
			remedy: "format the cell as a date, or enter the date as 2026-01-31",
		}
	case classEmail, classState, classBool:
		return "", &fault{
			kind:    KindNumber,
			message: "the cell holds a number where a word is expected",
			remedy:  "enter the text",
		}
	}
	text := cell.Text
	if c != classJSON {
		text = plainNumber(c, text)
	}
	digits, fraction, f := plainDigits(c, text)
	if f != nil {
		return "", f
	}
	if fraction && c != classJSON {
		return "", &fault{
			kind:    KindFraction,
			message: "the cell holds a number with decimals where text is expected",
			remedy:  remedyText,
		}
	}
	if cell.Format == cellio.FormatPad && !fraction && len(digits) <= cell.Width && cell.Width <= shape.CertainDigits {
		// The person saw exactly this text: the zeros are in the format.
		return strings.Repeat("0", cell.Width-len(digits)) + digits, nil
	}
	switch {
	case c == classSecret || c == classColor:
		return "", &fault{
			kind: KindNumber, message: "the cell holds a number, which cannot keep leading zeros; some may be lost",
			likely: color(c, digits), remedy: remedyText,
		}
	case cell.Format == cellio.FormatOther && (c == classID || c == classText):
		return "", &fault{
			kind: KindNumber, message: "the cell holds a number whose format shows it differently from how it is stored",
			likely: guess(c, digits), remedy: remedyText,
		}
	}
	return text, nil
}

// color is the likely original if it is a colour, which is not secret.
func color(c class, digits string) string {
	if c == classSecret {
		return ""
	}
	return digits
}

// plainNumber writes a whole number without the forms that some programs give to
// all their numbers: Google Sheets stores 12 as 12.0 and 12345678 as 1.2345678E7.
// No digit is gained or lost; a number with more digits than are certain stays as
// it is, and so does the exponent of a secret, which is always refused.
func plainNumber(c class, text string) string {
	mantissa, exponent, scaled := strings.Cut(strings.ToUpper(text), "E")
	whole, decimals, _ := strings.Cut(mantissa, ".")
	shift := 0
	if scaled {
		n, err := strconv.Atoi(exponent)
		if err != nil || n < 0 || n > shape.CertainDigits || c == classSecret || c == classColor {
			return text
		}
		shift = n
	}
	decimals = strings.TrimRight(decimals, "0")
	if len(decimals) > shift {
		return text
	}
	plain := whole + decimals + strings.Repeat("0", shift-len(decimals))
	if bare := strings.TrimPrefix(plain, "-"); !shape.AllDigits(bare) || len(bare) > shape.CertainDigits {
		return text
	}
	return plain
}

// plainDigits returns the digits of a number that a spreadsheet stores without
// loss: no sign, no exponent, at most 15 digits.
func plainDigits(c class, text string) (digits string, fraction bool, f *fault) {
	mantissa, _, exponent := strings.Cut(strings.ReplaceAll(text, "e", "E"), "E")
	whole, decimals, fraction := strings.Cut(mantissa, ".")
	whole, negative := strings.CutPrefix(whole, "-")
	n := len(strings.TrimLeft(whole, "0")) + len(decimals)
	switch {
	case n > shape.CertainDigits:
		f = &fault{
			kind: KindRounded, message: "the number has more than 15 digits; a spreadsheet keeps only the first 15",
			remedy: "format the column as text and enter the value again from its source",
		}
		if c != classSecret && !negative {
			f.likely = (whole + decimals)[:shape.CertainDigits] + "… (the rest is lost)"
		}
	case exponent:
		f = &fault{
			kind: KindExponent, message: "the number is stored with an exponent, so its last digits are not certain",
			remedy: "format the column as text and enter the value again from its source",
		}
	case negative && c != classInt && c != classJSON:
		f = &fault{
			kind:    KindNumber,
			message: "the cell holds a negative number where text is expected",
			likely:  guess(c, whole),
			remedy:  remedyText,
		}
	}
	return whole, fraction, f
}
