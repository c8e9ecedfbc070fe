package draft

import (
	"context"
	"strings"

	"github.com/rs/zerolog"

	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// NameUnlisted looks up the names of unlisted people: those who lose something by pruning, and
// those whom the verdict must name. If the login may not read people, their ids are shown.
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

// NameWritten looks up the names of people whose lines a report explains, where resolving rows
// did not read them: in a restored draft, and in an undo, whose rows name credentials only.
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

// namePeopleLosingAccess looks up the names of people whom a refusal names. If the login may
// not read people, their ids are shown.
func (d *Draft) namePeopleLosingAccess(ctx context.Context, log zerolog.Logger) {
	ids, _ := d.peopleLosingAccess()
	if err := d.Account.LookUp(ctx, ids); err != nil {
		log.Debug().Err(err).Msg("could not read names: people are shown by id")
	}
}

// nameless collects holders whose names are not known yet, each once.
type nameless struct {
	names func(id string) (name, email string)
	asked map[string]bool
	ids   []string
}

// add adds the holder of a record, unless the record itself has the name.
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
