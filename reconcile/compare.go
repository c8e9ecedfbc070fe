package reconcile

import "fmt"

// compare returns which managed cells differ, a reason if one cannot be compared, and a
// reason if one cannot be changed in place.
func (d *differ) compare(want, have Record) (fields Columns, unreadable, blocked string) {
	for col := range d.schema.Columns {
		c := &d.schema.Columns[col]
		moved := c.Pairs && d.policy.Move && c.Can&CanMove != 0
		if c.Role != RoleManaged && !moved {
			continue
		}
		w := want.Cell(col)
		if w.State() == Unset || w.State() == Masked {
			continue // nothing is wanted
		}
		h := have.Cell(col)
		like := c.Compare(w, h)
		if like == Alike {
			continue
		}
		if words := d.providerSpelling(like, want, have, col); words != "" {
			d.plan.Note(len(d.plan.Lines), words)
			continue
		}
		switch like {
		case Apart:
			unreadable = fmt.Sprintf("%s of %s %s was not read, so it cannot be compared", c.Name, d.schema.Noun, have.ID())
			continue
		case Respelled:
			if d.keptSpelling(have.ID(), col, w, h) {
				d.plan.Note(len(d.plan.Lines), c.KeptSpellingNote(w, h))
				continue
			}
		case Hidden:
			equal, known := d.remembered(have.ID(), col, w)
			if !known {
				unreadable = fmt.Sprintf("%s is masked, so it cannot be compared", c.Name)
				continue
			}
			if equal {
				d.plan.Note(len(d.plan.Lines), fmt.Sprintf("the provider masks %s; the row has the value last written", c.Name))
				continue
			}
		}
		fields = fields.With(col)
		switch {
		case moved:
		case w.State() == Empty && c.Can&CanClear == 0:
			blocked = fmt.Sprintf("%s cannot be cleared", c.Name)
		case w.Filled() && c.Can&CanUpdate == 0:
			blocked = fmt.Sprintf("%s cannot be changed once a %s exists", c.Name, d.schema.Noun)
		}
	}
	return fields, unreadable, blocked
}

// providerSpelling returns what the provider says it stored in place of the wanted text;
// empty if it does not say.
func (d *differ) providerSpelling(like Likeness, want, have Record, col int) string {
	if d.policy.StoredAs == nil || like == Hidden || like == Apart {
		return ""
	}
	return d.policy.StoredAs(want, have, col)
}

// keptSpelling asks the policy whether the provider is known to have respelled this cell.
func (d *differ) keptSpelling(id string, col int, want, have Cell) bool {
	return d.policy.KeptSpelling != nil && d.policy.KeptSpelling(id, col, want, have)
}

// remembered asks the policy about a masked cell. Only the credential's own value is
// remembered.
func (d *differ) remembered(id string, col int, want Cell) (equal, known bool) {
	if d.policy.Remembered == nil || col != d.schema.Value() {
		return false, false
	}
	return d.policy.Remembered(id, want)
}
