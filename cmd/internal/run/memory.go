package run

import (
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/io/store"
)

// saveMemory remembers the run: the next one is compared with its sizes.
func (r *record) saveMemory(report *reportio.Report, cause error, open bool) error {
	good := !r.settleOnly && !open && finished(cause) && len(r.draft.Options.Holders) == 0 &&
		!r.draft.Roster.Partial()
	undone := finished(cause) && r.draft.Options.Undo != nil && r.planned()
	if good && r.planned() {
		if err := r.saveUnlisted(); err != nil {
			return err
		}
	}
	return r.updateMemory(func(m *store.State) {
		if undone && m.LastGood != nil {
			m.LastGood.Records = r.sizes().Records // otherwise the next listing would look shrunken
		}
		if !open {
			m.OpenRun = ""
		}
		m.Replaced = r.replacedSince(m.Replaced)
		if !open && !r.settleOnly && r.left.looked {
			m.LeftParked = runsOf(r.stillParked())
		}
		if good && report.Sizes != nil {
			m.LastGood = &store.LastGood{
				RunID: r.run.ID(), Records: report.Sizes.Records, Rows: report.Sizes.Rows,
				At: report.FinishedAt,
			}
		}
	})
}

// saveUnlisted stores who is unlisted after a good run, by id.
func (r *record) saveUnlisted() error {
	out := store.Unlisted{RunID: r.run.ID(), Keys: r.draft.UnlistedKeys()}
	if err := store.SaveUnlisted(r.lock, out); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return nil
}
