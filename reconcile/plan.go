package reconcile

import (
	"fmt"
	"slices"
)

// Situation says why a line is what it is.
type Situation uint8

// The situations; the manual's topic runs explains each.
const (
	InSync Situation = iota
	Drifted
	Missing
	Ambiguous
	Unsupported
	Protected
	Unreadable
	Invalid
	Unlisted
	// Implausible is last, since snapshots hold the numbers.
	Implausible
)

var situationNames = [...]string{
	"in_sync", "drifted", "missing", "ambiguous", "unsupported", "protected", "unreadable", "invalid", "unlisted", "implausible",
}

// String returns the situation's name in plans and reports.
func (s Situation) String() string { return situationNames[s] }

// MarshalText implements encoding.TextMarshaler with the name.
func (s Situation) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Situation) UnmarshalText(text []byte) error {
	return parseName(s, situationNames[:], text, "situation")
}

// Action says what a line asks the provider to do.
type Action uint8

// The actions. Replace is a deletion and a creation in one line.
const (
	None Action = iota
	Create
	Update
	Delete
	Replace
)

var actionNames = [...]string{"none", "create", "update", "delete", "replace"}

// String returns the action's name in plans and reports.
func (a Action) String() string { return actionNames[a] }

// MarshalText implements encoding.TextMarshaler with the name.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *Action) UnmarshalText(text []byte) error {
	return parseName(a, actionNames[:], text, "action")
}

// Outcome says what happened to a line. Every line ends in exactly one.
type Outcome uint8

// The outcomes; the manual's topic runs explains each. NoOutcome is a line that is not
// decided yet; no report has one.
const (
	NoOutcome Outcome = iota
	Unchanged
	Applied
	Failed
	Blocked
	Conflict
	Unknown
	NotAttempted
	InvalidRow
	LeftUnlisted
	Planned
)

var outcomeNames = [...]string{
	"",
	"unchanged",
	"applied",
	"failed",
	"blocked",
	"conflict",
	"unknown",
	"not_attempted",
	"invalid",
	"unlisted",
	"planned",
}

// Outcomes are all outcomes in the order of the report's summary.
var Outcomes = []Outcome{
	Unchanged,
	Applied,
	Failed,
	Blocked,
	Conflict,
	Unknown,
	NotAttempted,
	InvalidRow,
	LeftUnlisted,
	Planned,
}

// String returns the outcome's name in plans and reports.
func (o Outcome) String() string { return outcomeNames[o] }

// MarshalText implements encoding.TextMarshaler with the name.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *Outcome) UnmarshalText(text []byte) error {
	return parseName(o, outcomeNames[:], text, "outcome")
}

// AsDesired reports whether a line with that outcome leaves the account as the roster wants
// it: unchanged, applied, or a record the roster does not name.
func (o Outcome) AsDesired() bool { return o == Unchanged || o == Applied || o == LeftUnlisted }

func parseName[T ~uint8](dst *T, names []string, text []byte, what string) error {
	for i, name := range names {
		if name == string(text) {
			*dst = T(i)
			return nil
		}
	}
	return fmt.Errorf("read %s: unknown word %q", what, text)
}

// Text is the number of a text in a plan's table; 0 is no text.
type Text uint32

// Line is one row, or one record that no row matched. It holds no text.
type Line struct {
	// Row and Record are numbers in the plan's sets, -1 for none.
	Row, Record int32
	// Fields are the columns that change.
	Fields Columns
	// Reason says why the line is blocked, invalid or left alone.
	Reason Text
	// Chain is the number of the chain to which the change belongs, -1 for none.
	Chain     int32
	Situation Situation
	Action    Action
	// Outcome is [Planned] if the line is to be sent, else final.
	Outcome Outcome
	// Ending: the record is listed but ending: no one has it any more.
	Ending bool
	// Effect says, for a line that needs no change, whether its record is in force, as far
	// as the listing shows; the words are among the notes.
	Effect Effect
}

// Sends reports whether applying the plan sends this line to the provider.
func (l *Line) Sends() bool { return l.Outcome == Planned }

// AsDesired reports whether a line that is not sent leaves the account as the roster wants
// it, including the effect.
func (l *Line) AsDesired() bool { return l.Outcome.AsDesired() && l.Effect.AsDesired() }

// Plan is what must be done so that the provider holds what the roster says: plain data,
// without values of its own. It does not change once made.
type Plan struct {
	Want, Have *Set
	// Lines has the rows in their order, then the records without a row in
	// the order of the listing.
	Lines []Line
	// Chains are the changes that run in order, as indexes of Lines. A change without a
	// dependency is a chain of one. Longest first, then by line.
	Chains [][]int32
	// OutOfScope counts the rows that a scoped run leaves out.
	OutOfScope int
	// Matched counts the rows that have a record.
	Matched int

	texts  []string
	cycles []int
	notes  map[int32][]Text
	// joined has the rows that are joined to a line.
	joined map[int32][]int32
	// issued is Wanted.Issued by line.
	issued map[int32]int
	// kept has, by the number of a record, the line that wants what the record holds in the
	// provider's spelling.
	kept map[int32]int32
}

// AddText stores a text and returns its number; equal texts in a row share one.
func (p *Plan) AddText(text string) Text {
	if text == "" {
		return 0
	}
	if n := len(p.texts); n > 0 && p.texts[n-1] == text {
		return Text(n)
	}
	p.texts = append(p.texts, text)
	return Text(len(p.texts))
}

// TextOf returns the text with that number.
func (p *Plan) TextOf(t Text) string {
	if t == 0 {
		return ""
	}
	return p.texts[t-1]
}

// Unmatched counts the rows that name a record which is not listed and give nothing else to
// find theirs by: any record without a row may be theirs.
func (p *Plan) Unmatched() int {
	n := 0
	for i := range p.Lines {
		l := &p.Lines[i]
		n += boolInt(l.Row >= 0 && l.Record < 0 && l.Situation == Missing && l.Action == None)
	}
	return n
}

// NotListed returns the lines without a record whose row gives an id that is not in the
// listing: only the roster has the id.
func (p *Plan) NotListed() map[int]bool {
	found := map[int]bool{}
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.Row < 0 || l.Record >= 0 || !p.WantRow(i).Cell(p.Want.schema.key).Filled() {
			continue
		}
		if p.Have.Keys().Find(p.WantRow(i).ID()) < 0 {
			found[i] = true
		}
	}
	return found
}

// Note adds a remark to a line, unless it is empty; it changes nothing.
func (p *Plan) Note(line int, text string) {
	if text == "" {
		return
	}
	if p.notes == nil {
		p.notes = map[int32][]Text{}
	}
	p.notes[int32(line)] = append(p.notes[int32(line)], p.AddText(text))
}

// putAtRisk records how many issued cards the change of a line takes out of service.
func (p *Plan) putAtRisk(line, cards int) {
	if p.issued == nil {
		p.issued = map[int32]int{}
	}
	p.issued[int32(line)] = cards
}

// Notes returns the remarks on a line.
func (p *Plan) Notes(line int) []string {
	var out []string
	for _, t := range p.notes[int32(line)] {
		out = append(out, p.TextOf(t))
	}
	return out
}

// Joined returns the further rows that a line is for, in their order: copies of its own
// row, and rows that remove what its own replaces.
func (p *Plan) Joined(line int) []int32 { return p.joined[int32(line)] }

// RowsOf returns all rows that a line is for: its own and the joined ones, in their order;
// none for a record without a row.
func (p *Plan) RowsOf(line int) []int32 {
	if p.Lines[line].Row < 0 {
		return nil
	}
	rows := append([]int32{p.Lines[line].Row}, p.Joined(line)...)
	slices.Sort(rows)
	return rows
}

// WantRow returns the row of a line; not valid if it has none.
func (p *Plan) WantRow(line int) Record {
	if n := p.Lines[line].Row; n >= 0 {
		return p.Want.Record(int(n))
	}
	return Record{}
}

// HaveRecord returns the record of a line; not valid if it has none.
func (p *Plan) HaveRecord(line int) Record {
	if n := p.Lines[line].Record; n >= 0 {
		return p.Have.Record(int(n))
	}
	return Record{}
}

// Change returns the change that a line asks for.
func (p *Plan) Change(line int) Change {
	l := &p.Lines[line]
	return Change{Line: line, Action: l.Action, Want: p.WantRow(line), Have: p.HaveRecord(line), Fields: l.Fields}
}

// Changes counts the lines that applying sends, by action.
func (p *Plan) Changes() map[Action]int {
	n := map[Action]int{}
	for i := range p.Lines {
		if p.Lines[i].Sends() {
			n[p.Lines[i].Action]++
		}
	}
	return n
}
