package main

import (
	"fmt"

	"keyroster/io/statedir"
	"keyroster/reconcile"
)

// notesOfRuns are the sentences of an export about runs that did not end: what
// they left undone, and each credential that holds a temporary value of theirs,
// which nobody must take for the person's own. What cannot be remembered is no
// reason to withhold an export.
func (a *app) notesOfRuns(state *statedir.Dir, account string, key []byte, have *reconcile.Set) []string {
	memory, err := a.recall(state, account)
	if err != nil {
		a.log.Warn().Err(err).Msg("nobody can tell whether a run is open, or left temporary values")
		return nil
	}
	notes := a.unfinished(state, memory.State)
	runs := memory.LeftParked
	if memory.OpenRun != "" {
		runs = append([]string{memory.OpenRun}, runs...)
	}
	found, _ := leftoversOf(runs, key, have, nil)
	for _, l := range found {
		notes = append(notes, fmt.Sprintf("credential %s holds a temporary value that run %s left it on: it is nobody's own", l.record.ID(), l.run))
	}
	if len(found) > 0 {
		a.log.Warn().Int("credentials", len(found)).Str("hint", "resume the run, or apply, and export again").Msg("the export holds temporary values of interrupted runs")
	}
	return notes
}
