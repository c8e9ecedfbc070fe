package notify

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"keyroster/cmd/internal/failure"
	"keyroster/io/notifyio"
	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/io/termio"
)

// message is the notification about a run: the summary of its report, or why there is none.
// named: it may name people.
func message(o *Options, r *Result, named bool) notifyio.Message {
	m := notifyio.Message{Account: o.Config.Name, Provider: o.Config.Provider, ExitCode: o.exitCode(r)}
	file, folder := store.ReportHTMLFile, ""
	if r.Run != nil {
		m.RunID, m.Folder, folder = r.Run.ID(), r.Run.Place(), r.Run.Path("")
		if !hasFile(r.Run, file) {
			file = store.ReportJSONFile
		}
		if named { // only mails have attachments
			m.Report = page(r)
		}
	}
	var text bytes.Buffer
	if r.Report != nil && r.Compared {
		options := reportio.SummaryOptions{
			Folder: folder, Files: []string{file}, Anonymous: !named,
		}
		if err := reportio.WriteSummary(&text, r.Report, options); err != nil {
			text.Reset()
		}
	}
	m.Text = text.String()
	if text, ok := stopped(r.Err, m.Folder, named); ok {
		m.Text = text + unlisted(r, named)
	}
	first, _, _ := strings.Cut(m.Text, "\n")
	m.Subject = fmt.Sprintf("keyroster %s: %s", o.Config.Name, clauses(first, subjectWidth))
	return m
}

// maxReport is the largest page to attach to a mail; most servers would refuse a larger one.
const maxReport = 8 << 20

// hasFile reports whether a run has a file.
func hasFile(run *store.Run, name string) bool {
	f, err := run.Open(name)
	if err != nil {
		return false
	}
	_ = f.Close() // only its existence matters
	return true
}

// page is the run's HTML report, rendered again if the run was kept small; nil if there is none
// or it is too large.
func page(r *Result) []byte {
	if !hasFile(r.Run, store.ReportHTMLFile) {
		var made bytes.Buffer
		if r.Report == nil || reportio.WriteHTML(&made, r.Report, reportio.HTMLOptions{}) != nil || made.Len() > maxReport {
			return nil
		}
		return made.Bytes()
	}
	f, err := r.Run.Open(store.ReportHTMLFile)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(plainfile.Capped(f, store.ReportHTMLFile, maxReport))
	if err != nil {
		return nil
	}
	return data
}

// stopped is why a run has no result, if it has none.
func stopped(cause error, place string, named bool) (string, bool) {
	if cause == nil {
		return "", false
	}
	f := failure.Of(cause)
	if f.Shown {
		return "", false
	}
	why := f.Error()
	if !named && f.Anonymous != "" {
		why = f.Anonymous
	}
	text := fmt.Sprintf("stopped: %s\n", termio.Escape(why))
	if f.Hint != "" {
		text += fmt.Sprintf("hint: %s\n", termio.Escape(f.Hint))
	}
	if place != "" {
		text += fmt.Sprintf("run: %s\n", place)
	}
	return text, true
}

// unlisted is the line about unlisted records next to the reason why a run has no result; empty
// for none.
func unlisted(r *Result, named bool) string {
	if r.Report == nil || !r.Compared {
		return ""
	}
	if text := reportio.UnlistedSentence(r.Report, named); text != "" {
		return text + "\n"
	}
	return ""
}

// subjectWidth is how much of the verdict a mail's subject shows.
const subjectWidth = 120

// clauses is the beginning of a verdict, limited to a width: as many clauses as fit, or the
// first one, cut off.
func clauses(verdict string, width int) string {
	for utf8.RuneCountInString(verdict) > width {
		shorter := strings.LastIndex(verdict, "; ")
		if shorter < 0 {
			return string([]rune(verdict)[:width]) + "…"
		}
		verdict = verdict[:shorter]
	}
	return verdict
}
