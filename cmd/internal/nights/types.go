package nights

import (
	"cmp"
	"slices"

	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// typeRuns bounds how many runs are searched for an account's types: one without changes may
// have kept no lines.
const typeRuns = 20

// Types returns the credential types of an account from the latest of its runs that recorded them,
// those with the most credentials first; none if no run did. If no run has the complete list (whole is
// false), they are the types of the credentials in a report, by the names shown there.
func Types(st store.Store, account string) (types []reconcile.Type, whole bool) {
	list, err := Read(st, Filter{Account: func(name string) bool { return name == account }})
	if err != nil {
		return nil, false // the caller can do without
	}
	for i, e := range slices.Backward(list.Runs) {
		if len(list.Runs)-i > typeRuns {
			break
		}
		run, err := st.Run(e.Name)
		if err != nil {
			continue
		}
		seen, all, err := typesOf(run)
		switch {
		case err != nil:
		case all:
			return seen, true
		case len(types) == 0:
			types = seen
		}
	}
	return types, false
}

// typesOf returns the types recorded by a run; whole: the list is complete.
func typesOf(run *store.Run) (types []reconcile.Type, whole bool, err error) {
	credentials := map[string]int{}
	head, err := eachReported(run, func(l *reportio.Line, err error) error {
		if id := cmp.Or(l.Type, l.TypeName); err == nil && id != "" && l.CredentialID != "" {
			if credentials[id]++; credentials[id] == 1 {
				types = append(types, reconcile.Type{ID: id, Names: []string{l.TypeName}})
			}
		}
		return err
	})
	if err != nil {
		return nil, false, err
	}
	if whole = len(head.Types) > 0; whole {
		types = head.Types
	}
	slices.SortStableFunc(types, func(a, b reconcile.Type) int {
		return cmp.Or(cmp.Compare(credentials[b.ID], credentials[a.ID]), cmp.Compare(a.Name(), b.Name()))
	})
	return types, whole, nil
}
