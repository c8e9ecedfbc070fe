package seam

import (
	"time"

	"keyroster/reconcile"
)

const noteMoved = "Seam moved the start because it was in the past; the start stays as it is"

// StoredAs implements [providers.Features.StoredAs]: Seam moves a start out of the past,
// and a provider behind it may reject a code and assign another. Planning applies the same
// rules to what rows want of such credentials.
func (c *Client) StoredAs(want, have reconcile.Record, column int) string {
	switch column {
	case col.starts:
		if movedStart(want.Cell(column), have, time.Now()) {
			return noteMoved
		}
	case col.value:
		if c.isReplaced(have.ID(), want.Cell(column)) {
			return noteReplaced
		}
	}
	return ""
}

// movedStart reports whether a credential begins later than wanted because that was in the
// past: Seam says so, or the credential has begun by now anyway. A start can be given once
// and never changed.
func movedStart(want reconcile.Cell, have reconcile.Record, now time.Time) bool {
	begins := have.Cell(col.starts)
	if !want.Filled() || !begins.Filled() || !instantOf(want.Text()).Before(instantOf(begins.Text())) {
		return false
	}
	return hasWord(have.Cell(col.status).Text(), warnSchedule) || !instantOf(begins.Text()).After(now)
}

// isReplaced reports whether the provider assigned a credential another code in place of
// the wanted one.
func (c *Client) isReplaced(id string, want reconcile.Cell) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	original, ok := c.replaced[id]
	return ok && want.Filled() && want.Text() == original.Reveal()
}
