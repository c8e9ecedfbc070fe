package reportio

import (
	"strings"

	"keyroster/io/termio"
)

// wrapWords joins words with spaces and breaks before the first that would not end within
// width; later lines start with indent spaces. before is the number of columns that the
// first line has in front of the text. A width of 0 breaks nothing, and a word longer
// than a line stays whole: it is an id or a path, which must be copied completely.
func wrapWords(words []string, before, indent, width int) string {
	var out strings.Builder
	at := before
	for i := 0; i < len(words); {
		piece, next := unbroken(words, i)
		switch wide := termio.Width(piece); {
		case i == 0:
			at += wide
		case width > 0 && at+1+wide > width:
			out.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent + wide
		default:
			out.WriteByte(' ')
			at += 1 + wide
		}
		out.WriteString(piece)
		i = next
	}
	return out.String()
}

// unbroken are the words from i on that must stay on one line, and the index of the word
// after them: a number with what it counts, and a dot between parts with what it ends.
func unbroken(words []string, i int) (piece string, next int) {
	piece, next = words[i], i+1
	if next < len(words) && piece != "" && strings.Trim(piece, "(0123456789,") == "" {
		piece += " " + words[next]
		next++
	}
	if next < len(words) && words[next] == "·" {
		piece += " ·"
		next++
	}
	return piece, next
}

// minHanging is how many columns a hanging text needs, and shownLines how many lines of it
// are shown: a reason has fewer, a changed document may have thousands.
const (
	minHanging = 36
	shownLines = 12
)

// hanging is the text of a row from the column at on. If it does not fit on one line,
// further lines are indented to the same column, or the whole text goes under the row
// where too little room is left.
func hanging(text string, at, width int) string {
	text = oneLine(text)
	if width <= 0 || termio.Width(text) <= width-at {
		return text
	}
	begin := ""
	if width-at < minHanging && at > 6 {
		begin, at = "\n      ", 6
	}
	room := max(width-at, 8)
	words := strings.Split(fit(text, room*shownLines), " ")
	for i := range words {
		words[i] = fit(words[i], room)
	}
	return begin + wrapWords(words, at, at, width)
}

// Beside is running text next to a term, starting in the column indent and folded at words.
func Beside(text string, indent, width int) string {
	return wrapWords(strings.Fields(text), indent, indent, width)
}

// Sentence is running text for a terminal of a width in columns: folded at words,
// and with harmless characters. A width of 0 folds nothing.
func Sentence(text string, width int) string {
	return wrapWords(strings.Split(oneLine(text), " "), 0, 2, width)
}
