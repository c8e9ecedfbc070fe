package seam

import (
	"fmt"
	"slices"

	"keyroster/providers/listing"
	"keyroster/reconcile"
)

// part is one filter of a listing, and what it found.
type part struct {
	what   string
	filter map[string]any
	// user must exist: an empty answer may mean that it does not.
	user string
	// system is the system of every credential found, or empty.
	system string
	// unmanaged credentials have a list of their own.
	unmanaged bool
	// unseen: Seam did not list them.
	unseen bool
	// only, if not nil, filters out credentials that were not requested.
	only func(*credential) bool

	set *reconcile.Set
	// notes are, by number in set, what the cells do not hold, for the few credentials that
	// have any.
	notes map[int]note
	// deleting has the ids of those that are being deleted, which are left out, with the key
	// that pairs them with rows.
	deleting map[string]string
	reading  listing.Reading
	// cells is reused for each record.
	cells []reconcile.Cell
}

// unmanagedOf lists unmanaged credentials, always in one call: the vendor says that there
// are none yet, and does not document the list. A single filter is sent; several are
// applied here, to the whole workspace.
func unmanagedOf(filter string, ids []string) *part {
	p := &part{what: "unmanaged credentials", unmanaged: true}
	if len(ids) == 1 {
		p.filter = map[string]any{filter: ids[0]}
	}
	p.only = func(e *credential) bool {
		if filter == "acs_user_id" {
			return slices.Contains(ids, e.User)
		}
		return true
	}
	return p
}

func idsOfSystems(systems []*system) []string {
	var ids []string
	for _, s := range systems {
		ids = append(ids, s.ID)
	}
	return ids
}

// note is what a record's cells do not hold.
type note struct {
	// parent is the multi-phone sync credential that it belongs to, and replaced the code
	// that was requested in place of its own.
	parent   string
	replaced reconcile.Secret
	effect   reconcile.EffectState
	// beyond is what no column holds, if that is requested.
	beyond []reconcile.UncoveredPart
}

// empty drops what was read of a part.
func (p *part) empty() {
	p.set, p.notes, p.deleting = reconcile.NewSet(Schema, 0), map[int]note{}, map[string]string{}
}

// valid rejects anything but a requested credential: if a filter were ignored, one system's
// credentials would pass for another's.
func (p *part) valid(e *credential) error {
	if err := e.valid(); err != nil {
		return err
	}
	switch {
	case p.system != "" && e.System != p.system:
		return fmt.Errorf("credential %s belongs to system %s", e.ID, e.System)
	case p.user != "" && e.User != p.user:
		return fmt.Errorf("credential %s belongs to user %q", e.ID, e.User)
	case p.unmanaged:
		no := false
		e.Managed = &no
	}
	return nil
}

// keep adds a requested credential, with what no column holds.
func (p *part) keep(e *credential, beyond []reconcile.UncoveredPart) {
	if p.only != nil && !p.only(e) {
		return
	}
	p.cells = e.cells(p.cells)
	if e.isDeleting() {
		p.deleting[e.ID] = groupKey(p.cells[col.user], p.cells[col.system], p.cells[col.kind])
		return
	}
	at, of := p.set.Add(p.cells), note{parent: e.Parent, effect: e.effect(), beyond: beyond}
	if w, ok := e.warns(warnUnavailable); ok {
		of.replaced = reconcile.NewSecret(string(w.Original))
	}
	if of.parent != "" || of.effect.Effect != reconcile.EffectYes || len(beyond) > 0 || !of.replaced.IsZero() {
		p.notes[at] = of
	}
}
