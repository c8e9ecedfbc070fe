package manual

import (
	"regexp"
	"strings"
)

// kind is the kind of a block.
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
	// text is the text of a heading, paragraph or item, on one line.
	text string
	// mark precedes an item: a dash, or its number.
	mark string
	// lines are the lines of code.
	lines []string
	// rows are the rows of a table, its head first.
	rows [][]string
}

var (
	itemMark  = regexp.MustCompile(`^(-|\d+\.) +(.*)`)
	tableRule = regexp.MustCompile(`^\|[-:| ]+\|$`)
)

// parse splits a page into blocks.
func parse(text string) []block {
	var blocks []block
	open := false // the last block can take more lines
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

// cells are the cells of a table row.
func cells(line string) []string {
	const bar = "\x00"
	line = strings.ReplaceAll(line, `\|`, bar)
	var out []string
	for _, cell := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), "|") {
		out = append(out, strings.ReplaceAll(strings.TrimSpace(cell), bar, "|"))
	}
	return out
}
