package reconcile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The texts of a row's state column.
const (
	StatePresent = "present"
	StateAbsent  = "absent"
)

// Diff compares what a roster wants with what a provider holds. It is pure: equal inputs
// give equal plans. The listing must be complete, since a plan from half a listing deletes
// people; otherwise Diff panics.
func Diff(roster *Roster, wanted *Wanted, listing *Listing, policy Policy) *Plan {
	if !listing.Complete() {
		panic("diff of a listing that is not proved complete")
	}
	d := &differ{
		roster: roster, wanted: wanted, listing: listing, policy: policy,
		schema: wanted.Rows.schema, plan: &Plan{Want: wanted.Rows, Have: listing.Records},
	}
	d.scope()
	d.match()
	d.rows()
	d.records()
	d.checkValues()
	d.findRespelledValues()
	d.plan.orderValueChanges(policy.Park, d.lineOf)
	d.plan.noteZeros()
	return d.plan
}

type differ struct {
	roster  *Roster
	wanted  *Wanted
	listing *Listing
	policy  Policy
	schema  *Schema
	plan    *Plan
	matcher *matcher
	holders map[string]bool
	holder  int
	// lineOf has the line of each record, -1 for one that is out of scope.
	lineOf []int32
}

func (d *differ) scope() {
	d.holder = d.schema.At(HolderID)
	if len(d.policy.Holders) == 0 || d.holder < 0 {
		return
	}
	d.holders = map[string]bool{}
	for _, id := range d.policy.Holders {
		d.holders[id] = true
	}
}

func (d *differ) inScope(r Record) bool {
	return d.holders == nil || r.Valid() && d.holders[r.Cell(d.holder).Text()]
}

func (d *differ) match() {
	d.matcher = newMatcher(d.roster, d.wanted, d.listing, d.policy)
	d.matcher.run()
	d.lineOf = make([]int32, d.listing.Records.Len())
	for i := range d.lineOf {
		d.lineOf[i] = -1
	}
}

func (d *differ) rows() {
	var joined []int32
	leads := map[int32]int32{}
	lines := d.wanted.Rows.Len()
	for _, owner := range d.matcher.owner {
		lines += boolInt(owner < 0)
	}
	d.plan.Lines = make([]Line, 0, lines)
	for row := range d.wanted.Rows.Len() {
		m := &d.matcher.matches[row]
		if m.joined {
			joined, leads[d.matcher.lead(int32(row))] = append(joined, int32(row)), -1
		}
	}
	for row := range d.wanted.Rows.Len() {
		m := &d.matcher.matches[row]
		if m.joined {
			continue
		}
		want := d.wanted.Rows.Record(row)
		if d.holders != nil && !d.inScope(want) &&
			(m.record < 0 || !d.inScope(d.listing.Records.Record(int(m.record)))) {
			d.plan.OutOfScope++
			continue
		}
		line := Line{Row: int32(row), Record: m.record, Chain: -1}
		if m.record >= 0 {
			d.plan.Matched++
			d.lineOf[m.record] = int32(len(d.plan.Lines))
		}
		for _, note := range d.wanted.Notes[row] {
			d.plan.Note(len(d.plan.Lines), note)
		}
		if cards, atRisk := d.wanted.Issued[row]; atRisk {
			d.plan.putAtRisk(len(d.plan.Lines), cards)
		}
		d.plan.Note(len(d.plan.Lines), d.matcher.remarkOf(m).note)
		d.decide(&line, row, want, m)
		if _, leading := leads[int32(row)]; leading {
			leads[int32(row)] = int32(len(d.plan.Lines))
		}
		d.plan.Lines = append(d.plan.Lines, line)
	}
	d.join(joined, leads)
}

// join joins rows without a line of their own to the lines of others. leads has the lines,
// -1 for one that is out of scope.
func (d *differ) join(rows []int32, leads map[int32]int32) {
	if len(rows) == 0 {
		return
	}
	d.plan.joined = map[int32][]int32{}
	copies := map[int32][]string{}
	for _, row := range rows {
		line := leads[d.matcher.lead(row)]
		if line < 0 {
			continue
		}
		d.plan.joined[line] = append(d.plan.joined[line], row)
		if place := d.roster.Source(int(row)).String(); d.matcher.matches[row].replaced {
			d.plan.Note(int(line), place+" removes the value that this row replaces: the two are one update")
		} else {
			copies[line] = append(copies[line], place)
		}
		for _, note := range d.wanted.Notes[int(row)] {
			if !slices.Contains(d.plan.Notes(int(line)), note) {
				d.plan.Note(int(line), note)
			}
		}
	}
	for _, line := range slices.Sorted(maps.Keys(copies)) {
		d.plan.Note(
			int(line),
			fmt.Sprintf(
				"the row appears %d times and counts once: also %s", len(copies[line])+1,
				strings.Join(copies[line], ", "),
			),
		)
	}
}

// decide sets a line's situation, action and outcome.
func (d *differ) decide(line *Line, row int, want Record, m *match) {
	verdict, hasVerdict := d.wanted.Verdicts[row]
	switch first, bad := d.roster.Invalid[row]; {
	case bad:
		d.block(line, Invalid, d.roster.Problems[first].Message)
	case hasVerdict && verdict.Situation == InSync && m.record < 0 &&
		(verdict.When == Always || m.decided && m.situation == Missing):
		d.satisfy(line, verdict.Reason)
	case hasVerdict && verdict.When == Always:
		d.refuse(line, verdict)
	case m.decided:
		d.block(line, m.situation, d.matcher.remarkOf(m).reason)
	case m.record < 0:
		d.decideMissing(line, want, verdict, hasVerdict)
	default:
		d.decideMatched(line, want, d.listing.Records.Record(int(m.record)), verdict, hasVerdict)
	}
}

// satisfy ends a line whose row has what it wants without a record.
func (d *differ) satisfy(line *Line, why string) {
	line.Situation, line.Action, line.Outcome, line.Fields = InSync, None, Unchanged, 0
	d.plan.Note(len(d.plan.Lines), why)
}

// block ends a line without an action.
func (d *differ) block(line *Line, s Situation, reason string) {
	line.Situation, line.Action, line.Outcome, line.Reason = s, None, Blocked, d.plan.AddText(reason)
	line.Fields = 0
	if s == Invalid {
		line.Outcome = InvalidRow
	}
}

func (d *differ) decideMissing(line *Line, want Record, verdict Verdict, hasVerdict bool) {
	if d.matcher.absent(want) {
		line.Situation, line.Outcome = InSync, Unchanged
		return
	}
	line.Situation, line.Action = Missing, Create
	if d.protected(want) {
		d.block(line, Protected, "protected by the account's configuration")
		return
	}
	if hasVerdict && verdict.When == IfCreate {
		if verdict.Situation == InSync {
			d.satisfy(line, verdict.Reason)
			return
		}
		d.block(line, verdict.Situation, verdict.Reason)
		return
	}
	for col := range d.schema.Columns {
		c := &d.schema.Columns[col]
		cell := want.Cell(col)
		switch {
		case c.Role != RoleManaged:
		case cell.State() == Masked:
			d.block(line, Invalid, fmt.Sprintf("column %s holds a mask, but a new record needs the real value", c.Name))
			return
		case cell.Filled() && c.Can&CanCreate == 0:
			d.block(line, Unsupported, fmt.Sprintf("%s cannot be set when a %s is created", c.Name, d.schema.Noun))
			return
		case cell.Filled():
			line.Fields = line.Fields.With(col)
		}
	}
	line.Outcome = Planned
}

func (d *differ) decideMatched(line *Line, want, have Record, verdict Verdict, hasVerdict bool) {
	if e, ending := d.listing.Ending[int(line.Record)]; ending {
		// Only a row that wants it gone has such a record.
		line.Situation, line.Outcome, line.Ending = InSync, Unchanged, true
		d.plan.Note(len(d.plan.Lines), fmt.Sprintf("%s %s %s", d.schema.Noun, have.ID(), e.Words))
		return
	}
	if d.matcher.absent(want) {
		line.Situation, line.Action = Drifted, Delete
		d.finish(line, want, have, Verdict{}, false, IfUpdate)
		return
	}
	fields, unreadable, blocked := d.compare(want, have)
	line.Fields = fields
	switch {
	case unreadable != "":
		line.Situation = Unreadable
		d.finish(line, want, have, verdict, hasVerdict, IfUpdate)
		if line.Situation == Unreadable {
			d.block(line, Unreadable, unreadable)
		}
	case fields == 0:
		line.Situation, line.Outcome = InSync, Unchanged
		d.setEffect(line)
	case blocked != "" && !d.policy.Recreate:
		line.Situation = Unsupported
		d.finish(line, want, have, verdict, hasVerdict, IfUpdate)
		if line.Situation == Unsupported {
			d.block(line, Unsupported, blocked)
		}
	default:
		line.Situation, line.Action = Drifted, Update
		if blocked != "" {
			line.Action = Replace
		}
		d.finish(line, want, have, verdict, hasVerdict, IfUpdate)
	}
}

// setEffect records, for a line in sync, whether its record is effective: since it is not
// written, nothing else in a run would report that.
func (d *differ) setEffect(line *Line) {
	state := d.listing.EffectOf(int(line.Record))
	line.Effect = state.Effect
	for _, words := range state.Words {
		if !slices.Contains(d.wanted.Notes[int(line.Row)], words) {
			d.plan.Note(len(d.plan.Lines), words)
		}
	}
}

// finish applies protection, untouchable records and the provider's verdict to a line that
// would change its record.
func (d *differ) finish(line *Line, want, have Record, verdict Verdict, hasVerdict bool, when When) {
	if d.protected(want, have) {
		d.block(line, Protected, "protected by the account's configuration")
		return
	}
	if reason, ok := d.listing.Untouchable[int(line.Record)]; ok {
		d.block(line, Unsupported, reason)
		return
	}
	if hasVerdict && verdict.When == when {
		d.refuse(line, verdict)
		return
	}
	line.Outcome = Planned
}

// refuse ends a line by the provider's verdict.
func (d *differ) refuse(line *Line, verdict Verdict) {
	d.block(line, verdict.Situation, verdict.Reason)
	if verdict.Moved {
		line.Outcome = Conflict
	}
}

func (d *differ) protected(records ...Record) bool {
	return Protects(d.policy.Protect, d.schema, records...)
}

// records adds a line for every record in scope that no row matched.
func (d *differ) records() {
	for n := range d.listing.Records.Len() {
		have := d.listing.Records.Record(n)
		if d.matcher.owner[n] >= 0 || !d.inScope(have) {
			continue
		}
		line := Line{Row: -1, Record: int32(n), Chain: -1, Situation: Unlisted, Outcome: LeftUnlisted}
		e, ending := d.listing.Ending[n]
		line.Ending = ending
		switch reason, untouchable := d.listing.Untouchable[n]; {
		case d.matcher.owner[n] == disputed:
			d.block(&line, Ambiguous, "several rows may refer to this "+d.schema.Noun+"; see their lines")
		case ending:
			line.Reason = d.plan.AddText(d.schema.Noun + " " + have.ID() + " " + e.Words)
		case untouchable:
			line.Reason = d.plan.AddText(reason)
		case d.policy.Prune && d.protected(have):
			// As configured: no one has to do anything.
			line.Reason = d.plan.AddText("protected by the account's configuration")
		case d.policy.Prune && d.schema.KeepUnlisted != "":
			d.block(&line, Unsupported, d.schema.KeepUnlisted)
		case d.policy.Prune:
			line.Action, line.Outcome = Delete, Planned
		}
		d.lineOf[n] = int32(len(d.plan.Lines))
		d.plan.Lines = append(d.plan.Lines, line)
	}
}
