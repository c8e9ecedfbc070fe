package draft

import (
	"context"
	"strings"

	"github.com/rs/zerolog"

	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// NameUnlisted learns the names of the people in no row: those whom pruning takes
// something from, and those whom the verdict has to name. Without the right to read
// people, their ids have to do.
func (d *Draft) NameUnlisted(ctx context.Context, log zerolog.Logger) {
	w := nameless{names: d.Account.Names}
	for i := range d.Plan.Lines {
		if l := &d.Plan.Lines[i]; l.Situation == reconcile.Unlisted && l.Action == reconcile.Delete {
			w.add(d.Plan.HaveRecord(i))
		}
	}
	if d.UnlistedPolicy() != reportio.UnlistedIgnore {
		d.EachUnlisted(w.add)
	}
	if err := d.Account.LookUp(ctx, w.ids); err != nil {
		log.Debug().Err(err).Msg("could not read names: people in no row are shown by id")
	}
}

// NameWritten learns the names of the people whose lines a report has to explain, where
// no row named a person to resolve, which is what reads them: in a draft that was
// restored, and in an undo, whose rows name credentials alone.
func (d *Draft) NameWritten(ctx context.Context, log zerolog.Logger) {
	w := nameless{names: d.Account.Names}
	for i := range d.Plan.Lines {
		l := &d.Plan.Lines[i]
		if l.Outcome == reconcile.Unchanged || l.Outcome == reconcile.LeftUnlisted {
			continue
		}
		if l.Record >= 0 {
			w.add(d.Plan.HaveRecord(i))
		} else if l.Row >= 0 {
			w.add(d.Plan.WantRow(i))
		}
	}
	if err := d.Account.LookUp(ctx, w.ids); err != nil {
		log.Debug().Err(err).Msg("could not read names: people whose records change are shown by id")
	}
}

// namePeopleLosingAccess learns the names of the people whom a refusal has to name. Without the
// right to read people, their ids have to do.
func (d *Draft) namePeopleLosingAccess(ctx context.Context, log zerolog.Logger) {
	ids, _ := d.peopleLosingAccess()
	if err := d.Account.LookUp(ctx, ids); err != nil {
		log.Debug().Err(err).Msg("could not read names: people are shown by id")
	}
}

// nameless are the holders whose names were not read yet, each once.
type nameless struct {
	names func(id string) (name, email string)
	asked map[string]bool
	ids   []string
}

// add adds the holder of a record, unless the record names them itself.
func (w *nameless) add(r reconcile.Record) {
	if !r.Valid() {
		return
	}
	id := r.Of(reconcile.HolderID)
	if id == "" || w.asked[id] || r.Of(reconcile.HolderName) != "" {
		return
	}
	if w.asked == nil {
		w.asked = map[string]bool{}
	}
	id = strings.Clone(id)
	w.asked[id] = true
	if name, email := w.names(id); name == "" && email == "" {
		w.ids = append(w.ids, id)
	}
}
