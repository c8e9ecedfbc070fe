package manual

import (
	"slices"
	"strings"

	"keyroster/io/termio"
)

const (
	// margin is how far text is indented below its headings; code and tables are indented as
	// far or further.
	margin     = 2
	codeMargin = 4
	// gap is the space between table columns.
	gap = 2
)

// Render formats the page for a terminal. Code is never folded, so that it can be copied.
func (t *Topic) Render(s Style) string {
	var out strings.Builder
	before := heading
	for n, b := range parse(t.Text) {
		if n > 0 && (b.kind != item || before != item) {
			out.WriteByte('\n')
		}
		before = b.kind
		switch b.kind {
		case heading:
			out.WriteString(s.heading(b.text) + "\n")
		case paragraph:
			s.wrap(&out, strings.Repeat(" ", margin), b.text)
		case item:
			s.wrap(&out, strings.Repeat(" ", margin)+b.mark+" ", b.text)
		case code:
			for _, line := range b.lines {
				out.WriteString(strings.TrimRight(strings.Repeat(" ", codeMargin)+line, " ") + "\n")
			}
		case table:
			s.table(&out, b.rows)
		}
	}
	return out.String()
}

// heading sets a heading off in the only way that a bare terminal has: to the left of
// everything else.
func (s Style) heading(text string) string {
	text = strings.ReplaceAll(text, "`", "")
	if s.Colors {
		return bold + text + reset
	}
	return text
}

// wrap writes a text after begin, with later lines aligned below its start.
func (s Style) wrap(out *strings.Builder, begin, text string) {
	wide := termio.Width(begin)
	for n, line := range lines(s.words(text), s.Width-wide) {
		if n == 1 {
			begin = strings.Repeat(" ", wide)
		}
		out.WriteString(begin + line.text + "\n")
	}
}

// lines breaks words into lines of a width. A longer word gets a line of its own.
func lines(words []word, width int) []word {
	var out []word
	for _, w := range words {
		if last := len(out) - 1; last >= 0 && out[last].wide+1+w.wide <= width {
			out[last] = word{out[last].text + " " + w.text, out[last].wide + 1 + w.wide}
			continue
		}
		out = append(out, w)
	}
	return out
}

// table writes a table with aligned cells. If it is wider than the page, the widest columns
// shrink first; if that is not enough, each row becomes a list.
func (s Style) table(out *strings.Builder, rows [][]string) {
	columns := len(rows[0])
	content := make([][][]word, len(rows))
	widths, least := make([]int, columns), make([]int, columns)
	for n, row := range rows {
		for col := range columns {
			words := s.words(slices.Concat(row, make([]string, columns))[col])
			content[n] = append(content[n], words)
			for _, w := range words {
				least[col] = max(least[col], w.wide)
			}
			if all := lines(words, 1<<20); len(all) > 0 {
				widths[col] = max(widths[col], all[0].wide)
			}
		}
	}
	if !s.narrow(widths, least) {
		s.lists(out, rows)
		return
	}
	for n, row := range content {
		writeRow(out, row, widths)
		if n == 0 {
			rule := make([][]word, columns)
			for col, wide := range widths {
				rule[col] = []word{{strings.Repeat("─", wide), wide}}
			}
			writeRow(out, rule, widths)
		}
	}
}

// lists writes each table row as its first cell, followed by the others, each after the heading
// of its column.
func (s Style) lists(out *strings.Builder, rows [][]string) {
	wide := 0
	for _, head := range rows[0][1:] {
		wide = max(wide, termio.Width(head)+gap)
	}
	for n, row := range rows[1:] {
		if n > 0 {
			out.WriteByte('\n')
		}
		s.wrap(out, strings.Repeat(" ", margin), row[0])
		for col, cell := range row[1:min(len(row), len(rows[0]))] {
			head := rows[0][col+1]
			if cell != "" {
				s.wrap(out, strings.Repeat(" ", 2*margin)+head+strings.Repeat(" ", wide-termio.Width(head)), cell)
			}
		}
	}
}

// narrow shrinks the widest columns until the table fits the page, and reports whether their
// longest words allow that.
func (s Style) narrow(widths, least []int) bool {
	for {
		total, widest := margin+gap*(len(widths)-1), -1
		for col, wide := range widths {
			total += wide
			if wide > least[col] && (widest < 0 || wide > widths[widest]) {
				widest = col
			}
		}
		if total <= s.Width || widest < 0 {
			return total <= s.Width
		}
		widths[widest]--
	}
}

// writeRow writes a table row, whose cells may take several lines.
func writeRow(out *strings.Builder, row [][]word, widths []int) {
	folded := make([][]word, len(row))
	height := 1
	for col := range row {
		folded[col] = lines(row[col], widths[col])
		height = max(height, len(folded[col]))
	}
	for n := range height {
		line, owed := strings.Repeat(" ", margin), 0
		for col, cell := range folded {
			var w word
			if n < len(cell) {
				w = cell[n]
			}
			if w.wide > 0 {
				line += strings.Repeat(" ", owed) + w.text
				owed = 0
			}
			owed += widths[col] - w.wide + gap
		}
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}
