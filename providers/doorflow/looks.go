package doorflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"keyroster/providers/people"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// alikeRef finds the people whose references are taken for this one, which no person
// has, and says so.
func (r *resolver) alikeRef(ref string) (ids []string, words string) {
	if shape.AllDigits(ref) {
		same := r.byNumber()[strings.TrimLeft(ref, "0")]
		for _, p := range same {
			if len(p.Ref) > len(ref) && ref[0] != '0' {
				return people.IDs(same), "; one has " + p.Ref + ": leading zeros lost?"
			}
		}
		if len(same) > 0 {
			return people.IDs(same), "; one has " + same[0].Ref + ", with other zeros in front"
		}
	}
	alike := r.people.Alike(people.Ref, ref)
	if len(alike) > 0 {
		words = fmt.Sprintf(
			"; one has %s, which differs from it in %s", alike[0].Ref,
			reconcile.Unlike(ref, alike[0].Ref),
		)
	}
	return people.IDs(alike), words
}

// alikeEmail finds the people whose addresses look like this one, which no person
// has, and says so.
func (r *resolver) alikeEmail(address string) (ids []string, words string) {
	alike := r.people.Alike(people.Email, address)
	if len(alike) > 0 {
		words = fmt.Sprintf(
			"; person %s has one that looks the same and differs in %s", alike[0].ID,
			reconcile.Unlike(address, alike[0].Email),
		)
	}
	return people.IDs(alike), words
}

// byNumber has the people whose references are digits, by what is behind their
// zeros. It is made when it is first asked for.
func (r *resolver) byNumber() map[string][]*people.Person {
	if r.numbers == nil {
		r.numbers = map[string][]*people.Person{}
		for _, id := range slices.Sorted(maps.Keys(r.people.ByID)) {
			if p := r.people.ByID[id]; p.Ref != "" && shape.AllDigits(p.Ref) {
				number := strings.TrimLeft(p.Ref, "0")
				r.numbers[number] = append(r.numbers[number], p)
			}
		}
	}
	return r.numbers
}
