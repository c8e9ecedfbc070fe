package reconcile

// Misalignment counts what only many rows can show: that a column of the roster was sorted
// or shifted without the others.
type Misalignment struct {
	// Rows is the number of rows in the roster, HoldersDiffer of those whose own cells name
	// different holders.
	Rows, HoldersDiffer int
	// Named counts the rows that name a listed record, by its id or otherwise.
	Named int
	// Contradicting counts those that give another holder or type than the record has.
	Contradicting int
	// Swapped counts those that ask for a value that another listed record holds.
	Swapped int
}

// misalignedRows is the smallest number of such rows that is significant.
const misalignedRows = 5

// misalignedShare is the share of the rows that name their record above which the columns
// are wrong, not the rows.
const misalignedShare = 0.3

func exceedsShare(n, of int) bool {
	return n >= misalignedRows && float64(n) > misalignedShare*float64(of)
}

// RecordsMisaligned reports whether so many rows contradict the records they name that a
// column must have been sorted, or shifted, without the others.
func (d Misalignment) RecordsMisaligned() bool { return exceedsShare(d.Contradicting, d.Named) }

// HoldersMisaligned reports whether so many rows name two people at once that one of the
// columns that name them must have been sorted without the other.
func (d Misalignment) HoldersMisaligned() bool { return exceedsShare(d.HoldersDiffer, d.Rows) }

// ValuesMisaligned reports the same of the column of values. Since people do swap cards, it
// only explains a plan that is refused, and refuses none.
func (d Misalignment) ValuesMisaligned() bool { return exceedsShare(d.Swapped, d.Named) }

// Misalignment counts the rows of a plan that contradict the records they name, or
// themselves. wanted is what the plan was made from.
func (p *Plan) Misalignment(wanted *Wanted) Misalignment {
	out := Misalignment{Rows: p.Want.Len(), HoldersDiffer: wanted.RowsWithDifferingHolders()}
	if !p.mayBeMisaligned() {
		return out
	}
	schema := p.Want.schema
	if wanted.Rows != p.Want {
		wanted = NewWanted(p.Want)
	}
	listed := wanted.Listed(p.Have)
	var byValue *Index
	for i := range p.Lines {
		row, n := p.WantRow(i), int(p.Lines[i].Record)
		if !row.Valid() {
			continue
		}
		if row.Cell(schema.key).Filled() {
			n = int(listed[row.Number()])
		}
		if n < 0 {
			continue
		}
		out.Named++
		switch l := &p.Lines[i]; {
		case l.Situation == Ambiguous && schema.contradicts(row, p.Have.Record(n)):
			out.Contradicting++
		case l.Sends() && schema.value >= 0 && l.Fields.Has(schema.value) && row.Cell(schema.value).Filled():
			if byValue == nil {
				byValue = NewIndex(p.Have, By{Columns: []int{schema.value}})
			}
			if other := byValue.first(row); other >= 0 && other != n {
				out.Swapped++
			}
		}
	}
	return out
}

// mayBeMisaligned is a quick check for anything to count: most plans have nothing, and
// counting needs two indexes of the listing.
func (p *Plan) mayBeMisaligned() bool {
	ambiguous, changes := 0, 0
	for i := range p.Lines {
		l := &p.Lines[i]
		switch {
		case l.Row < 0:
		case l.Situation == Ambiguous:
			ambiguous++
		case l.Sends() && l.Action == Update:
			changes++
		}
	}
	return ambiguous >= misalignedRows || changes >= misalignedRows
}

// contradicts reports whether a row gives another holder or type than its record.
func (s *Schema) contradicts(row, record Record) bool {
	for _, col := range s.pairs {
		want := row.Cell(col)
		if s.Columns[col].Role != RoleManaged && want.Filled() && want.Text() != record.Cell(col).Text() {
			return true
		}
	}
	return false
}
