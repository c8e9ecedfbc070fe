package nights

import (
	"cmp"
	"slices"

	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// typeRuns is up to how many runs are asked for the types of an account: one that changed
// nothing may have kept no lines.
const typeRuns = 20

// Types are the types of credentials of an account, those of most credentials first, by the
// last of its runs that tells; none where no run does. Where no run was told the account's types
// (whole is false), they are those that credentials are of, by the names that are shown.
func Types(st store.Store, account string) (types []reconcile.Type, whole bool) {
	list, err := Read(st, Filter{Account: func(name string) bool { return name == account }})
	if err != nil {
		return nil, false // whoever asks does without
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

// typesOf are the types that a run tells; whole: it was told all.
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
