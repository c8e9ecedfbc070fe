package console

import (
	"cmp"
	"encoding/json"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/providers"
	"keyroster/reconcile"
)

// ShowCheck prints the result of checking a roster for a provider. Its error carries the exit code.
func (c *Console) ShowCheck(spec *providers.Spec, roster *reconcile.Roster) error {
	var err, result error
	if roster.Errors() > 0 {
		result = failure.Shown(failure.Roster)
	}
	switch {
	case c.JSON && result != nil:
		err = exit.OutputFailure(json.NewEncoder(c.Stdout).Encode(struct {
			reportio.ErrorDocument
			Summary draft.CheckSummary `json:"summary"`
		}{exit.Document(draft.FirstError(roster)), draft.CheckSummaryOf(roster)}))
	case c.JSON:
		err = c.Document(draft.CheckDocumentOf(roster))
	case !c.Quiet || result != nil:
		draft.WriteProblems(c.Stdout, spec.Title, roster)
	}
	return cmp.Or(err, result)
}
