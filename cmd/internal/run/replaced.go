package run

import (
	"fmt"

	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// replacedSince adds the run's replacements to those remembered.
func (r *record) replacedSince(before map[string]string) map[string]string {
	if !r.planned() {
		return before
	}
	fresh := map[string]string{}
	if r.done != nil {
		for _, a := range r.done.Accepted() {
			if a.Action == reconcile.Replace {
				fresh[a.Have.ID()] = a.ID
			}
		}
	}
	return mergeReplacements(before, fresh, r.draft.WholeListing())
}

// mergeReplacements adds fresh replacements to earlier ones. An id that was replaced twice
// leads to the last record. An id whose replacement is gone is dropped, according to whole, a
// listing of the whole account, or nil.
func mergeReplacements(before, fresh map[string]string, whole *reconcile.Listing) map[string]string {
	if len(before)+len(fresh) == 0 {
		return nil
	}
	listed := map[string]bool{}
	if whole != nil {
		for n := range whole.Records.Len() {
			listed[whole.Records.Record(n).ID()] = true
		}
	}
	after := map[string]string{}
	for old, heir := range before {
		if next := fresh[heir]; next != "" {
			after[old] = next
		} else if whole == nil || listed[heir] {
			after[old] = heir
		}
	}
	for old, heir := range fresh {
		after[old] = heir
	}
	return after
}

// replacedBy returns what a run replaced, from its report.
func replacedBy(run *store.Run) (map[string]string, error) {
	f, err := run.Open(store.ReportJSONFile)
	if err != nil {
		return nil, fmt.Errorf("read what the run replaced: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	report, err := reportio.ReadJSON(f)
	if err != nil {
		return nil, fmt.Errorf("read what the run replaced: %w", err)
	}
	fresh := map[string]string{}
	for line, err := range report.Lines {
		if err != nil {
			return nil, fmt.Errorf("read what the run replaced: %w", err)
		}
		if line.Action == reconcile.Replace && line.Outcome == reconcile.Applied && line.NewCredentialID != "" {
			fresh[line.CredentialID] = line.NewCredentialID
		}
	}
	return fresh, nil
}

// catchUp remembers a run that finished but died before it could do so itself. If its report
// cannot be read, the next listing shows most of it.
func (l *Locked) catchUp(run *store.Run) error {
	fresh, err := replacedBy(run)
	if err != nil {
		l.options.Sinks.Bare.Warn().Str("account", l.account.Config.Name).Str("run_id", run.ID()).Err(err).
			Msg("the values that an interrupted run replaced are not known")
	}
	return l.updateMemory(func(m *store.State) {
		m.OpenRun = ""
		m.Replaced = mergeReplacements(m.Replaced, fresh, nil)
	})
}
