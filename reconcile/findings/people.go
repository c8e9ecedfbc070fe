package findings

import (
	"fmt"
	"time"

	"keyroster/reconcile"
)

// severalOfType finds holders with more than one credential of a type.
func (s *search) severalOfType() {
	type owner struct{ system, holder, kind string }
	for _, same := range groups(s.records.Len(), func(n int) (owner, bool) {
		holder := s.text(n, s.holder)
		return owner{s.text(n, s.system), holder, s.text(n, s.kind)}, holder != ""
	}) {
		s.add(
			SeveralOfType, same,
			fmt.Sprintf("%s has %d credentials of type %s.", s.who(same[0]), len(same), s.what(same[0])),
		)
	}
}

// holders finds credentials of people who should have none.
func (s *search) holders() {
	if s.options.Holders == nil {
		return
	}
	for n := range s.records.Len() {
		id := s.text(n, s.holder)
		switch holder, known := s.options.Holders.Find(id); {
		case id == "":
			s.add(UnknownHolder, []int{n}, "The credential has no holder.")
		case !known:
			s.add(
				UnknownHolder, []int{n},
				fmt.Sprintf("The provider lists no %s with the id %s, who has this credential.", s.schema.Holder, id),
			)
		case holder.Disabled:
			s.add(
				DisabledHolder, []int{n},
				fmt.Sprintf("%s is disabled and still has a credential of type %s.", s.who(n), s.what(n)),
			)
		}
	}
}

// ends finds credentials past their end, and those without one, unless the provider's
// credentials have no end at all.
func (s *search) ends() {
	if s.end < 0 || s.schema.Columns[s.end].Role != reconcile.RoleManaged {
		return
	}
	for n := range s.records.Len() {
		cell := s.records.Record(n).Cell(s.end)
		if !cell.Filled() {
			s.add(NeverExpires, []int{n}, fmt.Sprintf("The credential of %s has no end.", s.who(n)))
			continue
		}
		if end, err := time.Parse(time.RFC3339, cell.Text()); err == nil && !end.After(s.options.Now) {
			s.add(
				Expired, []int{n},
				fmt.Sprintf("The credential of %s ended on %s.", s.who(n), end.UTC().Format("2006-01-02 15:04 UTC")),
			)
		}
	}
}
