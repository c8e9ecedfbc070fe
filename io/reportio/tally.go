package reportio

import (
	"fmt"
	"slices"

	"keyroster/reconcile"
)

// Changes counts the lines that were applied, or in a dry run planned, by
// action.
type Changes struct {
	Create  int `json:"create"`
	Update  int `json:"update"`
	Delete  int `json:"delete"`
	Replace int `json:"replace"`
}

// Sum is the number of changes.
func (c Changes) Sum() int { return c.Create + c.Update + c.Delete + c.Replace }

// Proof counts what is known of the applied lines: read again and found as
// written, found different, or not read; and whether they reached the doors.
type Proof struct {
	Verified   int `json:"verified"`
	Refuted    int `json:"refuted"`
	Unverified int `json:"unverified"`
	Effective  int `json:"effective"`
	Pending    int `json:"pending"`
	// Ineffective counts the lines that the provider says will not reach the
	// doors.
	Ineffective int `json:"ineffective"`
}

// firstMax is how many lines that need a person the summary shows, changedMax how many
// that changed, or would.
const (
	firstMax   = 20
	changedMax = 50
)

// tally is the result of one pass over the lines.
type tally struct {
	lines, withRow int
	outcomes       map[reconcile.Outcome]int
	// needRows and needRecords count the lines that need a person, by
	// whether they have a row.
	needRows, needRecords int
	// others counts the lines that need no person but did not stay as they were.
	others int
	// attended counts those of needRecords that only need a person because they are in no row.
	attended          int
	unlisted, keptOut crowdTally
	// first are the lines that most need a person, at most firstMax.
	first []Line
	// changed are the first lines that were changed or would be, at most changedMax.
	changed []Line
	// used has a bit for each column that any counted line fills.
	used uint64
}

// Tally reads the lines once, counts Changes, Proof and Standing, and checks that the lines
// are those that Summary counts. Every writer calls it; after the first call it does nothing.
// It is an error if the report does not close; such a report must not be shown as the truth.
func (r *Report) Tally() error {
	if r.settled != nil {
		return nil
	}
	t := &tally{outcomes: map[reconcile.Outcome]int{}}
	r.Changes, r.Proof, r.Standing = Changes{}, Proof{}, EffectCounts{}
	for line, err := range r.counted() {
		if err != nil {
			return fmt.Errorf("read report lines: %w", err)
		}
		t.add(line)
		if unlisted(line) {
			t.unlisted.add(line, r.NamedBefore)
		}
		if keptOut(line) {
			t.keptOut.add(line, nil)
		}
		r.Changes.add(line)
		r.Proof.add(line)
		r.Standing.add(line)
	}
	if err := r.KeptSmall.count(t, &r.Standing); err != nil {
		return err
	}
	if err := t.closes(&r.Summary); err != nil {
		return err
	}
	r.Unlisted.Crowd, r.KeptOut = t.unlisted.all, t.keptOut.all
	r.settled = t
	return nil
}

// lines are the report's lines, also when it has none.
func (r *Report) lines() Lines {
	if r.Lines == nil {
		return func(func(*Line, error) bool) {}
	}
	return r.Lines
}

// counted are the lines to be counted.
func (r *Report) counted() Lines {
	if r.Counted == nil {
		return r.lines()
	}
	return r.Counted
}

// usedColumns has a bit for each column that any line of a settled report fills.
func (r *Report) usedColumns() (used uint64, err error) {
	if r.Counted == nil {
		return r.settled.used, nil
	}
	for line, err := range r.lines() {
		if err != nil {
			return 0, fmt.Errorf("read report lines: %w", err)
		}
		used |= line.filled()
	}
	return used, nil
}

// closes checks the lines against the totals. The message says which number is off,
// for whoever has to find out why.
func (t *tally) closes(s *reconcile.Summary) error {
	for _, o := range reconcile.Outcomes {
		if t.outcomes[o] != s.Of(o) {
			return fmt.Errorf("close report: the summary counts %d lines as %s, the lines %d", s.Of(o), o, t.outcomes[o])
		}
	}
	if n := t.outcomes[reconcile.NoOutcome]; n > 0 {
		return fmt.Errorf("close report: %d lines have no outcome", n)
	}
	// A report without places (a migration) does not show which lines are rows.
	if s.Rows > t.lines || t.withRow > 0 && t.withRow != s.Rows {
		return fmt.Errorf("close report: the summary counts %d rows, and of %d lines %d have one", s.Rows, t.lines, t.withRow)
	}
	return nil
}

func (t *tally) add(l *Line) {
	t.lines++
	t.outcomes[l.Outcome]++
	t.used |= l.filled()
	if l.Source != nil {
		t.withRow++
	}
	if l.changed() && len(t.changed) < changedMax {
		t.changed = append(t.changed, l.Clone())
	}
	if !l.NeedsPerson() {
		t.others += oneIf(l.other())
		return
	}
	// Rows come first, so a report with places has shown one by now.
	if l.Source != nil || t.withRow == 0 && l.Situation != reconcile.Unlisted {
		t.needRows++
	} else {
		t.needRecords++
	}
	t.attended += oneIf(l.Outcome == reconcile.LeftUnlisted)
	t.keepFirst(l)
}

// keepFirst keeps l if it is more urgent than the least urgent one kept; among
// equals the earlier wins.
func (t *tally) keepFirst(l *Line) {
	if len(t.first) == firstMax {
		if urgency(l) >= urgency(&t.first[firstMax-1]) {
			return
		}
		t.first = t.first[:firstMax-1]
	}
	at, _ := slices.BinarySearchFunc(t.first, urgency(l), func(kept Line, u int) int {
		if urgency(&kept) <= u {
			return -1
		}
		return 1
	})
	t.first = slices.Insert(t.first, at, l.Clone())
}

// changed reports whether the line was changed, or would be.
func (l *Line) changed() bool {
	return l.Outcome == reconcile.Applied || l.Outcome == reconcile.Planned
}

func (c *Changes) add(l *Line) {
	if !l.changed() {
		return
	}
	switch l.Action {
	case reconcile.Create:
		c.Create++
	case reconcile.Update:
		c.Update++
	case reconcile.Delete:
		c.Delete++
	case reconcile.Replace:
		c.Replace++
	}
}

func (p *Proof) add(l *Line) {
	if l.Outcome != reconcile.Applied {
		return
	}
	switch {
	case l.Verified == nil:
		p.Unverified++
	case *l.Verified:
		p.Verified++
	default:
		p.Refuted++
	}
	countEffect(l, &p.Effective, &p.Pending, &p.Ineffective)
}
