package main

import "keyroster/reconcile"

// replacedSince adds to what is remembered of replaced records what the run
// replaced. An id that was replaced twice leads to the last record; one that
// leads to a record which is gone by now is forgotten.
func (s *session) replacedSince(before map[string]string) map[string]string {
	if s.draft == nil || s.draft.plan == nil {
		return before
	}
	fresh := map[string]string{}
	if s.run != nil {
		for _, a := range s.run.Accepted() {
			if a.Action == reconcile.Replace {
				fresh[a.Have.ID()] = a.ID
			}
		}
	}
	if len(before)+len(fresh) == 0 {
		return nil
	}
	listed := map[string]bool{}
	whole := s.wholeListing()
	if whole != nil {
		for n := range whole.Records.Len() {
			listed[whole.Records.Record(n).ID()] = true
		}
	}
	after := map[string]string{}
	for old, heir := range before {
		if next := fresh[heir]; next != "" {
			after[old] = next
		} else if whole == nil || listed[heir] {
			after[old] = heir
		}
	}
	for old, heir := range fresh {
		after[old] = heir
	}
	return after
}
