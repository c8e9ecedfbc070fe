package reconcile

import (
	"fmt"

	"keyroster/reconcile/shape"
)

// Shapes is what the configuration says about the values of types, and what is known
// besides the records. The zero value says nothing.
type Shapes struct {
	// Accepted has the shapes that are right whatever the records show, by the text of the
	// column type.
	Accepted map[string][]shape.Shape
	// Cards are the types whose values are card numbers; other values are taken for PINs,
	// which people choose.
	Cards []string
	// Joining: the rows were made from records of another account, so their values belong
	// to the population.
	Joining bool
	// Warn receives the problems of the roster as a whole that only the comparison shows.
	// It may be nil.
	Warn func(Problem)
}

// accepts reports whether values of a type may have this shape according to the
// configuration.
func (s *Shapes) accepts(kind, text string) bool {
	for _, one := range s.Accepted[kind] {
		if one.Match(text) {
			return true
		}
	}
	return false
}

// The kinds of problems that a comparison finds; all are warnings.
const (
	// KindNewShape: many rows bring values that are unlike all records of their type, and
	// like each other.
	KindNewShape = "new_shape"
	// KindRoundedSuspect: new values have 16 digits or more, and only zeros from the 16th
	// on.
	KindRoundedSuspect = "rounded_suspect"
	// KindSeries: new values count up from row to row, after one that is right.
	KindSeries = "series"
	// KindPlaceholder: new card numbers repeat one digit or count up.
	KindPlaceholder = "placeholder_suspect"
	// KindNo26Bit: new card numbers that no 26-bit card has, while all records have ones
	// that do.
	KindNo26Bit = "not_26_bit"
)

// checkValues blocks the lines that would write a value which cannot be right: a record's
// own value after damage by a spreadsheet, one that is not a number or code, and one that
// is unlike all others of its type. It only looks at what is to be sent, so that a record
// may keep what it has.
func (d *differ) checkValues() {
	if d.schema.value < 0 || d.policy.Exact {
		return
	}
	j := &valueChecker{differ: d, kind: d.schema.At(TypeID), lane: d.schema.Index(d.schema.Lane)}
	for i := range d.plan.Lines {
		if l := &d.plan.Lines[i]; d.givesValue(l) {
			j.checkLine(i, l)
		}
	}
	j.reportOutliers()
}

// givesValue reports whether a line gives its record a value.
func (d *differ) givesValue(l *Line) bool {
	return l.Row >= 0 && l.Sends() && l.Action != Delete && l.Fields.Has(d.schema.value) &&
		d.wanted.Rows.Record(int(l.Row)).Cell(d.schema.value).Filled()
}

// peers identifies the values that one is compared with: those of its type, within a lane
// if the schema has one.
type peers struct{ kind, lane string }

// valueChecker checks the values of one plan.
type valueChecker struct {
	*differ
	kind, lane int
	records    map[peers]*shape.Population
	rows       map[peers]*shape.Population
	outliers   outliers
	zeroTails  []zeroTails
	otherKinds otherKinds
	// placeholders are the lines of numbers that replace a missing one, wide those of
	// numbers of eight digits that no 26-bit card has.
	placeholders, wide []int32
	updates            int
}

// peersOf returns those of a row or record; what a row leaves blank is taken from its
// record.
func (j *valueChecker) peersOf(r, otherwise Record) peers {
	return peers{j.text(r, otherwise, j.kind), j.text(r, otherwise, j.lane)}
}

func (j *valueChecker) text(r, otherwise Record, col int) string {
	if col < 0 {
		return ""
	}
	if c := r.Cell(col); c.Filled() || !otherwise.Valid() {
		return c.Text()
	}
	return otherwise.Cell(col).Text()
}

// checkLine checks one value as far as that is possible without all the others.
func (j *valueChecker) checkLine(i int, l *Line) {
	want, have := j.plan.WantRow(i), j.plan.HaveRecord(i)
	text := want.Cell(j.schema.value).Text()
	if have.Valid() && have.Cell(j.schema.value).Filled() {
		if damage := damageOf(text, have.Cell(j.schema.value).Text()); damage != "" {
			j.block(l, Implausible, damage)
			return
		}
	}
	if l.Action == Update {
		j.updates++
	}
	group := j.peersOf(want, have)
	if !j.policy.Shapes.accepts(group.kind, text) && !j.plausible(i, l, group, text) {
		return
	}
	j.addZeroTail(group.kind, text, i)
	if !j.isCard(group.kind) {
		return
	}
	if shape.IsPlaceholder(text) {
		j.placeholders = append(j.placeholders, int32(i))
	}
	if shape.Eight(text) && !shape.Is26Bit(text) {
		j.wide = append(j.wide, int32(i))
	}
}

// plausible reports whether a value may be sent as far as one line shows; one that is
// unlike the records is kept until others like it are known.
func (j *valueChecker) plausible(i int, l *Line, group peers, text string) bool {
	reason := shape.Impossible(text)
	if reason != shape.Possible && (reason != shape.Unlikely || !j.isCode(group, text)) {
		j.block(l, Implausible, fmt.Sprintf("the value is %s: %s", reason, ImpossibleRemedy(reason)))
		return false
	}
	if j.isCard(group.kind) && shape.Zeros(text) {
		j.block(l, Implausible, zerosReason)
		return false
	}
	if reason != shape.Possible {
		return true
	}
	p := j.recordsOf(group)
	if p.Tells() && p.Fits(text) {
		return true
	}
	if owner := j.recordOfOtherKind(group, text); owner.Valid() {
		j.block(l, Implausible, j.otherKindReason(i, owner, text))
		return false
	}
	if p.Tells() {
		j.outliers.add(group, i, text)
	}
	return true
}

// ImpossibleRemedy says what to do about a cell whose value cannot be a number or code.
func ImpossibleRemedy(reason shape.Reason) string {
	if reason == shape.TextForm {
		return `write only the text between the quotes, without ="…", and format the column as text`
	}
	return "no system has such a number or code; correct the cell, or leave it blank where there is none"
}

// isCode reports whether a text of letters alone is like the codes among the records or the
// rows, some of which have no digit by chance.
func (j *valueChecker) isCode(group peers, text string) bool {
	if p := j.recordsOf(group); p.Tells() && p.Fits(text) {
		return true
	}
	if j.rows == nil {
		j.rows = map[peers]*shape.Population{}
		j.join(j.rows)
	}
	p := j.rows[group]
	return p.Tells() && p.Fits(text)
}

// recordsOf returns the population of a group, nil for none.
func (j *valueChecker) recordsOf(group peers) *shape.Population {
	if j.records == nil {
		j.records = map[peers]*shape.Population{}
		var last peers
		var at *shape.Population
		for n := range j.listing.Records.Len() {
			record := j.listing.Records.Record(n)
			if value := record.Cell(j.schema.value); value.Filled() {
				if key := j.peersOf(record, Record{}); at == nil || key != last {
					last, at = key, j.populationOf(j.records, key)
				}
				at.Add(value.Text())
			}
		}
		if j.policy.Shapes.Joining {
			j.join(j.records)
		}
	}
	return j.records[group]
}

func (j *valueChecker) populationOf(all map[peers]*shape.Population, key peers) *shape.Population {
	p := all[key]
	if p == nil {
		p = &shape.Population{Chosen: !j.isCard(key.kind)}
		all[key] = p
	}
	return p
}

// join adds the values of the rows to populations.
func (j *valueChecker) join(all map[peers]*shape.Population) {
	for n := range j.wanted.Rows.Len() {
		row := j.wanted.Rows.Record(n)
		if value := row.Cell(j.schema.value); value.Filled() && !j.matcher.absent(row) {
			var have Record
			if at := j.matcher.matches[n].record; at >= 0 {
				have = j.listing.Records.Record(int(at))
			}
			j.populationOf(all, j.peersOf(row, have)).Add(value.Text())
		}
	}
}

// damageOf says what a spreadsheet did to a record's value before it came back in a row;
// empty for nothing. The reverse, a row that restores what was lost, is not damage.
func damageOf(value, had string) string {
	switch {
	case shape.LostZeros(value, had):
		return lostZerosReason
	case shape.Rounded(value, had):
		return roundedReason
	case shape.Expanded(value, had):
		return expandedReason
	}
	return ""
}

const (
	lostZerosReason = "leading zeros lost? The row's value is the record's without its leading zeros, as a " +
		"spreadsheet stores it; " +
		"write it with its zeros, or repair it with pad"
	expandedReason = "read as a number? The row's value is what a spreadsheet makes of the record's, where it " +
		"reads E as an exponent; " +
		"format the column as text and enter the value again from its source"
	zerosReason = "the value is only zeros, as a spreadsheet shows an empty cell: no card has such a number; " +
		"correct the cell"
	roundedReason = "rounded? The row's value is the record's as a spreadsheet stores it, with only 15 certain digits; " +
		"format the column as text and enter the value again from its source"
)
