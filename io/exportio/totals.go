package exportio

import (
	"cmp"
	"slices"
	"strings"

	"keyroster/reconcile"
)

// Totals count the credentials of an export. The types add up to all of them,
// and so do the statuses.
type Totals struct {
	Credentials int           `json:"credentials"`
	ByType      []TypeTotal   `json:"by_type"`
	ByStatus    []StatusTotal `json:"by_status"`
}

// TypeTotal counts the credentials of a type. Type is empty where credentials
// have none.
type TypeTotal struct {
	Type     string        `json:"type"`
	TypeName string        `json:"type_name"`
	Count    int           `json:"count"`
	ByStatus []StatusTotal `json:"by_status"`
}

// StatusTotal counts the credentials with a status. Status is empty where the
// provider gives none.
type StatusTotal struct {
	Status string `json:"status"`
	Count  int    `json:"count"`
}

// count adds up records: most frequent first, then by name.
func count(records *reconcile.Set) Totals {
	labels, types, statuses := map[string]string{}, map[string]map[string]int{}, map[string]int{}
	for n := range records.Len() {
		r := records.Record(n)
		kind, status := strings.Clone(r.Of(reconcile.TypeID)), strings.Clone(r.Of(reconcile.Status))
		if types[kind] == nil {
			types[kind], labels[kind] = map[string]int{}, strings.Clone(r.Of(reconcile.TypeName))
		}
		types[kind][status]++
		statuses[status]++
	}
	out := Totals{Credentials: records.Len(), ByType: []TypeTotal{}, ByStatus: ranked(statuses)}
	for id, by := range types {
		t := TypeTotal{Type: id, TypeName: labels[id], ByStatus: ranked(by)}
		for _, n := range by {
			t.Count += n
		}
		out.ByType = append(out.ByType, t)
	}
	slices.SortFunc(out.ByType, func(a, b TypeTotal) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Type, b.Type))
	})
	return out
}

func ranked(counts map[string]int) []StatusTotal {
	out := []StatusTotal{}
	for status, n := range counts {
		out = append(out, StatusTotal{status, n})
	}
	slices.SortFunc(out, func(a, b StatusTotal) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Status, b.Status))
	})
	return out
}
