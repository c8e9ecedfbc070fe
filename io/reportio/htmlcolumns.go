package reportio

import (
	"cmp"
	"path/filepath"
	"strings"
	"time"
)

// The columns of the page's data, by the names that its script uses. Texts hardly
// ever repeat; words often do, and are stored once per block.
var (
	htmlTexts   = [...]string{"row", "name", "email", "holder", "credential", "renewed", "request"}
	htmlWords   = [...]string{"place", "file", "label", "type", "reason", "effective"}
	htmlNumbers = [...]string{
		"line", "situation", "action", "outcome", "needs", "verified", "chain", "status", "attempts", "started", "finished",
	}
)

func (l *Line) pageTexts() [len(htmlTexts)]string {
	return [...]string{
		pageRow(l), l.HolderName, l.HolderEmail, l.HolderID, l.CredentialID, l.NewCredentialID, l.RequestID,
	}
}

// pageWords are the line's words; place has no row number, which is in pageNumbers.
func (l *Line) pageWords(r *Report) [len(htmlWords)]string {
	return [...]string{
		placePrefix(r, l), baseName(sourceOf(l).File), cmp.Or(l.TypeName, l.Type), l.Type, l.Reason, deref(l.Effective),
	}
}

// pageNumbers has 0 in verified for not checked, 1 for as written and 2 for not as
// written. Chains are counted from 1, so that 0 is none.
func (l *Line) pageNumbers() [len(htmlNumbers)]int {
	chain := 0
	if l.Chain != nil {
		chain = *l.Chain + 1
	}
	return [...]int{
		l.Line, int(l.Situation), int(l.Action), int(l.Outcome), oneIf(l.NeedsPerson()), verifiedNumber(l),
		chain, l.HTTPStatus, l.Attempts, milliseconds(l.StartedAt), milliseconds(l.FinishedAt),
	}
}

// placePrefix is placeWords without the number at its end, or the word before the
// id of a record without a row.
func placePrefix(r *Report, l *Line) string {
	if l.Source == nil {
		return "record"
	}
	return strings.TrimSuffix(placeWords(r, l), " "+l.Source.At())
}

// pageRow is the number of the line's row, or its cell in a wide table.
func pageRow(l *Line) string {
	if s := sourceOf(l); s.Line != 0 {
		return s.At()
	}
	return ""
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
