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

// ShowProblems writes the problems of a roster, errors first, each on a line that is folded
// at words to a width, if that is not 0; past the first most it counts them.
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

// LogProblems is [ShowProblems] for a log, which does not say what the cells hold: that
// may name a person.
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

// worstFirst are the first most problems of a roster, errors before warnings.
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

// hidden says how many problems there are beyond most, and where; empty for none.
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
