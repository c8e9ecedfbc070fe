package manual

import (
	"regexp"
	"strings"
)

// kind is what a block of a page is.
type kind int

const (
	paragraph kind = iota
	heading
	item
	code
	table
)

// block is a part of a page.
type block struct {
	kind kind
	// text is that of a heading, a paragraph or an item, on one line.
	text string
	// mark stands before an item: a dash, or its number.
	mark string
	// lines are those of code.
	lines []string
	// rows are those of a table, its head first.
	rows [][]string
}

var (
	itemMark  = regexp.MustCompile(`^(-|\d+\.) +(.*)`)
	tableRule = regexp.MustCompile(`^\|[-:| ]+\|$`)
)

// parse takes a page apart.
func parse(text string) []block {
	var blocks []block
	open := false // the last block takes further lines
	lines := strings.Split(text, "\n")
	for n := 0; n < len(lines); n++ {
		line := strings.TrimRight(lines[n], " ")
		last := len(blocks) - 1
		mark := itemMark.FindStringSubmatch(line)
		switch {
		case line == "", strings.HasPrefix(line, "<!--"):
			open = false
		case strings.HasPrefix(line, "```"):
			end := n + 1
			for end < len(lines) && !strings.HasPrefix(lines[end], "```") {
				end++
			}
			blocks, open = append(blocks, block{kind: code, lines: lines[n+1 : end]}), false
			n = end
		case strings.HasPrefix(line, "#"):
			blocks, open = append(blocks, block{kind: heading, text: strings.TrimLeft(line, "# ")}), false
		case tableRule.MatchString(line):
		case strings.HasPrefix(line, "|"):
			if !open || blocks[last].kind != table {
				blocks, open = append(blocks, block{kind: table}), true
				last++
			}
			blocks[last].rows = append(blocks[last].rows, cells(line))
		case mark != nil:
			blocks, open = append(blocks, block{kind: item, mark: mark[1], text: mark[2]}), true
		case open && blocks[last].kind != table:
			blocks[last].text += " " + strings.TrimSpace(line)
		default:
			blocks, open = append(blocks, block{text: line}), true
		}
	}
	return blocks
}

// cells are those of a row of a table.
func cells(line string) []string {
	const bar = "\x00"
	line = strings.ReplaceAll(line, `\|`, bar)
	var out []string
	for _, cell := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), "|") {
		out = append(out, strings.ReplaceAll(strings.TrimSpace(cell), bar, "|"))
	}
	return out
}
