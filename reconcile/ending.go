package reconcile

import "fmt"

// A record that is listed but ending, such as a revoked one, satisfies no row that wants
// it: such a row makes a new one, or waits while the old one is in the way. It does satisfy
// a row that wants it gone.

// splitEnding separates the records of a group that last from those that end.
func (m *matcher) splitEnding(records []int32) (living, ending []int32) {
	if len(m.ending) == 0 {
		return records, nil
	}
	for _, n := range records {
		if _, ends := m.ending[int(n)]; ends {
			ending = append(ending, n)
		} else {
			living = append(living, n)
		}
	}
	return living, ending
}

// ended handles a row that names by its id a record that is ending, and reports whether the
// row goes on to be matched by the pairing columns.
func (m *matcher) ended(row, record int, e Ending) bool {
	what := fmt.Sprintf("%s %s %s", m.schema.Noun, m.have.Record(record).ID(), e.Words)
	if m.pairable(m.want.Record(row)) {
		m.remark(row).note = fmt.Sprintf("%s; matched by %s", what, m.pairNames())
		return true
	}
	m.decide(row, Missing, fmt.Sprintf("%s; give %s to create another", what, m.pairNames()))
	return false
}

// meetEnding handles the rows of a group that found no lasting record: a row that wants its
// record gone takes an ending one, the others are blocked or get a note.
func (m *matcher) meetEnding(rows, ending []int32) {
	for _, row := range rows {
		match := &m.matches[row]
		if len(ending) == 0 || match.record >= 0 || match.decided || match.joined {
			continue
		}
		at := 0
		if m.absent(m.want.Record(int(row))) {
			if m.owner[ending[0]] == unowned {
				m.take(int(row), ending[0])
			}
			continue
		}
		for i, n := range ending {
			if m.ending[int(n)].InTheWay {
				at = i
			}
		}
		e := m.ending[int(ending[at])]
		what := fmt.Sprintf("%s %s %s", m.schema.Noun, m.have.Record(int(ending[at])).ID(), e.Words)
		if e.InTheWay {
			m.decide(int(row), Unsupported, what+": another can be made once it is gone")
			continue
		}
		m.remark(int(row)).note = what
	}
}
