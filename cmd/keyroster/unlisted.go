package main

import (
	"context"
	"strings"

	"keyroster/io/reportio"
	"keyroster/io/statedir"
	"keyroster/reconcile"
)

// unlistedPolicy is what becomes of records in no row. A roster that speaks of a
// part of the account only (rows to correct, a migration) says nothing about the
// others.
func (d *draft) unlistedPolicy(acc *account) string {
	if d.roster.Partial() || d.additive {
		return reportio.UnlistedIgnore
	}
	return orElse(acc.config.Unlisted, reportio.UnlistedName)
}

// attend makes somebody look at the records in no row, where the configuration
// wants it. Protected ones are in no row because it wants that.
func (d *draft) attend(acc *account, protect []reconcile.Protection) {
	d.attended = map[int]bool{}
	if d.unlistedPolicy(acc) != reportio.UnlistedNeeds {
		return
	}
	for i := range d.plan.Lines {
		if l := &d.plan.Lines[i]; l.Outcome == reconcile.LeftUnlisted && !l.Ending &&
			!reconcile.Protects(protect, d.plan.Have.Schema(), d.plan.HaveRecord(i)) {
			d.attended[i] = true
		}
	}
}

// answered reports whether all was read, and nothing in no row needs a person.
func (d *draft) answered() bool { return len(d.roster.Unread) == 0 && len(d.attended) == 0 }

// eachUnlisted calls each with the record of every line in no row.
func (d *draft) eachUnlisted(each func(reconcile.Record)) {
	for i := range d.plan.Lines {
		if l := &d.plan.Lines[i]; l.Outcome == reconcile.LeftUnlisted && !l.Ending {
			each(d.plan.HaveRecord(i))
		}
	}
}

// nameUnlisted learns the names of the people in no row, whom the verdict has to
// name. Without the right to read people, their ids have to do.
func (a *app) nameUnlisted(ctx context.Context, acc *account, d *draft) {
	lookup, ok := acc.provider.(holderLookup)
	if !ok || d.unlistedPolicy(acc) == reportio.UnlistedIgnore {
		return
	}
	w := wanting{acc: acc}
	d.eachUnlisted(w.add)
	if err := w.lookUp(ctx, lookup); err != nil {
		a.log.Debug().Err(err).Msg("people in no row are named by their ids alone")
	}
}

// nameWritten learns the names of the people whose lines a report has to explain,
// where no row was resolved: that is what reads them for a new plan.
func (a *app) nameWritten(ctx context.Context, acc *account, d *draft) {
	lookup, ok := acc.provider.(holderLookup)
	if !ok {
		return
	}
	w := wanting{acc: acc}
	for i := range d.plan.Lines {
		l := &d.plan.Lines[i]
		if l.Outcome == reconcile.Unchanged || l.Outcome == reconcile.LeftUnlisted {
			continue
		}
		if l.Record >= 0 {
			w.add(d.plan.HaveRecord(i))
		} else if l.Row >= 0 {
			w.add(d.plan.WantRow(i))
		}
	}
	if err := w.lookUp(ctx, lookup); err != nil {
		a.log.Debug().Err(err).Msg("people of the run's changes are named by their ids alone")
	}
}

// wanting are the people whose names nobody has read yet, each once.
type wanting struct {
	acc   *account
	asked map[string]bool
	ids   []string
}

func (w *wanting) add(r reconcile.Record) {
	if !r.Valid() {
		return
	}
	id := r.Text("holder_id")
	if id == "" || w.asked[id] || r.Text("holder_name") != "" {
		return
	}
	if w.asked == nil {
		w.asked = map[string]bool{}
	}
	id = strings.Clone(id)
	w.asked[id] = true
	if name, email := w.acc.names(id); name == "" && email == "" {
		w.ids = append(w.ids, id)
	}
}

func (w *wanting) lookUp(ctx context.Context, lookup holderLookup) error {
	if len(w.ids) == 0 {
		return nil
	}
	return lookup.LookUpHolders(ctx, w.ids)
}

// namedBefore is the look-up of those in no row at the last good run.
func namedBefore(state *statedir.Dir) func(key string) bool {
	if state == nil {
		return nil
	}
	known := map[string]bool{}
	for _, key := range state.Unlisted().Keys {
		known[key] = true
	}
	return func(key string) bool { return known[key] }
}

// rememberUnlisted keeps who is in no row after a good run, by id.
func (s *session) rememberUnlisted() error {
	out := statedir.Unlisted{RunID: s.dir.ID}
	seen := map[string]bool{}
	s.draft.eachUnlisted(func(r reconcile.Record) {
		key := strings.Clone(reportio.UnlistedKey(r.Text("holder_id"), r.ID()))
		if !seen[key] {
			seen[key] = true
			out.Keys = append(out.Keys, key)
		}
	})
	if err := s.state.SaveUnlisted(out); err != nil {
		return &failure{code: exitError, err: err}
	}
	return nil
}

// unlistedLine is the line about records in no row beside the reason why a run
// has no result, empty when there is nothing to say.
func (s *session) unlistedLine(named bool) string {
	if s.report == nil || s.draft.plan == nil {
		return ""
	}
	if text := reportio.UnlistedSentence(s.report, named); text != "" {
		return text + "\n"
	}
	return ""
}

// tellFresh prints, where all else is silent, the one line about people in no row
// whom the last good run did not name.
func (a *app) tellFresh(report *reportio.Report) error {
	text, err := reportio.FreshUnlisted(report)
	if err != nil || text == "" {
		return err
	}
	_, err = a.stdout.Write([]byte(text))
	return err
}
