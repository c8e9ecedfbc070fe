package csvio

import (
	"strings"
	"unicode/utf8"
)

// separators are the candidates, the rarest in running text first: it wins
// where two fit equally well ("Family, given;Badge").
const separators = "\t|;,"

// sampleRecords is how many records are looked at to find the separator.
const sampleRecords = 64

// sepLine finds a first line such as "sep=;", with which spreadsheets declare
// the separator. size is its length without the line end, 0 when there is none.
func sepLine(prefix []byte) (separator rune, size int) {
	const key = "sep="
	if len(prefix) <= len(key) || !strings.EqualFold(string(prefix[:len(key)]), key) {
		return 0, 0
	}
	r, n := utf8.DecodeRune(prefix[len(key):])
	size = len(key) + n
	if r == '"' || r == '\n' || r == utf8.RuneError {
		return 0, 0
	}
	if len(prefix) > size && prefix[size] != '\n' {
		return 0, 0
	}
	return r, size
}

// sniffSeparator finds the separator of text whose line ends are LFs. whole says
// that the text ends with prefix. A separator must occur in at least half of the
// records; if none does, the text has one column, for which comma will do.
func sniffSeparator(prefix []byte, whole bool) rune {
	records := countSeparators(prefix, whole)
	best, bestScore := ',', [3]int{}
	for i, candidate := range separators {
		score := scoreSeparator(records, i)
		if score[0] > 0 && 2*score[0] >= len(records) && greater(score, bestScore) {
			best, bestScore = candidate, score
		}
	}
	return best
}

type separatorCounts [len(separators)]int

// countSeparators counts the candidates outside quotes in each of the first
// records that are not blank.
func countSeparators(prefix []byte, whole bool) []separatorCounts {
	var records []separatorCounts
	var record separatorCounts
	quoted, blank := false, true
	end := func() {
		if !blank {
			records = append(records, record)
		}
		record, blank = separatorCounts{}, true
	}
	for _, c := range prefix {
		if c == '\n' && !quoted {
			if end(); len(records) == sampleRecords {
				return records
			}
			continue
		}
		blank = false
		if c == '"' {
			quoted = !quoted
		} else if i := strings.IndexByte(separators, c); i >= 0 && !quoted {
			record[i]++
		}
	}
	// A record that the prefix cuts off is worse evidence than a whole one, but better than none.
	if whole || len(records) == 0 {
		end()
	}
	return records
}

// scoreSeparator rates candidate i: in how many records it occurs, in how many of
// them as often as it usually does, and how often that is. The first number alone
// separates semicolons from decimal commas, which no header has.
func scoreSeparator(records []separatorCounts, i int) (score [3]int) {
	times := map[int]int{}
	for _, record := range records {
		if n := record[i]; n > 0 {
			score[0]++
			times[n]++
		}
	}
	for n, often := range times {
		if often > score[1] || often == score[1] && n > score[2] {
			score[1], score[2] = often, n
		}
	}
	return score
}

func greater(a, b [3]int) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] > b[i]
		}
	}
	return false
}
