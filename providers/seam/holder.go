package seam

import (
	"fmt"
	"slices"
	"strings"

	"keyroster/providers/people"
	"keyroster/reconcile"
)

// holder finds the row's user, and with it the system: a user belongs to one. All cells
// that name a user must name the same one.
func (r *resolver) holder(n int, cells []reconcile.Cell, have reconcile.Record) *reconcile.Verdict {
	id, email := cells[col.user], cells[col.email]
	if id.Filled() {
		system := r.systemOf(id.Text())
		if system == "" {
			return r.noSuchID(n, cells, have)
		}
		if cell := cells[col.system]; cell.Filled() && cell.Text() != system {
			return reconcile.Ambiguous.Because(
				"acs_system_id names system %s, but user %s belongs to system %s", cell.Text(),
				id.Text(), system,
			)
		}
		cells[col.system] = reconcile.TextCell(system)
	}
	if !email.Filled() {
		r.describe(n, id.Text(), cells)
		return nil
	}
	if len(r.users.Named(people.Email, email.Text())) == 0 {
		return r.noSuchEmail(n, cells, have)
	}
	found, verdict := r.byEmail(n, cells, have)
	if verdict != nil {
		return verdict
	}
	cells[col.user], cells[col.system] = reconcile.TextCell(found.ID), reconcile.TextCell(found.System)
	r.describe(n, found.ID, cells)
	return nil
}

// noSuchID returns the verdict on a row whose holder_id no user has.
func (r *resolver) noSuchID(n int, cells []reconcile.Cell, have reconcile.Record) *reconcile.Verdict {
	reason := "no user with id " + cells[col.user].Text()
	if email := cells[col.email]; email.Filled() {
		if found := r.users.Named(people.Email, email.Text()); len(found) > 0 {
			return reconcile.Invalid.Because(
				"%s, but holder_email finds user %s", reason,
				strings.Join(people.IDs(found), " and "),
			)
		}
		if id, _ := r.findLookalike(email.Text()); id != "" {
			return r.userMissing(n, cells, have, reason+", but holder_email looks like that of user "+id, true)
		}
	}
	return r.userMissing(n, cells, have, reason, false)
}

// noSuchEmail returns the verdict on a row whose address no user has. If another cell finds
// the user, or the credential, it may be an old one.
func (r *resolver) noSuchEmail(n int, cells []reconcile.Cell, have reconcile.Record) *reconcile.Verdict {
	address, user := cells[col.email].Text(), cells[col.user].Text()
	alike, words := r.findLookalike(address)
	switch {
	case user != "" && (alike == "" || alike == user):
		r.note(n, "no user has e-mail "+address+"; found by holder_id instead")
		r.describe(n, user, cells)
		return nil
	case user != "":
		return reconcile.Ambiguous.Because("no user with e-mail %s", address+words)
	case have.Valid() && alike == "":
		r.note(n, "no user has e-mail "+address+"; found by credential_id instead")
		return nil
	}
	return r.userMissing(n, cells, have, "no user with e-mail "+address+words, alike != "")
}

// userMissing returns the verdict on a row whose cells find no user. One that wants something
// absent is already satisfied, unless a user looks like the one that it names.
func (r *resolver) userMissing(
	n int, cells []reconcile.Cell, have reconcile.Record, reason string, alike bool,
) *reconcile.Verdict {
	absent := cells[col.state].Text() == reconcile.StateAbsent
	switch {
	case absent && alike:
		return reconcile.Ambiguous.Because("%s", reason)
	case absent && !have.Valid():
		return reconcile.InSync.Because("%s: there is nothing to remove", reason)
	}
	r.gone[n] = !alike && !have.Valid()
	return &reconcile.Verdict{
		Situation: reconcile.Invalid,
		Reason:    reason,
		NoHolder:  r.gone[n] && cells[col.email].Filled(),
	}
}

// ended reports whether the row's validity is over.
func (r *resolver) ended(cells []reconcile.Cell) bool {
	ends := cells[col.ends]
	return ends.Filled() && !instantOf(ends.Text()).IsZero() && !instantOf(ends.Text()).After(r.now)
}

// systemOf returns the system of a user, empty if there is none.
func (r *resolver) systemOf(id string) string {
	if u, read := r.users.ByID(id); read {
		return u.System
	}
	return r.seen.systemOf[id]
}

// byEmail finds the one user whose address a row names, among those that fit its other
// cells. A row that names its credential means a user of that one's system.
func (r *resolver) byEmail(n int, cells []reconcile.Cell, have reconcile.Record) (*people.Person, *reconcile.Verdict) {
	address := cells[col.email].Text()
	all := r.users.Named(people.Email, address)
	system := r.systemIn(cells)
	var fit []*people.Person
	for _, u := range all {
		if system == "" || u.System == system {
			fit = append(fit, u)
		}
	}
	if id := cells[col.user]; id.Filled() {
		at := slices.IndexFunc(all, func(u *people.Person) bool { return u.ID == id.Text() })
		if at < 0 {
			return nil, &reconcile.Verdict{
				Situation: reconcile.Ambiguous, HoldersDiffer: true,
				Reason: fmt.Sprintf(
					"holder_id names user %s, and holder_email names user %s", id.Text(),
					strings.Join(people.IDs(all), " or "),
				),
			}
		}
		return all[at], nil
	}
	switch {
	case len(fit) == 0 && have.Valid() && !cells[col.system].Filled():
		// None in the credential's own system: the address contradicts the credential,
		// which the comparison will report.
		return all[0], nil
	case len(fit) == 0:
		return nil, r.userMissing(n, cells, have, fmt.Sprintf("no user with e-mail %s in system %s", address, system), false)
	case len(fit) == 1:
		return fit[0], nil
	}
	reason := fmt.Sprintf(
		"%d users have e-mail %s: %s; give holder_id", len(fit), address,
		strings.Join(people.IDs(fit), ", "),
	)
	if system == "" && severalSystems(fit) {
		reason = fmt.Sprintf(
			"e-mail %s belongs to users in several access systems: %s; give acs_system_id or holder_id",
			address, strings.Join(people.IDs(fit), ", "),
		)
	}
	return nil, reconcile.Ambiguous.Because("%s", reason)
}

func severalSystems(list []*people.Person) bool {
	return slices.ContainsFunc(list, func(u *people.Person) bool { return u.System != list[0].System })
}

// describe fills in what is known about a user, for reports.
func (r *resolver) describe(n int, id string, cells []reconcile.Cell) {
	u, read := r.users.ByID(id)
	if !read {
		return
	}
	cells[col.name] = reconcile.TextCell(u.Name)
	if email := u.Email; email != "" {
		cells[col.email] = reconcile.TextCell(email)
	}
	for _, words := range u.Barred.Words {
		r.note(n, words)
	}
}

// findLookalike finds a user whose address looks like this one, which no user has, and describes
// the difference.
func (r *resolver) findLookalike(address string) (id, words string) {
	alike := r.users.Alike(people.Email, address)
	if len(alike) == 0 {
		return "", ""
	}
	return alike[0].ID, fmt.Sprintf(
		"; user %s has one that looks the same but differs in %s", alike[0].ID,
		reconcile.ExplainLookalikes(address, alike[0].Email),
	)
}
