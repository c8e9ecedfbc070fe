package reportio

import (
	"path/filepath"
	"time"
)

// htmlTexts and htmlNumbers are the columns of the page's data, by the names
// that its script uses.
var htmlTexts = []struct {
	name string
	text func(*Line) string
}{
	{"file", func(l *Line) string { return baseName(sourceOf(l).File) }},
	{"sheet", func(l *Line) string { return sourceOf(l).Sheet }},
	{"credential", func(l *Line) string { return l.CredentialID }},
	{"renewed", func(l *Line) string { return l.NewCredentialID }},
	{"holder", func(l *Line) string { return l.HolderID }},
	{"name", func(l *Line) string { return l.HolderName }},
	{"email", func(l *Line) string { return l.HolderEmail }},
	{"type", func(l *Line) string { return l.Type }},
	{"typeName", func(l *Line) string { return l.TypeName }},
	{"reason", func(l *Line) string { return l.Reason }},
	{"request", func(l *Line) string { return l.RequestID }},
	{"effective", func(l *Line) string { return deref(l.Effective) }},
}

var htmlNumbers = []struct {
	name   string
	number func(*Line) int
}{
	{"line", func(l *Line) int { return l.Line }},
	{"row", func(l *Line) int { return sourceOf(l).Line }},
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
