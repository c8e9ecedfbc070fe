package run

import (
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/io/store"
)

// saveMemory remembers the run: its sizes are what the next is measured against.
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
			m.LastGood.Records = r.sizes().Records // or the next listing would seem to have shrunk
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

// saveUnlisted keeps who is in no row after a good run, by id.
func (r *record) saveUnlisted() error {
	out := store.Unlisted{RunID: r.run.ID(), Keys: r.draft.UnlistedKeys()}
	if err := store.SaveUnlisted(r.lock, out); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return nil
}
