package reportio

import (
	"cmp"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The columns of the page's data, by the names that its script uses. Texts
// hardly ever occur twice; words often do, and are kept once a block.
var htmlTexts = []struct {
	name string
	text func(*Line) string
}{
	{"row", func(l *Line) string { return countText(sourceOf(l).Line) }},
	{"name", func(l *Line) string { return l.HolderName }},
	{"email", func(l *Line) string { return l.HolderEmail }},
	{"holder", func(l *Line) string { return l.HolderID }},
	{"credential", func(l *Line) string { return l.CredentialID }},
	{"renewed", func(l *Line) string { return l.NewCredentialID }},
	{"request", func(l *Line) string { return l.RequestID }},
}

var htmlWords = []struct {
	name string
	word func(*Report, *Line) string
}{
	// Place is where the line's row is, without the number of the row.
	{"place", placePrefix},
	{"file", func(_ *Report, l *Line) string { return baseName(sourceOf(l).File) }},
	{"label", func(_ *Report, l *Line) string { return cmp.Or(l.TypeName, l.Type) }},
	{"type", func(_ *Report, l *Line) string { return l.Type }},
	{"reason", func(_ *Report, l *Line) string { return l.Reason }},
	{"effective", func(_ *Report, l *Line) string { return deref(l.Effective) }},
}

var htmlNumbers = []struct {
	name   string
	number func(*Line) int
}{
	{"line", func(l *Line) int { return l.Line }},
	{"situation", func(l *Line) int { return int(l.Situation) }},
	{"action", func(l *Line) int { return int(l.Action) }},
	{"outcome", func(l *Line) int { return int(l.Outcome) }},
	{"needs", func(l *Line) int { return oneIf(l.NeedsPerson()) }},
	// Verified is 0 for not checked, 1 for as written, 2 for not as written.
	{"verified", verifiedNumber},
	// Chains are counted from 1 here, so that 0 is none.
	{"chain", func(l *Line) int {
		if l.Chain == nil {
			return 0
		}
		return *l.Chain + 1
	}},
	{"status", func(l *Line) int { return l.HTTPStatus }},
	{"attempts", func(l *Line) int { return l.Attempts }},
	{"started", func(l *Line) int { return milliseconds(l.StartedAt) }},
	{"finished", func(l *Line) int { return milliseconds(l.FinishedAt) }},
}

// placePrefix is placeWords without the number at its end, or the word that
// stands before the id of a record without a row.
func placePrefix(r *Report, l *Line) string {
	if l.Source == nil {
		return "record"
	}
	return strings.TrimSuffix(placeWords(r, l), " "+strconv.Itoa(l.Source.Line))
}

func baseName(file string) string {
	if file == "" {
		return ""
	}
	return filepath.Base(file)
}

func verifiedNumber(l *Line) int {
	switch {
	case l.Verified == nil:
		return 0
	case *l.Verified:
		return 1
	}
	return 2
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func milliseconds(t *time.Time) int {
	if t == nil || t.IsZero() {
		return 0
	}
	return int(t.UnixMilli())
}
