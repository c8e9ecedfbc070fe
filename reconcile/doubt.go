package reconcile

// Doubt counts what a single row cannot show, and many at once do: that a column
// of the roster was sorted apart from the others.
type Doubt struct {
	// Rows are those of the roster, Parted those of them whose own cells name
	// different holders.
	Rows, Parted int
	// Named are the rows that name a listed record, by its id or otherwise.
	Named int
	// Contradicting of them say another holder or type than the record has.
	Contradicting int
	// Swapped of them ask for a value that another listed record holds.
	Swapped int
}

// doubtRows is the least number of such rows that says anything.
const doubtRows = 5

// doubtShare is the share of the rows that name their record above which it is
// not the rows that are wrong, but the columns.
const doubtShare = 0.3

func most(n, of int) bool { return n >= doubtRows && float64(n) > doubtShare*float64(of) }

// SortedApart reports whether so many rows contradict the records they name that a
// column must have been sorted, or shifted, without the others.
func (d Doubt) SortedApart() bool { return most(d.Contradicting, d.Named) }

// HoldersSortedApart reports whether so many rows name two people at once that one
// of the columns that name them must have been sorted without the other.
func (d Doubt) HoldersSortedApart() bool { return most(d.Parted, d.Rows) }

// ValuesSortedApart tells the same of the column of values. People do swap cards,
// so this explains a plan that is refused, and refuses none.
func (d Doubt) ValuesSortedApart() bool { return most(d.Swapped, d.Named) }

// Doubt counts the rows of a plan that contradict the records they name, or
// themselves. wanted is what the plan was made of.
func (p *Plan) Doubt(wanted *Wanted) Doubt {
	out := Doubt{Rows: p.Want.Len(), Parted: wanted.Parted()}
	if !p.mayDoubt() {
		return out
	}
	schema := p.Want.schema
	byID := newIndex(p.Have, []int{schema.key}, nil)
	var byValue *index
	if schema.value >= 0 {
		byValue = newIndex(p.Have, []int{schema.value}, nil)
	}
	for i := range p.Lines {
		row, n := p.WantRow(i), int(p.Lines[i].Record)
		if !row.Valid() {
			continue
		}
		if row.Cell(schema.key).Filled() {
			n = byID.first(row)
		}
		if n < 0 {
			continue
		}
		out.Named++
		switch l := &p.Lines[i]; {
		case l.Situation == Ambiguous && schema.contradicts(row, p.Have.Record(n)):
			out.Contradicting++
		case l.Sends() && schema.value >= 0 && l.Fields.Has(schema.value) && row.Cell(schema.value).Filled():
			if other := byValue.first(row); other >= 0 && other != n {
				out.Swapped++
			}
		}
	}
	return out
}

// mayDoubt tells at a glance whether there can be anything to count: in most
// plans there is not, and looking costs two indexes of the listing.
func (p *Plan) mayDoubt() bool {
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
	return ambiguous >= doubtRows || changes >= doubtRows
}

// contradicts reports whether a row says another holder or type than its record.
func (s *Schema) contradicts(row, record Record) bool {
	for _, col := range s.pairs {
		want := row.Cell(col)
		if s.Columns[col].Role != RoleManaged && want.Filled() && want.Text() != record.Cell(col).Text() {
			return true
		}
	}
	return false
}
