package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"keyroster/io/migrationio"
	"keyroster/reconcile"
)

// joiners are the people whom rows name and the provider does not know, each
// once, in the order of the rows.
func (d *draft) joiners() []migrationio.Joiner {
	if d.wanted == nil || d.roster == nil {
		return nil
	}
	seen := map[string]bool{}
	var out []migrationio.Joiner
	for _, n := range slices.Sorted(maps.Keys(d.wanted.Verdicts)) {
		if _, bad := d.roster.Invalid[n]; bad || !d.wanted.Verdicts[n].NoHolder {
			continue
		}
		row := d.roster.Rows.Record(n)
		j := migrationio.Joiner{
			Holder: reconcile.Holder{Name: row.Text("holder_name"), Email: row.Text("holder_email"), Ref: row.Text("holder_ref")},
			Set:    map[string]string{"acs_system_id": row.Text("acs_system_id")}, Source: d.roster.Source(n),
		}
		key := strings.ToLower(j.Email) + "\x00" + j.Ref + "\x00" + j.Set["acs_system_id"]
		if !seen[key] {
			seen[key] = true
			out = append(out, j)
		}
	}
	return out
}

// joinersFact says of how many people rows are that the provider does not know,
// empty for none. folder: the run lists them in a file.
func joinersFact(acc *account, n int, folder bool) string {
	if n == 0 {
		return ""
	}
	text := fmt.Sprintf("%s not known to %s: create them there first", people(n), acc.spec.Title)
	if folder {
		text += " (" + migrationio.MissingFile + " has them)"
	}
	return text
}

// people counts them with their verb.
func people(n int) string {
	if n == 1 {
		return "1 person is"
	}
	return fmt.Sprintf("%d people are", n)
}

// writeJoiners lists the people who have to be created, if any.
func (s *session) writeJoiners() error {
	joiners := s.draft.joiners()
	if len(joiners) == 0 || s.acc.spec.People == nil {
		return nil
	}
	return s.dir.Write(migrationio.MissingFile, func(w io.Writer) error {
		return migrationio.WriteJoiners(w, s.acc.spec.People, joiners)
	})
}
