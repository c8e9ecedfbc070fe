package reportio

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// The ANSI sequences of the terminal output. They are few, and each goes with
// a word or a sign that says the same without colour.
const (
	ansiReset  = "\x1b[0m"
	ansiBold   = "\x1b[1m"
	ansiDim    = "\x1b[2m"
	ansiRed    = "\x1b[31m"
	ansiGreen  = "\x1b[32m"
	ansiYellow = "\x1b[33m"
	ansiBlue   = "\x1b[34m"
)

// paint colours text, if colours are wanted.
func paint(color bool, ansi, text string) string {
	if !color || ansi == "" || text == "" {
		return text
	}
	return ansi + text + ansiReset
}

// terminalWidth measures text as a terminal of any language shows it.
var terminalWidth = &runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}

// oneLine makes text safe to print: names and reasons come from files and
// providers, and could else move the cursor, change colours or, by marks of
// direction, show a text that is not what it says. Line breaks become ⏎.
func oneLine(text string) string {
	clean := func(r rune) bool { return r >= 0x20 && r < 0x7f }
	if strings.IndexFunc(text, func(r rune) bool { return !clean(r) }) < 0 {
		return text
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return '⏎'
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200d', r == '\u2028', r == '\u2029':
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// fit cuts text to width with an ellipsis; a width of 0 or less cuts nothing.
func fit(text string, width int) string {
	if width <= 0 {
		return text
	}
	return terminalWidth.Truncate(text, width, "…")
}

// pad fills text to width.
func pad(text string, width int) string { return terminalWidth.FillRight(text, width) }

func widthOf(text string) int { return terminalWidth.StringWidth(text) }
