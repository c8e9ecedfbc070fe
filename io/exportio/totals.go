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
	schema := records.Schema()
	kind, label, status := schema.Index("type"), schema.Index("type_name"), schema.Index("status")
	text := func(n, col int) string {
		if col < 0 {
			return ""
		}
		return records.Record(n).Cell(col).Text()
	}
	type group struct {
		name     string
		n        int
		statuses map[string]int
	}
	types, statuses := map[string]*group{}, map[string]int{}
	for n := range records.Len() {
		t := types[text(n, kind)]
		if t == nil {
			t = &group{name: strings.Clone(text(n, label)), statuses: map[string]int{}}
			types[strings.Clone(text(n, kind))] = t
		}
		t.n++
		t.statuses[strings.Clone(text(n, status))]++
		statuses[strings.Clone(text(n, status))]++
	}
	out := Totals{Credentials: records.Len(), ByType: []TypeTotal{}, ByStatus: ranked(statuses)}
	for id, t := range types {
		out.ByType = append(out.ByType, TypeTotal{id, t.name, t.n, ranked(t.statuses)})
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
