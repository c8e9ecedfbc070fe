package draft

import (
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"keyroster/cmd/internal/account"
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
	// Columns are HEADER=COLUMN, or HEADER=COLUMN:TYPE of a wide table: headers of the
	// customer's own and the columns that they mean, before those of the configuration.
	Columns []string
	// Sheet is that of workbooks whose path names none; empty: the first with a known
	// header. Encoding is that of CSV files; empty: the configuration's, else it is
	// found out.
	Sheet, Encoding string
	// CheckValues: values are checked by themselves, since there are no records.
	CheckValues bool
	// Types are the account's types as far as anything but the account tells them, and
	// whether those are all; nil where nothing does.
	Types func() (types []reconcile.Type, whole bool)
	// Ask asks the account itself, where what a row says depends on its types; nil: Types
	// are what is known.
	Ask func(ctx context.Context) ([]reconcile.Type, error)
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
	return "", failure.New(failure.Usage, hint, "unknown encoding %q", r.Encoding)
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
	var fill []string
	files := r.Files
	if config != nil {
		repair, fill = config.Repair, config.FillDown
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
		return nil, failure.New(failure.Usage, "name a CSV, XLSX or ODS file, or - for standard input",
			"no roster given, and the account has none")
	}
	asked := sync.OnceValues(func() ([]reconcile.Type, error) { return r.known(ctx) })
	repair.Alike = func(a, b string) bool {
		types, failed := asked()
		err = cmp.Or(err, failed)
		return reconcile.SameType(types, a, b)
	}
	account.LimitMemory(rowsOf(files))
	roster, unusable := rosterio.Read(ctx, files, rosterio.Options{
		Schema: spec.Schema, Row: spec.Row, Check: spec.Check,
		Columns: r.ColumnMap(config), FillDown: fill, Sheet: r.Sheet, Stdin: r.Stdin,
		Repair: repair, CheckValues: r.CheckValues, Encoding: encoding,
		Types: func() []string { return r.typeNames(config) },
	})
	switch {
	case err != nil:
		return nil, failure.Of(err)
	case unusable == nil:
		return roster, nil
	case errors.Is(unusable, context.Canceled):
		return nil, failure.Of(unusable)
	}
	return roster, &failure.Error{Kind: failure.Roster, Err: unusable, Problems: rosterio.Problems(unusable)}
}

// rowsOf is about how many rows files have, as far as their sizes tell.
func rowsOf(files []string) int {
	const shortRow = 32
	size := int64(0)
	for _, file := range files {
		if info, err := os.Stat(file); err == nil {
			size += info.Size()
		}
	}
	return int(size / shortRow)
}

// known are the account's types. A login that may not read them leaves them unknown.
func (r Reading) known(ctx context.Context) ([]reconcile.Type, error) {
	switch {
	case r.Ask != nil:
		types, err := r.Ask(ctx)
		if err != nil && reconcile.ClassOf(err) != reconcile.Denied {
			return nil, err
		}
		return types, nil
	case r.Types != nil:
		types, _ := r.Types()
		return types, nil
	}
	return nil, nil
}

// typeNames are the account's types by names that rosters may have: those that its configuration
// names, which may be nil, and those of earlier runs.
func (r Reading) typeNames(config *configio.Account) []string {
	var names []string
	if config != nil {
		names = slices.Collect(maps.Keys(config.Shapes))
		names = slices.AppendSeq(names, maps.Keys(config.TypeLimits))
		for _, padding := range config.Repair.Pad {
			names = slices.AppendSeq(names, maps.Keys(padding.Types))
		}
		slices.Sort(names)
	}
	if r.Types != nil {
		types, _ := r.Types()
		for _, t := range types {
			names = append(names, t.Name())
		}
	}
	return names
}
