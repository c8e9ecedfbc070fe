package nights

import (
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/store"
	"keyroster/io/termio"
)

// Diff is what changed over several runs. Its JSON form is the output of runs diff: members may
// be added, never renamed.
type Diff struct {
	Schema string `json:"schema"`
	// From is the run after which, and To the run up to which changes are included; empty if a
	// number of nights was asked for, the first of which is Since.
	From   string     `json:"from"`
	To     string     `json:"to"`
	Nights int        `json:"nights"`
	Since  *time.Time `json:"since"`
	// Runs are the runs included, oldest first.
	Runs []Entry `json:"runs"`
	// Changes are what they applied, in the order of the runs and of their plans.
	Changes  []Change  `json:"changes"`
	Flapping []Flap    `json:"flapping"`
	Skipped  []Skipped `json:"skipped"`
}

// DiffSchema is the schema name of a [Diff].
const DiffSchema = "keyroster/runs-diff/1"

// Between returns what was applied by the runs after one run, up to and including another, of
// the same tenant. Runs are named by id or place; nights begin at midnight in loc.
func Between(st store.Store, after, upTo string, loc *time.Location, known []string) (*Diff, error) {
	from, err := find(st, after, known)
	if err != nil {
		return nil, err
	}
	to, err := find(st, upTo, known)
	if err != nil {
		return nil, err
	}
	switch {
	case !sameTenant(from.entry, to.entry):
		return nil, failure.New(failure.Usage, "name two runs of one account",
			"run %s is for account %s, but run %s is for account %s",
			from.entry.RunID, from.entry.Account, to.entry.RunID, to.entry.Account)
	case Order(from.entry, to.entry) > 0:
		return nil, failure.New(failure.Usage, "keyroster runs diff "+termio.Quote(upTo)+" "+from.run.Argument(),
			"run %s started after run %s: give the earlier one first", from.entry.RunID, to.entry.RunID)
	}
	list, err := Read(st, Filter{Since: from.entry.Began(), Known: known})
	if err != nil {
		return nil, err
	}
	d := &Diff{Schema: DiffSchema, From: from.entry.RunID, To: to.entry.RunID, Skipped: list.Skipped}
	for i := range list.Runs {
		e := &list.Runs[i]
		if sameTenant(e, to.entry) && Order(e, from.entry) > 0 && Order(e, to.entry) < 0 {
			d.Runs = append(d.Runs, *e)
		}
	}
	if to.entry.RunID != from.entry.RunID {
		d.Runs = append(d.Runs, *to.entry)
	}
	d.fill(st, loc, to)
	return d, nil
}

// Last returns what the runs of the last nights applied, including tonight's.
func Last(st store.Store, nights int, now time.Time, f Filter) (*Diff, error) {
	y, m, day := now.Date()
	f.Since = time.Date(y, m, day-nights+1, 0, 0, 0, 0, now.Location())
	list, err := Read(st, f)
	if err != nil {
		return nil, err
	}
	d := &Diff{Schema: DiffSchema, Nights: nights, Since: &f.Since, Runs: list.Runs, Skipped: list.Skipped}
	d.fill(st, now.Location(), nil)
	return d, nil
}

// fill reads what the runs applied. named is a run that may be kept elsewhere, nil for none.
func (d *Diff) fill(st store.Store, loc *time.Location, named *found) {
	if d.Runs == nil {
		d.Runs = []Entry{}
	}
	d.Changes = []Change{}
	flaps := newFlaps(loc)
	for i := range d.Runs {
		e := &d.Runs[i]
		if e.Status == store.RunEmpty || e.Applied == 0 {
			continue
		}
		changes, err := d.applied(st, e, named)
		if err != nil {
			d.Skipped = append(d.Skipped, Skipped{e.Name, err.Error()})
			continue
		}
		for n := range changes {
			flaps.add(e, &changes[n])
		}
		d.Changes = append(d.Changes, changes...)
	}
	d.Flapping = flaps.all()
}

func (d *Diff) applied(st store.Store, e *Entry, named *found) ([]Change, error) {
	if named != nil && named.entry.RunID == e.RunID {
		return changesOf(named.run, e, isApplied)
	}
	run, err := st.Run(e.Name)
	if err != nil {
		return nil, err
	}
	return changesOf(run, e, isApplied)
}

// found is a run named by the user.
type found struct {
	run   *store.Run
	entry *Entry
}

// find opens a run by its id or place.
func find(st store.Store, ref string, known []string) (*found, error) {
	run, err := st.Run(ref)
	if run == nil {
		return nil, history.NotOpenedError(err)
	}
	return &found{run, EntryOf(run, known)}, nil
}
