package draft

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"keyroster/io/migrationio"
	"keyroster/reconcile"
)

// Joiners returns the people whom rows name and the provider does not know, each once, in row
// order; none if nothing was resolved.
func (d *Draft) Joiners() []migrationio.Joiner {
	if d.Wanted == nil {
		return nil
	}
	seen := map[string]bool{}
	var out []migrationio.Joiner
	for _, n := range slices.Sorted(maps.Keys(d.Wanted.Verdicts)) {
		if _, bad := d.Roster.Invalid[n]; bad || !d.Wanted.Verdicts[n].NoHolder {
			continue
		}
		row := d.Roster.Rows.Record(n)
		system := row.Of(reconcile.System)
		j := migrationio.Joiner{
			Holder: reconcile.Holder{
				Name: d.Roster.Names[n], Email: row.Of(reconcile.HolderEmail), Ref: row.Of(reconcile.HolderRef),
			},
			Set:    map[string]string{row.Schema().NameOf(reconcile.System): system},
			Source: d.Roster.Source(n),
		}
		key := strings.ToLower(j.Email) + "\x00" + j.Ref + "\x00" + system
		if !seen[key] {
			seen[key] = true
			out = append(out, j)
		}
	}
	return out
}

// joinersFact reports how many people named by rows the provider does not know, empty for none.
// listed: the run writes them to a file.
func (d *Draft) joinersFact(n int, listed bool) string {
	if n == 0 {
		return ""
	}
	who := "1 person is"
	if n != 1 {
		who = fmt.Sprintf("%d people are", n)
	}
	text := fmt.Sprintf("%s not known to %s: create them there first", who, d.Account.Spec.Title)
	if listed {
		text += " (" + migrationio.MissingFile + " has them)"
	}
	return text
}
