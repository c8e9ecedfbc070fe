package seam

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"keyroster/providers/failure"
	"keyroster/providers/listing"
	"keyroster/providers/lookup"
	"keyroster/reconcile"
)

// entrance is the part of Seam's acs_entrance that is used here.
type entrance struct {
	ID      string `json:"acs_entrance_id"`
	System  string `json:"acs_system_id"`
	Display string `json:"display_name"`
}

func (e *entrance) valid() error {
	if e.ID == "" || e.System == "" {
		return errors.New("an entrance has no acs_entrance_id or no acs_system_id")
	}
	return nil
}

// entrances are those of a workspace, by system.
type entrances map[string][]entrance

// readEntrances lists the entrances of the workspace.
func (c *Client) readEntrances(ctx context.Context) (entrances, error) {
	var found entrances
	w := &walk[entrance]{
		client: c, path: pathEntrances, member: "acs_entrances", valid: (*entrance).valid,
		List: listing.List[entrance]{
			What: "entrances", ID: func(e *entrance) string { return e.ID },
			Restart: func() { found = entrances{} },
			Keep:    func(e *entrance) { found[e.System] = append(found[e.System], *e) },
		},
	}
	_, err := w.read(ctx)
	return found, asRefused(err)
}

// asRefused turns a refusal (403, 404) of a call that only some rows need into a failure of
// that call alone: the login was good for the list that was read before.
func asRefused(err error) error {
	own := *failure.In(err)
	if own.HTTPStatus != http.StatusForbidden && own.HTTPStatus != http.StatusNotFound {
		return err
	}
	own.Class = reconcile.Refused
	return &own
}

// find returns the ids of the entrances of a system that a text names: by id, or by name
// without regard to case and to surrounding white space.
func (e entrances) find(system, text string) []string {
	var named []string
	for i := range e[system] {
		switch one := &e[system][i]; {
		case one.ID == text:
			return []string{one.ID}
		case nameKey(one.Display) == nameKey(text):
			named = append(named, one.ID)
		}
	}
	slices.Sort(named)
	return named
}

// name is how a roster refers to an entrance: by its name if that is unique, else by its
// id.
func (e entrances) name(system, id string) string {
	for i := range e[system] {
		one := &e[system][i]
		plain := one.ID == id && one.Display != "" && one.Display == strings.TrimSpace(one.Display) &&
			!strings.Contains(one.Display, entranceSeparator)
		if plain && len(e.find(system, one.Display)) == 1 {
			return one.Display
		}
	}
	return id
}

// nameKey makes names comparable.
func nameKey(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// entranceSeparator separates the entrances of a cell.
const entranceSeparator = ";"

// splitEntrances returns the entrances that a cell names, each once.
func splitEntrances(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, entranceSeparator) {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(out, part) {
			out = append(out, part)
		}
	}
	return out
}

// entranceCell returns the canonical cell of entrances, by their ids.
func entranceCell(ids []string) reconcile.Cell {
	if len(ids) == 0 {
		return reconcile.EmptyCell()
	}
	return reconcile.TextCell(strings.Join(slices.Compact(slices.Sorted(slices.Values(ids))), entranceSeparator))
}

// entrancesOf returns that cell of a row or record, which may be from a run that began before
// the column existed.
func entrancesOf(r reconcile.Record) reconcile.Cell {
	if !r.Valid() {
		return reconcile.Cell{}
	}
	if n := r.Schema().Index("entrances"); n >= 0 {
		return r.Cell(n)
	}
	return reconcile.Cell{}
}

// openedBy reads the ids of the entrances that a credential opens, in order (Seam API
// reference, credentials).
func (c *Client) openedBy(ctx context.Context, id string) ([]string, error) {
	var found []entrance
	name := "list entrances of credential " + id
	if err := c.get(ctx, name, pathAccessible, map[string]any{"acs_credential_id": id}, "acs_entrances", &found); err != nil {
		return nil, asRefused(err)
	}
	ids := []string{}
	for i := range found {
		if err := found[i].valid(); err != nil {
			return nil, failure.Unreadable(name, nil, err)
		}
		ids = append(ids, found[i].ID)
	}
	return slices.Compact(slices.Sorted(slices.Values(ids))), nil
}

// eachOpens reads which entrances the chosen records open, and passes on how a roster
// refers to them, or why they could not be read.
func (c *Client) eachOpens(
	ctx context.Context, records *reconcile.Set, chosen func(reconcile.Record) bool,
	take func(ctx context.Context, n int, names []string, err error) error,
) error {
	all, err := c.readEntrances(ctx)
	if err != nil {
		return err
	}
	return lookup.Each(ctx, c.concurrency, records.Len(), func(ctx context.Context, n int) error {
		record := records.Record(n)
		if !chosen(record) {
			return nil
		}
		names, err := c.openedBy(ctx, record.ID())
		for i, id := range names {
			names[i] = all.name(record.Cell(col.system).Text(), id)
		}
		return take(ctx, n, names, err)
	})
}

// entrances turns the entrances that a row names into their ids.
func (r *resolver) entrances(cells []reconcile.Cell) *reconcile.Verdict {
	cell := cells[col.entrances]
	if !cell.Filled() || cells[col.state].Text() == reconcile.StateAbsent {
		return nil
	}
	cells[col.entrances] = reconcile.Cell{}
	if r.noEntrances != nil {
		return lookup.Verdict(r.noEntrances)
	}
	system := r.systemIn(cells)
	if system == "" {
		return nil // the row gets a verdict for what it leaves out
	}
	var ids []string
	named := splitEntrances(cell.Text())
	if len(named) == 0 {
		return reconcile.Invalid.Because(
			"entrances %q names none: leave the cell blank, or write <empty> for none", cell.Text(),
		)
	}
	for _, text := range named {
		found := r.doors.find(system, text)
		switch {
		case len(found) == 0:
			return reconcile.Invalid.Because(
				"no entrance %q in access system %s; it has %s", text, r.systemName(system),
				r.doors.listed(system),
			)
		case len(found) > 1:
			return reconcile.Invalid.Because("%d entrances of access system %s are named %q: %s; give the id",
				len(found), r.systemName(system), text, strings.Join(found, ", "))
		}
		ids = append(ids, found...)
	}
	cells[col.entrances] = entranceCell(ids)
	return nil
}

// shownEntrances is how many names a reason lists.
const shownEntrances = 8

// listed lists the names of a system's entrances for a person.
func (e entrances) listed(system string) string {
	var names []string
	for i := range e[system] {
		names = append(names, e[system][i].Display)
	}
	slices.Sort(names)
	switch n := len(names); {
	case n == 0:
		return "none"
	case n > shownEntrances:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:shownEntrances], ", "), n-shownEntrances)
	}
	return strings.Join(names, ", ")
}

func (r *resolver) systemName(id string) string {
	if s := r.systems[id]; s != nil && s.Name != "" {
		return s.Name
	}
	return id
}

// offlineEntrances compares the entrances of a row with those of an export as written: Seam
// cannot be asked which name is which id.
func (r *resolver) offlineEntrances(n int, cells []reconcile.Cell, have reconcile.Record) {
	said := func(c reconcile.Cell) string {
		var names []string
		for _, name := range splitEntrances(c.Text()) {
			names = append(names, nameKey(name))
		}
		slices.Sort(names)
		return strings.Join(names, entranceSeparator)
	}
	old := have.Cell(col.entrances)
	if old.State() == reconcile.Unset || said(old) != said(cells[col.entrances]) {
		r.note(n, "the export does not show whether the entrances match the row")
	}
	cells[col.entrances] = reconcile.Cell{}
}

// Complete reads the entrances of all managed credentials, one by one, and returns the
// records with them, as names if these are unique. It reports how many credentials could
// not be read.
func (c *Client) Complete(ctx context.Context, records *reconcile.Set) (*reconcile.Set, []string, error) {
	cells := make([]reconcile.Cell, records.Len())
	failed := make([]*reconcile.Failure, records.Len())
	tally := lookup.Of(c)
	managed := func(record reconcile.Record) bool { return !hasWord(record.Cell(col.status).Text(), statusUnmanaged) }
	keep := func(ctx context.Context, n int, names []string, err error) (fatal error) {
		if failed[n], fatal = tally.Record(ctx, err); err == nil {
			slices.Sort(names)
			cells[n] = reconcile.TextCell(strings.Join(names, entranceSeparator+" "))
		}
		return fatal
	}
	err := c.eachOpens(ctx, records, managed, keep)
	if err != nil {
		return nil, nil, err
	}
	out := reconcile.NewSet(Schema, records.Len())
	var row []reconcile.Cell
	for n := range records.Len() {
		row = records.Record(n).Cells(row[:0])
		row[col.entrances] = cells[n]
		out.Add(row)
	}
	failed = slices.DeleteFunc(failed, func(f *reconcile.Failure) bool { return f == nil })
	if len(failed) == 0 {
		return out, nil, nil
	}
	return out, []string{
		fmt.Sprintf("The entrances of %d credentials could not be read (%s).", len(failed), failed[0].Reason),
	}, nil
}
