package draft

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"keyroster/cmd/internal/failure"
	"keyroster/reconcile"
)

// CheckDocument is the output of check --json for a roster without errors.
type CheckDocument struct {
	Schema   string              `json:"schema"`
	Rows     int                 `json:"rows"`
	Summary  CheckSummary        `json:"summary"`
	Problems []reconcile.Problem `json:"problems"`
}

// CheckSummary counts the findings of check.
type CheckSummary struct {
	Rows     int `json:"rows"`
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
}

// CheckSummaryOf counts the problems of a roster.
func CheckSummaryOf(roster *reconcile.Roster) CheckSummary {
	errs := roster.Errors()
	return CheckSummary{Rows: roster.Rows.Len(), Errors: errs, Warnings: len(roster.Problems) - errs}
}

// CheckDocumentOf makes the document of a roster.
func CheckDocumentOf(roster *reconcile.Roster) CheckDocument {
	return CheckDocument{
		Schema: "keyroster/check/1", Rows: roster.Rows.Len(), Summary: CheckSummaryOf(roster),
		Problems: append([]reconcile.Problem{}, roster.Problems...),
	}
}

// WriteProblems writes every problem of a roster, each with its place and remedy, then the
// problems by kind, then a verdict on the rows. title is the provider's.
func WriteProblems(w io.Writer, title string, roster *reconcile.Roster) {
	for i := range roster.Problems {
		p := &roster.Problems[i]
		fmt.Fprintf(w, "%s\n  %s: %s\n", p.Place(), p.Severity, p.Message)
		switch {
		case p.Read != "" && p.Likely != "":
			fmt.Fprintf(w, "  read %s, likely %s\n", p.Read, p.Likely)
		case p.Read != "":
			fmt.Fprintf(w, "  read %s\n", p.Read)
		case p.Likely != "":
			fmt.Fprintf(w, "  likely %s\n", p.Likely)
		}
		writeRemedy(w, p)
	}
	writeKinds(w, roster)
	writeVerdict(w, title, roster)
}

// writeRemedy writes what to do. Lines of configuration are indented by four spaces, ready to
// paste below an account.
func writeRemedy(w io.Writer, p *reconcile.Problem) {
	if p.Settings == "" {
		if p.Remedy != "" {
			fmt.Fprintf(w, "  remedy: %s\n", p.Remedy)
		}
		return
	}
	fmt.Fprintf(w, "  remedy: %s:\n", p.Remedy)
	for line := range strings.Lines(p.Settings) {
		fmt.Fprintf(w, "    %s\n", strings.TrimSuffix(line, "\n"))
	}
}

// writeVerdict writes the one line on what would happen to the rows.
func writeVerdict(w io.Writer, title string, roster *reconcile.Roster) {
	errs := roster.Errors()
	rows := failure.Plural(roster.Rows.Len(), "row") + " for " + title
	switch {
	case len(roster.FileErrors) > 0:
		fmt.Fprintf(w, "%s: %s, nothing in it would be applied\n", rows, failure.Plural(errs, "error"))
	case len(roster.Unread) > 0:
		fmt.Fprintf(
			w, "%s: %s, a part of the file is not read and %s not be applied\n", rows,
			failure.Plural(errs, "error"), failure.Plural(len(roster.Invalid), "row")+" would",
		)
	case errs > 0:
		fmt.Fprintf(
			w, "%s: %s, %s not be applied\n", rows, failure.Plural(errs, "error"),
			failure.Plural(len(roster.Invalid), "row")+" would",
		)
	case len(roster.Problems) > 0:
		fmt.Fprintf(w, "%s: no error, %s\n", rows, failure.Plural(len(roster.Problems), "warning"))
	default:
		fmt.Fprintf(w, "%s: no problems in the file; the account was not checked\n", rows)
	}
}

// writeKinds writes the number of problems of each kind, with the first place.
func writeKinds(w io.Writer, roster *reconcile.Roster) {
	if len(roster.Problems) < 2 {
		return
	}
	type kind struct {
		severity reconcile.Severity
		count    int
		first    string
	}
	kinds := map[string]*kind{}
	var order []string
	for i := range roster.Problems {
		p := &roster.Problems[i]
		k := kinds[p.Kind]
		if k == nil {
			k = &kind{severity: p.Severity, first: p.Place()}
			kinds[p.Kind] = k
			order = append(order, p.Kind)
		}
		k.count++
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KIND\tSEVERITY\tCOUNT\tFIRST")
	for _, name := range order {
		k := kinds[name]
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\n", name, k.severity, k.count, k.first)
	}
	_ = table.Flush()
	fmt.Fprintln(w)
}
