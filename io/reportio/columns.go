package reportio

import (
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"keyroster/reconcile"
)

// column is one column of report.csv and of the workbook's lines. Their names
// and order are a contract: new ones are added at the end only.
type column struct {
	name string
	text func(*Line) string
	// number tells that the text is digits which a workbook holds as a
	// number, so that it sorts as one. Identifiers never are.
	number bool
	// width in characters in the workbook.
	width float64
	// wrap breaks long texts over several lines of the cell.
	wrap bool
	// detail columns are folded away in the workbook until asked for.
	detail bool
	// always: the workbook shows the column also where no line fills it.
	always bool
}

var columns = []column{
	{name: "source_file", width: 17, text: func(l *Line) string { return sourceOf(l).File }},
	{name: "source_sheet", width: 12, text: func(l *Line) string { return sourceOf(l).Sheet }},
	{name: "source_line", width: 11, number: true, text: func(l *Line) string { return countText(sourceOf(l).Line) }},
	{name: "line", width: 7, number: true, detail: true, text: func(l *Line) string { return strconv.Itoa(l.Line) }},
	{name: "sources", width: 20, wrap: true, detail: true, text: sourcesText},
	{name: "credential_id", always: true, width: 14, text: func(l *Line) string { return l.CredentialID }},
	{name: "new_credential_id", width: 17, text: func(l *Line) string { return l.NewCredentialID }},
	{name: "holder_id", width: 11, text: func(l *Line) string { return l.HolderID }},
	{name: "holder_name", width: 22, wrap: true, text: func(l *Line) string { return l.HolderName }},
	{name: "holder_email", width: 31, wrap: true, text: func(l *Line) string { return l.HolderEmail }},
	{name: "type", width: 12, detail: true, text: func(l *Line) string { return l.Type }},
	{name: "type_name", width: 14, wrap: true, text: func(l *Line) string { return l.TypeName }},
	{name: "situation", width: 12, text: func(l *Line) string { return l.Situation.String() }},
	{name: "action", width: 8, text: func(l *Line) string { return l.Action.String() }},
	{name: "outcome", width: 14, text: func(l *Line) string { return l.Outcome.String() }},
	{name: "verified", width: 9, text: verifiedText},
	{name: "effective", width: 10, text: func(l *Line) string { return deref(l.Effective) }},
	{name: "chain", width: 7, number: true, detail: true, text: chainText},
	{name: "changes", width: 36, wrap: true, text: func(l *Line) string { return ChangesText(l.Fields) }},
	{name: "warnings", width: 26, wrap: true, text: func(l *Line) string { return strings.Join(l.Warnings, "; ") }},
	{name: "reason", width: 44, wrap: true, text: func(l *Line) string { return l.Reason }},
	{name: "http_status", width: 11, number: true, detail: true, text: func(l *Line) string { return countText(l.HTTPStatus) }},
	{name: "attempts", width: 9, number: true, detail: true, text: func(l *Line) string { return countText(l.Attempts) }},
	{name: "request_id", width: 26, detail: true, text: func(l *Line) string { return l.RequestID }},
	{name: "started_at", width: 24, detail: true, text: func(l *Line) string { return timeText(l.StartedAt) }},
	{name: "finished_at", width: 24, detail: true, text: func(l *Line) string { return timeText(l.FinishedAt) }},
	{name: "fingerprint", width: 34, detail: true, text: func(l *Line) string { return l.Fingerprint }},
}

// useColumns adds to used, which has a bit for each column that any line fills, those
// of a line.
func useColumns(used uint64, l *Line) uint64 {
	for i := range columns {
		if used>>i&1 == 0 && (columns[i].always || columns[i].text(l) != "") {
			used |= 1 << i
		}
	}
	return used
}

func sourceOf(l *Line) reconcile.Source {
	if l.Source == nil {
		return reconcile.Source{}
	}
	return *l.Source
}

func columnNames() []string {
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = columns[i].name
	}
	return names
}

// place is a source in a few characters: roster.csv:12, or Doors!12 in a
// workbook.
func place(s reconcile.Source) string {
	if s.Sheet == "" {
		return filepath.Base(s.File) + ":" + strconv.Itoa(s.Line)
	}
	return s.Sheet + "!" + strconv.Itoa(s.Line)
}

func sourcesText(l *Line) string {
	places := make([]string, len(l.Sources))
	for i, s := range l.Sources {
		places[i] = s.File + ":" + strconv.Itoa(s.Line)
		if s.Sheet != "" {
			places[i] = s.File + "#" + s.Sheet + "!" + strconv.Itoa(s.Line)
		}
	}
	return strings.Join(places, "; ")
}

func chainText(l *Line) string {
	if l.Chain == nil {
		return ""
	}
	return strconv.Itoa(*l.Chain)
}

func verifiedText(l *Line) string { return [...]string{"", "true", "false"}[verifiedNumber(l)] }

func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func timeText(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
