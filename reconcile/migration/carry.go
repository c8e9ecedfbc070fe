package migration

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"keyroster/reconcile"
)

// carryRest carries over the columns that need no translation.
func (b *builder) carryRest(n int, have reconcile.Record, d *draft) bool {
	var part []Loss
	for col := range b.from.Columns {
		c := &b.from.Columns[col]
		cell := have.Cell(col)
		if c.Role != reconcile.RoleManaged || col == b.from.Value() && b.in.From.keepsHolders() ||
			cell.State() == reconcile.Unset ||
			cell.State() == reconcile.Empty {
			continue
		}
		if c.Local || slices.Contains(b.in.Rules.Drop, c.Name) && !holds(b.to, c.Name) {
			if why := b.ended(c, cell); why != "" {
				b.addLoss(n, "%s", why)
				return false
			}
			part = append(part, Loss{Record: n, Column: c.Name, Reason: b.whyDropped(c)})
			continue
		}
		if c.Can&reconcile.ReadApart != 0 {
			if why := b.places(n, c, cell, d); why != "" {
				part = append(part, Loss{Record: n, Column: c.Name, Reason: why})
			}
			continue
		}
		why, whole := b.carry(c, cell, d)
		switch {
		case whole:
			b.addLoss(n, "%s", why)
			return false
		case why != "":
			part = append(part, Loss{Record: n, Column: c.Name, Reason: why})
		}
	}
	b.Losses = append(b.Losses, part...)
	return true
}

// places carries over the doors of a record that both sides know by the same name, and says
// which are lost.
func (b *builder) places(n int, c *reconcile.Column, cell reconcile.Cell, d *draft) string {
	const separator = ";"
	var kept, lost []string
	system := b.systemOf(n, d)
	for name := range strings.SplitSeq(cell.Text(), separator) {
		i := slices.IndexFunc(b.in.To.Places[system], func(there string) bool { return fold(there) == fold(name) })
		if i < 0 || !holds(b.to, c.Name) {
			lost = append(lost, strings.TrimSpace(name))
			continue
		}
		kept = append(kept, b.in.To.Places[system][i])
	}
	if len(kept) > 0 {
		b.set(d, c.Name, reconcile.TextCell(strings.Join(kept, separator)))
	}
	if len(lost) == 0 {
		return ""
	}
	return fmt.Sprintf(
		"it opens %s, a name unknown at %s: the copy opens it once access is granted there",
		strings.Join(lost, ", "), b.in.To.Account,
	)
}

// systemOf returns the part of the target that a row's record will be in.
func (b *builder) systemOf(n int, d *draft) string {
	if col := b.to.At(reconcile.System); col >= 0 && d.cells[col].Filled() {
		return d.cells[col].Text()
	}
	if system := b.in.To.Holders.Of(b.HolderOf[n]).System; system != "" {
		return system
	}
	return b.in.Rules.Set[b.to.NameOf(reconcile.System)]
}

func (b *builder) whyDropped(c *reconcile.Column) string {
	if c.Local {
		return fmt.Sprintf("it refers to the source account itself; set %s in migrate.set if the target needs one", c.Name)
	}
	return b.in.To.Title + " cannot hold it; dropped by the configuration (migrate.drop)"
}

// holds reports whether new records of a schema can be given a column.
func holds(schema *reconcile.Schema, column string) bool {
	col := schema.Index(column)
	return col >= 0 && schema.Columns[col].Can&reconcile.CanCreate != 0
}

// carry puts a cell into the row, or says what is lost because it cannot.
func (b *builder) carry(c *reconcile.Column, cell reconcile.Cell, d *draft) (why string, whole bool) {
	if why := b.ended(c, cell); why != "" {
		return why, true
	}
	switch {
	case cell.State() == reconcile.Masked:
		return fmt.Sprintf("%s cannot be read at %s", c.Name, b.in.From.Title), true
	case holds(b.to, c.Name):
		b.set(d, c.Name, cell)
		return "", false
	case c.Means == reconcile.StartsAt && !instant(cell).After(b.in.Now):
		return "it has started, and " + b.in.To.Title + " has no start", false
	}
	return fmt.Sprintf(
		"it has %s, which %s cannot hold, so it would keep opening doors; migrate.drop: [%s] moves it anyway",
		c.Name, b.in.To.Title, c.Name,
	), true
}

// ended says that a record's end has passed: moving it would grant access again.
func (b *builder) ended(c *reconcile.Column, cell reconcile.Cell) string {
	if at := instant(cell); c.Means == reconcile.EndsAt && !at.IsZero() && !at.After(b.in.Now) {
		return "it has ended"
	}
	return ""
}

// instant returns a cell's time, zero if it has none.
func instant(cell reconcile.Cell) time.Time {
	at, err := time.Parse(time.RFC3339, cell.Text())
	if err != nil {
		return time.Time{}
	}
	return at
}
