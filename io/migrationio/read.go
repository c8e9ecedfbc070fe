package migrationio

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"keyroster/io/csvio"
	"keyroster/io/plainfile"
)

// tableMax bounds what is read of a list of people.
const tableMax = 256 << 20

// table reads a CSV file whole. A file that is not there or is damaged is an
// error that names it.
func table(path string) (lines [][]string, numbers []int, err error) {
	f, err := plainfile.Open(path, tableMax)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", path, errors.Unwrap(err))
	}
	defer func() { _ = f.Close() }()
	t, err := csvio.Open(f, path)
	if err != nil {
		return nil, nil, err
	}
	for {
		line, err := t.Next()
		if errors.Is(err, io.EOF) {
			return lines, numbers, nil
		}
		if err != nil {
			return nil, nil, err
		}
		cells := make([]string, len(line.Cells))
		for i := range cells {
			cells[i] = strings.TrimSpace(strings.Clone(line.Cells[i].Text))
		}
		lines, numbers = append(lines, cells), append(numbers, line.Number)
		for at := len(lines[0]); at < len(cells); at++ {
			if cells[at] != "" {
				return nil, nil, fmt.Errorf(
					"read %s, line %d: it has more fields than the first line; is it one entry a line?", path, line.Number,
				)
			}
		}
	}
}

// ReadPairs reads a crosswalk of people: a CSV file with the columns
// from_holder_id and to_holder_id, each person of the source once. Other columns
// are ignored.
func ReadPairs(path string) (map[string]string, error) {
	lines, numbers, err := table(path)
	if err != nil {
		return nil, err
	}
	from, to := -1, -1
	if len(lines) > 0 {
		from, to = column(lines[0], "from_holder_id"), column(lines[0], "to_holder_id")
	}
	if from < 0 || to < 0 {
		return nil, fmt.Errorf("read crosswalk %s: the header must have from_holder_id and to_holder_id", path)
	}
	pairs := map[string]string{}
	for i, cells := range lines[1:] {
		if len(cells) <= max(from, to) || cells[from] == "" || cells[to] == "" {
			return nil, fmt.Errorf("read crosswalk %s, line %d: it does not name two people", path, numbers[i+1])
		}
		if other, twice := pairs[cells[from]]; twice && other != cells[to] {
			return nil, fmt.Errorf(
				"read crosswalk %s, line %d: %s is already mapped to %s", path, numbers[i+1],
				cells[from], other,
			)
		}
		pairs[cells[from]] = cells[to]
	}
	return pairs, nil
}

// column finds a column of a header, without regard to case, spaces and
// underscores.
func column(header []string, name string) int {
	plain := strings.NewReplacer(" ", "", "_", "", "-", "")
	for i, title := range header {
		if strings.EqualFold(plain.Replace(title), plain.Replace(name)) {
			return i
		}
	}
	return -1
}
