package configio

import "strings"

// Nearest is the known word that word is most likely a misspelling of, or
// empty: at most one edit for every three characters and never more than
// three, where case, dashes and spaces do not count.
func Nearest(word string, known []string) string {
	best, least := "", 4
	for _, k := range known {
		d := edits(foldWord(word), foldWord(k))
		if d <= max(len(k)/3, 1) && d < least {
			best, least = k, d
		}
	}
	return best
}

func foldWord(s string) string {
	return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(s))
}

// edits is the number of insertions, deletions, substitutions and swaps of
// neighbours that make a into b. Long words are not compared.
func edits(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range b {
		rows[0][j+1] = j + 1
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			differ := 1
			if a[i-1] == b[j-1] {
				differ = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+differ)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
