package main

import (
	"strings"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/audit"
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
)

func (a *app) reportCommand() *cobra.Command {
	var out, schema string
	cmd := &cobra.Command{
		Use:   "report RUN --out FILE",
		Short: "Render the report of a run again, or print its JSON Schema",
		Long: `report reads report.json from a run folder and writes it to FILE in the format of FILE's extension:
.csv, .xlsx, .json, .ndjson or .html. FILE must be outside the run folder, which is closed.
--schema prints the JSON Schema of report.json, --schema=plan that of plan.json.`,
		Example: `  keyroster report runs/20260131T020001Z-hq-1a2b3c --out january.xlsx
  keyroster report --schema`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case schema != "" && len(args) == 0 && out == "":
				return a.printSchema(schema)
			case schema != "":
				return misuse("keyroster report --schema", "--schema goes with neither a run nor --out")
			case len(args) == 0:
				return misuse("name a run folder", "report needs a run")
			}
			return a.renderReport(args[0], out)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&out, "out", "", "the `FILE` to write: .csv, .xlsx, .json, .ndjson or .html")
	flags.StringVar(&schema, "schema", "",
		"print the JSON Schema of a `DOCUMENT`: "+strings.Join(reportio.Documents, " or "))
	flags.Lookup("schema").NoOptDefVal = reportio.Documents[0]
	return cmd
}

func (a *app) printSchema(document string) error {
	if err := reportio.WriteSchema(a.Stdout, document); err != nil {
		return failure.Wrap(failure.Usage, err)
	}
	return nil
}

// renderReport writes the report of a run again, in the format of out.
func (a *app) renderReport(ref, out string) error {
	kept, err := a.storage.StoreOf(ref)
	if err != nil {
		return err
	}
	rendered, err := audit.Render(kept, ref, out)
	if err != nil {
		return err
	}
	if rendered.Lacks != "" {
		a.Log.Warn().Str("lacks", rendered.Lacks).
			Msg("the run was kept small: its report has only the lines that name someone or need a person")
	}
	return a.Document(rendered)
}
