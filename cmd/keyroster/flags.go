package main

import (
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/notify"
)

// rosterFlags are the flags of every command that reads a roster.
type rosterFlags struct {
	sheet    string
	columns  []string
	encoding string
}

func (f *rosterFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.sheet, "sheet", "",
		"`NAME` of the sheet in the workbook (default the first visible one with a known header)")
	flags.StringVar(&f.encoding, "encoding", "",
		"encoding `NAME` of CSV files that are not UTF-8, such as windows-1250")
	flags.StringArrayVar(&f.columns, "map", nil,
		"map your own header to a column, as `HEADER=COLUMN` (repeatable)")
}

// forSeveral refuses options that only make sense for one account.
func (f *rosterFlags) forSeveral(files []string) error {
	switch {
	case len(files) > 0:
		return misuse("each account's roster: is in the configuration",
			"a roster cannot be named for several accounts")
	case f.sheet != "" || len(f.columns) > 0:
		return misuse("", "--sheet and --map are for one account")
	}
	return nil
}

// reading is how to read rosters, according to the flags.
func (f *rosterFlags) reading(a *app, files []string) draft.Reading {
	return draft.Reading{Files: files, Columns: f.columns, Sheet: f.sheet, Encoding: f.encoding, Stdin: a.Stdin}
}

const shapeHelp = "allow values of a shape for a type, as `TYPE=SHAPE`, such as \"Proximity card=digits:8-10\" (repeatable); recorded"

// planFlags are the flags that plan and apply share.
type planFlags struct {
	rosterFlags
	accountsFlags
	options draft.Options
}

func (f *planFlags) add(cmd *cobra.Command) {
	f.rosterFlags.add(cmd)
	flags, o := cmd.Flags(), &f.options
	f.accountsFlags.add(cmd, accounts.WithRoster)
	flags.StringArrayVar(&o.Holders, "holder", nil,
		"only rows and records of the holder with this `ID`, reference or e-mail address (repeatable)")
	flags.StringArrayVar(&o.Limits, "limit", nil,
		"limit for this run, as `NAME=VALUE`, such as update=40% or delete=3 (repeatable)")
	flags.StringArrayVar(&o.Shapes, "accept-shape", nil, shapeHelp)
	flags.BoolVar(&o.Prune, "prune", false, "delete records that no row names, within limits.delete")
	flags.BoolVar(&o.AcceptEmpty, "accept-empty", false, "allow an account without records")
	flags.StringVar(&o.ShrunkenListing, "accept-shrunken-listing", "",
		"allow far fewer records in the account than last time; `REASON` is recorded")
	flags.StringVar(&o.ShrunkenRoster, "accept-shrunken-roster", "",
		"allow far fewer rows in the roster than last time; `REASON` is recorded")
	flags.StringVar(&o.OldRoster, "accept-old-roster", "",
		"allow a roster file older than roster_max_age; `REASON` is recorded")
}

// forSeveral refuses options that only make sense for one account.
func (f *planFlags) forSeveral(args []string) error {
	if err := f.options.ForSeveral(); err != nil {
		return err
	}
	return f.rosterFlags.forSeveral(args)
}

// savedFlags bind an apply to a reviewed plan.
type savedFlags struct {
	plan   string
	expect string
	maxAge time.Duration
}

func (f *savedFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.plan, "plan", "",
		"apply only the saved plan in `FILE`; records that changed since end in conflict")
	flags.StringVar(&f.expect, "expect-plan", "",
		"refuse any plan except the one with this `DIGEST` (sha256:…), printed by plan as its last line")
	flags.DurationVar(&f.maxAge, "max-age", 24*time.Hour, "maximum `AGE` of a saved plan")
}

// stoppingFlags end a run before its work is done.
type stoppingFlags struct {
	deadline string
	first    uint
}

func (f *stoppingFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.deadline, "deadline", "",
		"start no write after this `TIME` of day (05:30) or duration (90m)")
	cmd.Flags().UintVar(&f.first, "first", 0, "apply and verify the first `N` changes before the rest")
}

// annotateHelp is the help of the flag --annotate.
const annotateHelp = "write a workbook copy of the roster to `FILE`, with "

// backupFlag requests a roster that reverts a run.
type backupFlag struct{ key string }

// add adds the flag; where goes into its help: a blank, and the place of the changes.
func (f *backupFlag) add(cmd *cobra.Command, where string) {
	cmd.Flags().StringVar(&f.key, "backup-to", "",
		"encrypt a backup of what the run is about to change"+where+" to this public `KEY` (age1…, ssh-ed25519 …), "+
			"as a roster that undoes the run")
}

// metricsFlag requests the metrics of a run.
type metricsFlag struct{ file, push string }

func (f *metricsFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "metrics", "",
		"write metrics in Prometheus's text format to `FILE`, for the node exporter's textfile collector")
	cmd.Flags().StringVar(&f.push, "metrics-push", "",
		"push the metrics to `URL` (env:NAME or file:PATH if it holds a password): an OTLP endpoint if it\n"+
			"ends in /v1/metrics, else a Pushgateway")
	cmd.PreRunE = func(*cobra.Command, []string) error { return notify.CheckPush(f.push) }
}
