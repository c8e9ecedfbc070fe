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

// Reading says which rosters to read, and how. The zero value reads those of the configuration.
type Reading struct {
	// Files are paths, with or without a sheet (badges.xlsx#Doors), or - for Stdin, which may be nil.
	Files []string
	Stdin io.Reader
	// Columns are HEADER=COLUMN, or HEADER=COLUMN:TYPE for a wide table: they map the
	// customer's own headers, and take precedence over the configuration.
	Columns []string
	// Sheet applies to workbooks whose path names none; empty: the first sheet with a known
	// header. Encoding is that of CSV files; empty: the configured one, else it is detected.
	Sheet, Encoding string
	// CheckValues checks values by themselves, since there are no records to compare with.
	CheckValues bool
	// Types returns the account's types as known without asking it, and whether those are all;
	// may be nil.
	Types func() (types []reconcile.Type, whole bool)
	// Ask queries the account for its types, when the meaning of a row depends on them; nil to
	// use Types.
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

// EncodingOf returns the encoding of CSV files: the reading's, else that of the configuration,
// which may be nil; empty if neither sets one.
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

// ColumnMap maps the customer's headers to columns: the reading's take precedence over those of
// the configuration, which may be nil.
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

// Read reads the rosters that r names, else those of the configuration, which may be nil. An
// error means that a file cannot be used at all; the roster then holds what is known of the
// others. Problems of rows are in the roster.
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
	refused := &failure.Error{Kind: failure.Roster, Err: unusable, Problems: rosterio.Problems(unusable)}
	if len(refused.Problems) == 1 {
		p := refused.Problems[0]
		refused.Hint = p.Remedy
		p.Remedy = ""
		refused.Err = errors.New(p.String())
	}
	return roster, refused
}

// rowsOf estimates the number of rows in files from their sizes.
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

// known returns the account's types; none if the login may not read them.
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

// typeNames returns names of the account's types that rosters may use: those in its
// configuration, which may be nil, and those from earlier runs.
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
