package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/io/rundir"
)

func (a *app) reportCommand() *cobra.Command {
	var out, schema string
	cmd := &cobra.Command{
		Use:   "report RUN --out FILE",
		Short: "Render the report of a run again, or print the JSON Schema of reports",
		Long: `report reads the report.json of a run folder and writes it again in the format that FILE ends in:
.csv, .xlsx, .json, .ndjson or .html. FILE must not be in the run folder, which its manifest closes.
With --schema it prints the JSON Schema of report.json, and with --schema=plan that of plan.json.`,
		Example: `  keyroster report runs/20260131T020001Z-hq-1a2b3c --out january.xlsx
  keyroster report --schema`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case schema != "" && len(args) == 0 && out == "":
				return a.printSchema(schema)
			case schema != "":
				return fail(exitUsage, "keyroster report --schema", "--schema goes with neither a run nor --out")
			case len(args) == 0:
				return fail(exitUsage, "name a run folder", "report needs a run")
			}
			return a.renderReport(args[0], out)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "the `FILE` to write: .csv, .xlsx, .json, .ndjson or .html")
	cmd.Flags().StringVar(&schema, "schema", "", "print the JSON Schema of a `DOCUMENT`: "+strings.Join(reportio.Documents, " or "))
	cmd.Flags().Lookup("schema").NoOptDefVal = reportio.Documents[0]
	return cmd
}

func (a *app) printSchema(document string) error {
	if err := reportio.WriteSchema(a.stdout, document); err != nil {
		return &failure{code: exitUsage, err: err}
	}
	a.printed = true
	return nil
}

// renderReport writes the report of a run in another format, or anew.
func (a *app) renderReport(run, out string) error {
	path := run
	if info, err := os.Stat(run); err == nil && info.IsDir() {
		path = filepath.Join(run, rundir.ReportJSONFile)
	}
	if closed(filepath.Dir(path)) && inside(filepath.Dir(path), out) {
		return fail(exitUsage, "name a file elsewhere", "%s is in the run folder, which its manifest closes", out)
	}
	f, err := plainfile.Open(path, plainfile.Unlimited)
	if err != nil {
		return fail(exitUsage, "name a run folder, or its report.json", "open report: %v", err)
	}
	defer f.Close()
	report, err := reportio.ReadJSON(f)
	if err != nil {
		return &failure{code: exitError, err: err, hint: "keyroster verify tells what is wrong with a run folder"}
	}
	doc := renderedDocument{Schema: "keyroster/rendered/1", RunID: report.RunID, Files: []string{out}}
	write, err := renderer(report, out, &doc.Files)
	if err != nil {
		return err
	}
	if err := atomicio.WriteFile(out, 0o600, write); err != nil {
		return &failure{code: exitError, err: err}
	}
	return a.document(&doc)
}

// renderedDocument is what report --json prints: the files that it wrote, those
// beside FILE too.
type renderedDocument struct {
	Schema string   `json:"schema"`
	RunID  string   `json:"run_id"`
	Files  []string `json:"files"`
}

// closed reports whether a folder has a manifest, which another file would belie.
func closed(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, rundir.ManifestFile))
	return err == nil
}

// inside reports whether a file would be in a folder.
func inside(folder, file string) bool {
	a, err := os.Stat(folder)
	if err != nil {
		return false
	}
	b, err := os.Stat(filepath.Dir(file))
	return err == nil && os.SameFile(a, b)
}

// renderer picks the format by the name of the file. What a cell cannot hold
// goes to a folder beside it, whose files are added to written.
func renderer(report *reportio.Report, out string, written *[]string) (func(io.Writer) error, error) {
	side := func(line int, column, text string) (string, error) {
		name := filepath.Join(out+".files", fmt.Sprintf("%d.%s.txt", line, column))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return "", err
		}
		put := func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
		*written = append(*written, name)
		return filepath.Base(out) + ".files/" + filepath.Base(name), atomicio.WriteFile(name, 0o600, put)
	}
	switch strings.ToLower(filepath.Ext(out)) {
	case ".csv":
		return func(w io.Writer) error { return reportio.WriteCSV(w, report, reportio.CSVOptions{SideFile: side}) }, nil
	case ".xlsx":
		return func(w io.Writer) error { return reportio.WriteXLSX(w, report, reportio.XLSXOptions{SideFile: side}) }, nil
	case ".json":
		return func(w io.Writer) error { return reportio.WriteJSON(w, report) }, nil
	case ".ndjson":
		return func(w io.Writer) error { return reportio.WriteNDJSON(w, report) }, nil
	case ".html":
		return func(w io.Writer) error {
			return reportio.WriteHTML(w, report, reportio.HTMLOptions{})
		}, nil
	}
	return nil, fail(exitUsage, "for example --out report.xlsx", "report needs --out FILE that ends in .csv, .xlsx, .json, .ndjson or .html")
}
