package doorflow

import (
	"fmt"
	"slices"
	"strings"

	"keyroster/providers/people"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// alikeRef finds the people whose references are easily mistaken for this one, which no
// person has, and describes the difference.
func (r *resolver) alikeRef(ref string) (ids []string, words string) {
	if shape.AllDigits(ref) {
		same := r.people.Of(r.byNumber()[strings.TrimLeft(ref, "0")])
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
			"; one has %s, which differs in %s", alike[0].Ref,
			reconcile.ExplainLookalikes(ref, alike[0].Ref),
		)
	}
	return people.IDs(alike), words
}

// alikeEmail finds the people whose addresses look like this one, which no person has, and
// describes the difference.
func (r *resolver) alikeEmail(address string) (ids []string, words string) {
	alike := r.people.Alike(people.Email, address)
	if len(alike) > 0 {
		words = fmt.Sprintf(
			"; person %s has one that looks the same but differs in %s", alike[0].ID,
			reconcile.ExplainLookalikes(address, alike[0].Email),
		)
	}
	return people.IDs(alike), words
}

// byNumber maps numeric references, without leading zeros, to the sorted ids of their
// people. It is built on first use.
func (r *resolver) byNumber() map[string][]string {
	if r.numbers == nil {
		r.numbers = map[string][]string{}
		for p := range r.people.All() {
			if p.Ref != "" && shape.AllDigits(p.Ref) {
				number := strings.TrimLeft(p.Ref, "0")
				r.numbers[number] = append(r.numbers[number], p.ID)
			}
		}
		for _, ids := range r.numbers {
			slices.Sort(ids)
		}
	}
	return r.numbers
}
