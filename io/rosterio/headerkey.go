package rosterio

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxHeaderBytes is the length of the longest header that is compared with names:
// anything longer is a text, not a header.
const maxHeaderBytes = 128

// headerKey reduces a header to what is compared: its letters and digits in lower
// case, composed (NFC). Spaces, punctuation and invisible characters are dropped. A
// header that has nothing else, such as #, stays as it is.
func headerKey(header string) string {
	if len(header) > maxHeaderBytes {
		return header
	}
	header = norm.NFC.String(header)
	folded := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, header)
	if folded == "" {
		return trimInvisible(header)
	}
	return folded
}

// trimInvisible removes everything that cannot be seen from both ends.
func trimInvisible(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) })
}

// invisible reports whether a character other than the plain space is not visible,
// so that two texts that differ by it look equal.
func invisible(r rune) bool {
	if r >= ' ' && r <= '~' {
		return false
	}
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) ||
		r == '\u115f' || r == '\u3164' || r == '\u2800' || unicode.Is(unicode.Variation_Selector, r)
}

// near is how many edits a misspelling may be away from a word.
const near = 2

// edits is the number of single-letter changes and swaps of neighbours between
// two short texts (Damerau and Levenshtein, each letter changed once), or more
// than bound.
func edits(a, b string, bound int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > bound || len(y)-len(x) > bound {
		return bound + 1
	}
	before, row, next := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		next[0] = i + 1
		for j := range y {
			cost := row[j]
			if x[i] != y[j] {
				cost = 1 + min(row[j], row[j+1], next[j])
			}
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				cost = min(cost, before[j-1]+1)
			}
			next[j+1] = cost
		}
		before, row, next = row, next, before
	}
	return row[len(y)]
}

// names finds the columns of a schema by header.
type names struct {
	byKey map[string]int
	// order has the folded names in the order of the schema, so that the
	// nearest one is the same each time.
	order []string
}

func newNames(columns []string, aliases [][]string) *names {
	n := &names{byKey: map[string]int{}}
	for i, name := range columns {
		n.add(name, i)
	}
	for i := range columns {
		for _, alias := range aliases[i] {
			n.add(alias, i)
		}
	}
	return n
}

// add does not replace a name that is there already: canonical names come first.
func (n *names) add(name string, column int) {
	key := headerKey(name)
	if _, taken := n.byKey[key]; !taken {
		n.byKey[key] = column
		n.order = append(n.order, key)
	}
}

// find is the column of a folded header, or -1.
func (n *names) find(folded string) int {
	if col, ok := n.byKey[folded]; ok {
		return col
	}
	return -1
}

// misspelt is the column of the name or alias that a folded header is most likely
// a misspelling of, or -1. A quarter of a name's letters may be wrong, at least
// one and at most two. In names of up to five letters the first one must be right:
// people hardly ever get it wrong, and too many short words are a letter apart.
func (n *names) misspelt(folded string) int {
	return n.closest(folded, func(name string) int {
		letters := utf8.RuneCountInString(name)
		if letters <= 5 && !strings.HasPrefix(folded, name[:1]) {
			return 0
		}
		return min(max(letters/4, 1), near)
	})
}

// nearest is the column whose name or alias is the fewest edits away, or -1
// when none is within bound.
func (n *names) nearest(folded string, bound int) int {
	return n.closest(folded, func(string) int { return bound })
}

// closest is the column of the nearest name within that name's bound, the first of equals, or -1.
func (n *names) closest(folded string, bound func(name string) int) int {
	best, least := -1, maxHeaderBytes
	if len(folded) > maxHeaderBytes {
		return best
	}
	for _, name := range n.order {
		most := min(bound(name), least-1)
		if d := edits(folded, name, most); d <= most {
			best, least = n.byKey[name], d
		}
	}
	return best
}
