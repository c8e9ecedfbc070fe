package audit

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/io/rights"
	"keyroster/io/store"
)

// RenderedSchema is the schema name of [Rendered]. Members may be added, never renamed.
const RenderedSchema = "keyroster/rendered/1"

// Rendered lists the files that were written, as report --json prints them: the requested one
// and those beside it.
type Rendered struct {
	Schema string   `json:"schema"`
	RunID  string   `json:"run_id"`
	Files  []string `json:"files"`
	// Lacks says what the report leaves out; empty for nothing.
	Lacks string `json:"lacks,omitempty"`
}

// Render writes the report of a run again, to the path out, in the format given by its
// extension. ref is a run as [store.Store.Run] takes it, or the path of a report.json, which
// need not belong to a run. An out inside a closed run, or with an unknown extension, is
// refused with an error of kind Usage.
func Render(st store.Store, ref, out string) (*Rendered, error) {
	f, err := openReport(st, ref, out)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	report, err := reportio.ReadJSON(f)
	if err != nil {
		return nil, &failure.Error{
			Kind: failure.Stopped, Err: err, Hint: "keyroster verify shows what is wrong with a run folder",
		}
	}
	doc := &Rendered{
		Schema: RenderedSchema, RunID: report.RunID, Files: []string{out}, Lacks: reportio.KeptSmallSentence(report),
	}
	write, err := renderer(report, out, &doc.Files)
	if err != nil {
		return nil, err
	}
	if err := atomicio.WriteFile(out, 0o600, write); err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	return doc, nil
}

// openReport opens the report.json of a run, or the one at a path, and refuses an out inside the run.
func openReport(st store.Store, ref, out string) (store.File, error) {
	run, _ := st.Run(ref)
	open := func() (store.File, error) { return run.Open(store.ReportJSONFile) }
	if run == nil {
		path := ref
		if info, err := os.Stat(ref); err == nil && info.IsDir() {
			path = filepath.Join(ref, store.ReportJSONFile)
		}
		open = func() (store.File, error) { return plainfile.Open(path, plainfile.Unlimited) }
		run = runContaining(st, path)
	}
	if run != nil && run.Has(store.ManifestFile) && run.Encloses(out) {
		return nil, failure.New(failure.Usage, "name a file elsewhere",
			"%s is in the run folder, which is closed by its manifest", out)
	}
	f, err := open()
	if err != nil {
		return nil, failure.New(failure.Usage, "name a run folder, or its report.json", "open report: %v", err)
	}
	return f, nil
}

// runContaining returns the run that contains a file, by its path; nil for none. It needs the whole
// path: a bare name could be that of another run elsewhere.
func runContaining(st store.Store, path string) *store.Run {
	folder, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil
	}
	run, _ := st.Run(folder)
	return run
}

// renderer picks the format by the file's extension. Texts too long for a cell go to a folder
// beside it; those files are added to written.
func renderer(report *reportio.Report, out string, written *[]string) (func(io.Writer) error, error) {
	side := func(line int, column, text string) (string, error) {
		name := filepath.Join(out+".files", fmt.Sprintf("%d.%s.txt", line, column))
		if err := rights.MkdirAll(filepath.Dir(name)); err != nil {
			return "", err
		}
		put := func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
		*written = append(*written, name)
		return filepath.Base(out) + ".files/" + filepath.Base(name), atomicio.WriteFile(name, 0o600, put)
	}
	switch strings.ToLower(filepath.Ext(out)) {
	case ".csv":
		return func(w io.Writer) error {
			return reportio.WriteCSV(w, report, reportio.CSVOptions{SideFile: side})
		}, nil
	case ".xlsx":
		return func(w io.Writer) error {
			return reportio.WriteXLSX(w, report, reportio.XLSXOptions{SideFile: side})
		}, nil
	case ".json":
		return func(w io.Writer) error { return reportio.WriteJSON(w, report) }, nil
	case ".ndjson":
		return func(w io.Writer) error { return reportio.WriteNDJSON(w, report) }, nil
	case ".html":
		return func(w io.Writer) error { return reportio.WriteHTML(w, report, reportio.HTMLOptions{}) }, nil
	}
	return nil, failure.New(failure.Usage, "for example --out report.xlsx",
		"report needs --out FILE that ends in .csv, .xlsx, .json, .ndjson or .html")
}
