package reportio

import (
	"cmp"
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
	// number: the text is digits that a workbook stores as a number, so that it
	// sorts as one. Identifiers never are.
	number bool
	// width in characters in the workbook.
	width float64
	// wrap breaks long texts over several lines of the cell.
	wrap bool
	// detail columns are folded away in the workbook until asked for.
	detail bool
}

var columns = [...]column{
	{name: "source_file", width: 17, detail: true},
	{name: "source_sheet", width: 12},
	{name: "source_line", width: 11, number: true},
	{name: "line", width: 7, number: true, detail: true},
	{name: "sources", width: 20, wrap: true, detail: true},
	{name: "credential_id", width: 14},
	{name: "new_credential_id", width: 17, detail: true},
	{name: "holder_id", width: 11, detail: true},
	{name: "holder_name", width: 22, wrap: true},
	{name: "holder_email", width: 31, wrap: true},
	{name: "type", width: 12, detail: true},
	{name: "type_name", width: 14, wrap: true},
	{name: "situation", width: 12, detail: true},
	{name: "action", width: 8, detail: true},
	{name: "outcome", width: 14},
	{name: "verified", width: 9},
	{name: "effective", width: 10, detail: true},
	{name: "chain", width: 7, number: true, detail: true},
	{name: "changes", width: 32, wrap: true},
	{name: "warnings", width: 26, wrap: true},
	{name: "reason", width: 40, wrap: true},
	{name: "http_status", width: 11, number: true, detail: true},
	{name: "attempts", width: 9, number: true, detail: true},
	{name: "request_id", width: 26, detail: true},
	{name: "started_at", width: 24, detail: true},
	{name: "finished_at", width: 24, detail: true},
	{name: "fingerprint", width: 34, detail: true},
	{name: "source_cell", width: 12},
}

// cells are what a line says in each of the columns.
func (l *Line) cells() [len(columns)]string {
	s := sourceOf(l)
	return [...]string{
		s.File,
		s.Sheet,
		countText(s.Line),
		strconv.Itoa(l.Line),
		sourcesText(l),
		l.CredentialID,
		l.NewCredentialID,
		l.HolderID,
		l.HolderName,
		l.HolderEmail,
		l.Type,
		l.TypeName,
		l.Situation.String(),
		l.Action.String(),
		l.Outcome.String(),
		verifiedText(l),
		deref(l.Effective),
		chainText(l),
		ChangesText(l.Fields),
		strings.Join(l.Warnings, "; "),
		l.Reason,
		countText(l.HTTPStatus),
		countText(l.Attempts),
		l.RequestID,
		timeText(l.StartedAt),
		timeText(l.FinishedAt),
		l.Fingerprint,
		cmp.Or(s.Cell, s.Header),
	}
}

// filled has a bit for each column that the line fills. It builds no texts, since
// it is called for every line of every report.
func (l *Line) filled() uint64 {
	s := sourceOf(l)
	var used uint64
	for i, there := range [len(columns)]bool{
		s.File != "",
		s.Sheet != "",
		s.Line != 0,
		true,
		len(l.Sources) > 0,
		true, // the workbook shows the column of ids in any case
		l.NewCredentialID != "",
		l.HolderID != "",
		l.HolderName != "",
		l.HolderEmail != "",
		l.Type != "",
		l.TypeName != "",
		true,
		true,
		true,
		l.Verified != nil,
		deref(l.Effective) != "",
		l.Chain != nil,
		len(l.Fields) > 0,
		len(l.Warnings) > 0,
		l.Reason != "",
		l.HTTPStatus != 0,
		l.Attempts != 0,
		l.RequestID != "",
		l.StartedAt != nil,
		l.FinishedAt != nil,
		l.Fingerprint != "",
		s.Header != "",
	} {
		if there {
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

// place is a source in short form: roster.csv:12, or Doors!12 in a workbook.
func place(s reconcile.Source) string {
	if s.Sheet == "" {
		return filepath.Base(s.File) + ":" + s.At()
	}
	return s.Sheet + "!" + s.At()
}

func sourcesText(l *Line) string {
	places := make([]string, len(l.Sources))
	for i, s := range l.Sources {
		places[i] = s.File + ":" + s.At()
		if s.Sheet != "" {
			places[i] = s.File + "#" + s.Sheet + "!" + s.At()
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
	if t.Location() == time.UTC {
		return t.Format(time.RFC3339)
	}
	return t.Truncate(time.Second).Format(LocalClock)
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
