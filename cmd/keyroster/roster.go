package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/spf13/cobra"

	"keyroster/io/configio"
	"keyroster/io/csvio"
	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/io/rosterio"
	"keyroster/io/tableio"
	"keyroster/providers"
	"keyroster/reconcile"
	"keyroster/reconcile/migration"
)

// rosterFlags are the flags of every command that reads a roster.
type rosterFlags struct {
	sheet    string
	columns  []string
	encoding string
	// judge: values are judged by themselves, since there are no records.
	judge bool
}

func (f *rosterFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.sheet, "sheet", "", "`NAME` of the workbook's sheet (default the first visible one with a known header)")
	cmd.Flags().StringVar(&f.encoding, "encoding", "", "`NAME` of the encoding of CSV files that are not UTF-8, such as windows-1250")
	cmd.Flags().StringArrayVar(&f.columns, "map", nil, "`HEADER=COLUMN`: a header of yours and the column it means (repeatable)")
}

// read reads the rosters that the arguments name, else those of the
// configuration. The error means that a file cannot be used at all; problems of
// rows are in the roster.
func (a *app) read(ctx context.Context, f rosterFlags, args []string, spec *providers.Spec, config *configio.Account) (*reconcile.Roster, error) {
	var repair tableio.Repair
	if config != nil {
		repair = config.Repair
		if len(args) == 0 {
			args = config.Roster
		}
	}
	for _, pair := range f.columns {
		if header, column, ok := strings.Cut(pair, "="); !ok || header == "" || column == "" {
			return nil, fail(exitUsage, `for example --map "Badge No=value"`, "--map takes HEADER=COLUMN, not %q", pair)
		}
	}
	encoding, err := f.encodingOf(config)
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		return nil, fail(exitUsage, "name a CSV or XLSX file, or - for standard input", "no roster given, and the account configures none")
	}
	roster, err := rosterio.Read(ctx, args, rosterio.Options{
		Schema: spec.Schema, Row: spec.Row, Check: spec.Check,
		Columns: f.columnMap(config), Sheet: f.sheet, Stdin: a.stdin, Repair: repair, Judge: f.judge, Encoding: encoding,
	})
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return nil, classify(err)
		}
		return roster, &failure{code: exitRoster, err: err, problems: rosterio.Problems(err)}
	}
	return roster, nil
}

// encodingOf is the encoding of CSV files, that of the flag before that of the
// configuration, which may be nil; empty when nobody names one.
func (f *rosterFlags) encodingOf(config *configio.Account) (string, error) {
	if f.encoding == "" {
		if config == nil {
			return "", nil
		}
		return config.Encoding, nil
	}
	name, ok := csvio.LookupEncoding(f.encoding)
	if ok {
		return name, nil
	}
	hint := "for example --encoding windows-1250"
	if near := configio.Nearest(f.encoding, csvio.EncodingNames); near != "" {
		hint = "did you mean --encoding " + near + "?"
	}
	return "", fail(exitUsage, hint, "nobody knows the encoding %q", f.encoding)
}

// columnMap is the customer's own headers and the columns that they mean, those
// of the flags before those of the configuration, which may be nil.
func (f *rosterFlags) columnMap(config *configio.Account) map[string]string {
	columns := map[string]string{}
	if config != nil {
		maps.Copy(columns, config.Columns)
	}
	for _, pair := range f.columns {
		header, column, _ := strings.Cut(pair, "=")
		columns[header] = column
	}
	return columns
}

// showProblems prints the problems of a roster, errors first, each on a line;
// past the first most it counts them. On a terminal they are folded at words.
func (a *app) showProblems(roster *reconcile.Roster, most int) {
	shown, hidden := 0, 0
	for _, severity := range []reconcile.Severity{reconcile.SeverityError, reconcile.SeverityWarning} {
		for i := range roster.Problems {
			p := &roster.Problems[i]
			switch {
			case p.Severity != severity:
			case shown < most:
				shown++
				text := fmt.Sprintf("%s: %s", p.Severity, p)
				if isTerminal(a.stderr) {
					text = reportio.Sentence(text, width(a.stderr))
				}
				fmt.Fprintln(a.stderr, text)
			default:
				hidden++
			}
		}
	}
	if hidden > 0 {
		where := "keyroster check lists them all"
		if roster.Problems[0].Kind == migration.KindMove {
			where = migrationio.LossFile + " has them all"
		}
		fmt.Fprintf(a.stderr, "… and %s more; %s\n", plural(hidden, "problem"), where)
	}
}
