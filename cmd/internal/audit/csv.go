package audit

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"

	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile/rescue"
)

// compareCSV renders report.csv again from report.json and compares the two; a difference names
// the line, whichever file was changed. Columns that only one of them has belong to another
// version, and are ignored.
func (r *runFiles) compareCSV(f *findings) {
	file, err := r.run.Open(store.ReportCSVFile)
	if err != nil {
		return // reported elsewhere
	}
	defer func() { _ = file.Close() }() // it was only read
	if r.report == nil || r.reportErr != nil {
		return // reported elsewhere
	}
	rendered, in := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		side := func(line int, column, _ string) (string, error) {
			return reportio.SideFileName(line, column), nil
		}
		_ = in.CloseWithError(rescue.Guarded(func() error {
			return reportio.WriteCSV(in, r.report, reportio.CSVOptions{SideFile: side})
		})())
	}()
	if err := compareRecords(csv.NewReader(rendered), csv.NewReader(file)); err != nil {
		f.add("%v", err)
	}
	_ = rendered.Close() // stops the writer, which reads the report's file
	<-done
}

// compareRecords reads two renderings of a report and returns their first difference.
func compareRecords(fromJSON, fromCSV *csv.Reader) error {
	fromJSON.FieldsPerRecord, fromCSV.FieldsPerRecord = -1, -1
	head, err := fromJSON.Read()
	if err != nil {
		return fmt.Errorf("render %s again: %w", store.ReportCSVFile, err)
	}
	other, err := fromCSV.Read()
	if err != nil {
		return fmt.Errorf("%s has no header: %w", store.ReportCSVFile, err)
	}
	at := map[string]int{}
	for i, name := range other {
		at[name] = i
	}
	for n := 0; ; n++ {
		want, err := fromJSON.Read()
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("render %s again: %w", store.ReportCSVFile, err)
		}
		got, gotErr := fromCSV.Read()
		switch {
		case gotErr != nil && !errors.Is(gotErr, io.EOF):
			return fmt.Errorf("%s: %w", store.ReportCSVFile, gotErr)
		case err != nil && gotErr != nil:
			return nil
		case gotErr != nil:
			return fmt.Errorf("%s has no line %d", store.ReportCSVFile, n)
		case err != nil:
			return fmt.Errorf(
				"%s continues after line %d, but %s does not", store.ReportCSVFile, n-1, store.ReportJSONFile,
			)
		}
		for i, name := range head {
			if j, known := at[name]; known && (j >= len(got) || got[j] != want[i]) {
				return fmt.Errorf(
					"line %d: %s and %s differ in its %s", n, store.ReportJSONFile, store.ReportCSVFile, name,
				)
			}
		}
	}
}
