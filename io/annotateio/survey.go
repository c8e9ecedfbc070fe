package annotateio

import (
	"errors"
	"io"
	"strings"

	"keyroster/io/cellio"
)

// survey is what must be known of a sheet before it is rewritten, as the proving
// reader found it.
type survey struct {
	// width is the last column with content, from 1.
	width int
	// first has the first column with content of each row, both from 1, and 0
	// for rows without any; firstRow is the first row with content.
	first    []uint16
	firstRow int
	// last has the last row with content of each column, from 1.
	last []int
	// titles are the columns by text, of the rows that may be a header.
	titles map[int]map[string]int
}

// titleRows is how many rows may be a header.
const titleRows = 64

// survey reads a sheet to its end, once.
func (w *Workbook) survey(name string) (*survey, error) {
	if s := w.surveys[name]; s != nil {
		return s, nil
	}
	table, err := w.book.Table(name)
	if err != nil {
		return nil, err
	}
	defer table.Close()
	s := &survey{titles: map[int]map[string]int{}}
	for rows := 0; ; rows++ {
		line, err := table.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		s.add(line, rows < titleRows)
	}
	w.surveys[name] = s
	return s, nil
}

func (s *survey) add(line *cellio.Line, title bool) {
	for len(s.first) <= line.Number {
		s.first = append(s.first, 0)
	}
	if s.firstRow == 0 {
		s.firstRow = line.Number
	}
	for i := range line.Cells {
		c := &line.Cells[i]
		if c.Kind == cellio.Blank && !c.Formula {
			continue
		}
		col := i + 1
		s.width = max(s.width, col)
		for len(s.last) <= col {
			s.last = append(s.last, 0)
		}
		s.last[col] = line.Number
		if s.first[line.Number] == 0 {
			s.first[line.Number] = uint16(col)
		}
		if title && c.Kind == cellio.Text {
			if s.titles[line.Number] == nil {
				s.titles[line.Number] = map[string]int{}
			}
			s.titles[line.Number][strings.Clone(c.Text)] = col
		}
	}
}

// columnBeforeFree is the column before the first run of that many columns which are empty from a
// header's row down, to the right of its table and of column after. What is above the
// header does not matter.
func (s *survey) columnBeforeFree(header, columns, after int) int {
	for _, col := range s.titles[header] {
		after = max(after, col)
	}
	if len(s.titles[header]) == 0 {
		return max(after, s.width)
	}
	for col := after + 1; col <= after+columns && col < len(s.last); col++ {
		if s.last[col] >= header {
			after = col
		}
	}
	return after
}

// firstCol is the first column of a row that has content, else 1.
func (s *survey) firstCol(row int) int {
	if row < len(s.first) && s.first[row] > 0 {
		return int(s.first[row])
	}
	return 1
}
