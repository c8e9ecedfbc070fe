package draft

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"keyroster/reconcile"
)

// maxNamed is how many people a refusal names; the rest are counted.
const maxNamed = 20

// peopleLosingAccess returns the people who would lose their last credential against
// limits.last_credential: the ids to name, and how many more there are.
func (d *Draft) peopleLosingAccess() (ids []string, more int) {
	last := func(b reconcile.Breach) bool { return b.Name == reconcile.LimitLastCredential }
	if !slices.ContainsFunc(d.Breaches, last) {
		return nil, 0
	}
	ids = d.Plan.LosesAll()
	if more = len(ids) - maxNamed; more > 0 {
		return ids[:maxNamed], more
	}
	return ids, 0
}

// losingAccessText names those people; empty if there are none.
func (d *Draft) losingAccessText() string {
	ids, more := d.peopleLosingAccess()
	var words []string
	for _, id := range ids {
		name, email := d.Account.OneLineNames(id)
		if name = cmp.Or(name, email); name != "" {
			id = name + " (" + id + ")"
		}
		words = append(words, id)
	}
	if more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}
