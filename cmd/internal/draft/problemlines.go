package draft

import (
	"fmt"
	"io"
	"iter"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
	"keyroster/reconcile/migration"
)

// ShowProblems writes the first most problems of a roster, errors first, and counts the rest.
// Lines are folded to a width, unless that is 0.
func ShowProblems(w io.Writer, width int, roster *reconcile.Roster, most int) {
	for p := range worstFirst(roster, most) {
		text := fmt.Sprintf("%s: %s", p.Severity, p)
		if width > 0 {
			text = reportio.Sentence(text, width)
		}
		fmt.Fprintln(w, text)
	}
	if text := hidden(roster, most); text != "" {
		fmt.Fprintln(w, text)
	}
}

// LogProblems is [ShowProblems] for a log. It omits the contents of cells, which may name a person.
func LogProblems(log zerolog.Logger, roster *reconcile.Roster, most int) {
	for p := range worstFirst(roster, most) {
		line := log.Error()
		if p.Severity == reconcile.SeverityWarning {
			line = log.Warn()
		}
		line.Str("kind", p.Kind).Str("hint", p.Advice()).Msg(p.Place() + ": " + p.Message)
	}
	if text := hidden(roster, most); text != "" {
		log.Warn().Msg(text)
	}
}

// worstFirst returns the first most problems of a roster, errors before warnings.
func worstFirst(roster *reconcile.Roster, most int) iter.Seq[*reconcile.Problem] {
	return func(yield func(*reconcile.Problem) bool) {
		for _, severity := range []reconcile.Severity{reconcile.SeverityError, reconcile.SeverityWarning} {
			for i := range roster.Problems {
				if p := &roster.Problems[i]; p.Severity == severity {
					if most--; most < 0 || !yield(p) {
						return
					}
				}
			}
		}
	}
}

// hidden says how many more problems there are, and where to see them; empty for none.
func hidden(roster *reconcile.Roster, most int) string {
	more := len(roster.Problems) - most
	if more <= 0 {
		return ""
	}
	where := "keyroster check lists them all"
	if roster.Problems[0].Kind == migration.KindMove {
		where = migrationio.LossFile + " has them all"
	}
	return fmt.Sprintf("… and %s more; %s", failure.Plural(more, "problem"), where)
}
