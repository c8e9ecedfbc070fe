package cellio

import (
	"path"
	"strings"
)

// Sheet is one sheet of a workbook.
type Sheet struct {
	Name string
	// Visible is false for sheets that are hidden in any way.
	Visible bool
}

// FindSheets returns the sheets that a person means: the one of that name, ignoring case,
// else those whose names match the pattern (as in [path.Match]); none when no sheet does.
func FindSheets(sheets []Sheet, pattern string) []Sheet {
	var folded, matching []Sheet
	for _, s := range sheets {
		if s.Name == pattern {
			return []Sheet{s}
		}
		if strings.EqualFold(s.Name, pattern) {
			folded = append(folded, s)
		}
		if ok, err := path.Match(pattern, s.Name); err == nil && ok {
			matching = append(matching, s)
		}
	}
	if len(folded) == 1 {
		return folded
	}
	return matching
}
