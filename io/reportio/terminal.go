package reportio

import (
	"strings"

	"github.com/rivo/uniseg"

	"keyroster/io/termio"
)

// The ANSI sequences of the terminal output. They are few, and each accompanies a
// word or a sign that says the same without colour.
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

// oneLine makes text safe to print: names and reasons come from files and
// providers, and could otherwise move the cursor, change colours or, with direction
// marks, display something other than the text. Line breaks become ⏎.
func oneLine(text string) string {
	clean := func(r rune) bool { return r >= 0x20 && r < 0x7f }
	if strings.IndexFunc(text, func(r rune) bool { return !clean(r) }) < 0 {
		return text
	}
	return termio.Escape(lineBreaks.Replace(text))
}

// lineBreaks are shown as a sign, and tabs as blanks.
var lineBreaks = strings.NewReplacer("\r\n", "⏎", "\n", "⏎", "\t", " ")

// fit cuts text to width with an ellipsis, between characters as people see
// them; a width of 0 or less cuts nothing.
func fit(text string, width int) string {
	if width <= 0 || len(text) <= width || termio.Width(text) <= width {
		return text
	}
	const ellipsis = "…"
	end, used, state := 0, termio.Width(ellipsis), -1
	for rest := text; rest != ""; {
		var cluster string
		var wide int
		cluster, rest, wide, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used += wide; used > width {
			break
		}
		end += len(cluster)
	}
	return text[:end] + ellipsis
}

// pad fills text to width.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-termio.Width(text)))
}
