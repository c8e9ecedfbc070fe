package draft

import (
	"context"
	"errors"
	"io"
	"maps"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/csvio"
	"keyroster/io/rosterio"

	"keyroster/providers"
	"keyroster/reconcile"
)

// Reading says which rosters are read, and how. The zero value reads those of the
// configuration.
type Reading struct {
	// Files are paths, with a sheet (badges.xlsx#Doors) or without, or - for Stdin,
	// which is nil when there is none.
	Files []string
	Stdin io.Reader
	// Columns are HEADER=COLUMN: headers of the customer's own and the columns that
	// they mean, before those of the configuration.
	Columns []string
	// Sheet is that of workbooks whose path names none; empty: the first with a known
	// header. Encoding is that of CSV files; empty: the configuration's, else it is
	// found out.
	Sheet, Encoding string
	// Judge: values are judged by themselves, since there are no records.
	Judge bool
}

// Check refuses columns that are not HEADER=COLUMN.
func (r Reading) Check() error {
	for _, pair := range r.Columns {
		if header, column, ok := strings.Cut(pair, "="); !ok || header == "" || column == "" {
			return failure.New(failure.Usage, `for example --map "Badge No=value"`,
				"--map takes HEADER=COLUMN, not %q", pair)
		}
	}
	return nil
}

// EncodingOf is the encoding of CSV files, that of the reading before that of the
// configuration, which may be nil; empty when neither names one.
func (r Reading) EncodingOf(config *configio.Account) (string, error) {
	if r.Encoding == "" {
		if config == nil {
			return "", nil
		}
		return config.Encoding, nil
	}
	name, ok := csvio.LookupEncoding(r.Encoding)
	if ok {
		return name, nil
	}
	hint := "for example --encoding windows-1250"
	if near := configio.Nearest(r.Encoding, csvio.EncodingNames); near != "" {
		hint = "did you mean --encoding " + near + "?"
	}
	return "", failure.New(failure.Usage, hint, "nobody knows the encoding %q", r.Encoding)
}

// ColumnMap is the customer's own headers and the columns that they mean, those of
// the reading before those of the configuration, which may be nil.
func (r Reading) ColumnMap(config *configio.Account) map[string]string {
	columns := map[string]string{}
	if config != nil {
		maps.Copy(columns, config.Columns)
	}
	for _, pair := range r.Columns {
		header, column, _ := strings.Cut(pair, "=")
		columns[header] = column
	}
	return columns
}

// Read reads the rosters that r names, else those of the configuration, which may be
// nil. The error means that a file cannot be used at all, and then the roster has
// what can be said of the others; problems of rows are in the roster.
func Read(
	ctx context.Context, r Reading, spec *providers.Spec, config *configio.Account,
) (*reconcile.Roster, error) {
	var repair rosterio.Repair
	files := r.Files
	if config != nil {
		repair = config.Repair
		if len(files) == 0 {
			files = config.Roster
		}
	}
	if err := r.Check(); err != nil {
		return nil, err
	}
	encoding, err := r.EncodingOf(config)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, failure.New(failure.Usage, "name a CSV or XLSX file, or - for standard input",
			"no roster given, and the account configures none")
	}
	roster, err := rosterio.Read(ctx, files, rosterio.Options{
		Schema: spec.Schema, Row: spec.Row, Check: spec.Check,
		Columns: r.ColumnMap(config), Sheet: r.Sheet, Stdin: r.Stdin, Repair: repair, Judge: r.Judge, Encoding: encoding,
	})
	switch {
	case err == nil:
		return roster, nil
	case errors.Is(err, context.Canceled):
		return nil, failure.Of(err)
	}
	return roster, &failure.Error{Kind: failure.Roster, Err: err, Problems: rosterio.Problems(err)}
}
