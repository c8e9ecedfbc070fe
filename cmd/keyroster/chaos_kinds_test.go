package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// chaosState is a sandbox's state: its collections of records.
type chaosState map[string][]map[string]any

// chaosKind says how rosters of a provider are made from its sandbox's state.
type chaosKind struct {
	collection, id, value string
	// holder is the field that names the holder, empty if there is none.
	holder  string
	columns []string
	// where keeps the records that a roster may change.
	where func(record map[string]any) bool
	// fresh returns a value that no record holds; unique: values may be handed on.
	fresh  func(rng *rand.Rand, n int) string
	unique bool
	// create returns rows that make new credentials with the given values.
	create func(s chaosState, values []string) []map[string]string
	// swap returns a row that gives the holder of a record another credential in its place, or nil
	// if that is impossible.
	swap func(s chaosState, record map[string]any, n int) map[string]string
}

// chaosKinds has the providers that the chaos tests know; a provider without an entry fails them.
var chaosKinds = map[string]chaosKind{
	"doorflow": {
		collection: "credentials", id: "id", value: "value", holder: "person_id", unique: true,
		columns: []string{"credential_id", "holder_id", "type", "value", "state"},
		where:   func(r map[string]any) bool { return r["credential_type_id"] == float64(32) && r["value"] != nil },
		fresh:   func(_ *rand.Rand, n int) string { return fmt.Sprintf("00777%05d", n) },
		create: func(s chaosState, values []string) []map[string]string {
			var rows []map[string]string
			for _, p := range s["people"] {
				if len(rows) < len(values) && !chaosHolds(s["credentials"], "person_id", p["id"], "credential_type_id", float64(32)) {
					rows = append(rows, map[string]string{"holder_id": fmt.Sprint(p["id"]), "type": "card", "value": values[len(rows)]})
				}
			}
			return rows
		},
		swap: func(s chaosState, r map[string]any, n int) map[string]string {
			if chaosHolds(s["credentials"], "person_id", r["person_id"], "credential_type_id", float64(31)) {
				return nil
			}
			return map[string]string{"holder_id": fmt.Sprint(r["person_id"]), "type": "pin", "value": fmt.Sprintf("96%05d", n)}
		},
	},
	"seam": {
		collection: "acs_credentials", id: "acs_credential_id", value: "code", holder: "acs_user_id",
		columns: []string{"credential_id", "acs_system_id", "holder_id", "type", "value", "state"},
		where: func(r map[string]any) bool {
			return r["access_method"] == "code" && r["is_managed"] == true && r["code"] != nil && r["parent_acs_credential_id"] == nil &&
				!strings.Contains(fmt.Sprint(r["external_type"]), "salto") && !strings.Contains(fmt.Sprint(r["external_type"]), "latch")
		},
		fresh: func(_ *rand.Rand, n int) string { return fmt.Sprintf("07%06d", n) },
		create: func(s chaosState, values []string) []map[string]string {
			var rows []map[string]string
			for _, u := range s["acs_users"] {
				if len(rows) < len(values) && !chaosHolds(s["acs_credentials"], "acs_user_id", u["acs_user_id"], "access_method", "code") {
					rows = append(rows, map[string]string{"acs_system_id": fmt.Sprint(u["acs_system_id"]), "holder_id": fmt.Sprint(u["acs_user_id"]), "type": "code", "value": values[len(rows)]})
				}
			}
			return rows
		},
		swap: func(_ chaosState, r map[string]any, n int) map[string]string {
			return map[string]string{"acs_system_id": fmt.Sprint(r["acs_system_id"]), "holder_id": fmt.Sprint(r["acs_user_id"]), "type": "code", "value": fmt.Sprintf("08%06d", n)}
		},
	},
	"pingone": {
		collection: "credential_types", id: "id", value: "description",
		columns: []string{"credential_type_id", "title", "description", "card_design_template", "metadata.name", "metadata.fields", "state"},
		where:   func(r map[string]any) bool { return r["deletedAt"] == nil && r["description"] != nil },
		fresh:   func(_ *rand.Rand, n int) string { return fmt.Sprintf("Sample card, edition %d", n) },
		create: func(_ chaosState, values []string) []map[string]string {
			var rows []map[string]string
			for n, value := range values {
				rows = append(rows, map[string]string{
					"title": fmt.Sprintf("Chaos card %d", n), "description": value,
					"card_design_template": `<svg xmlns="http://www.w3.org/2000/svg">${cardTitle} ${cardSubtitle}</svg>`, "metadata.name": "Chaos", "metadata.fields": `[{"type":"Alphanumeric Text","title":"Site","value":"Sample site","isVisible":true}]`,
				})
			}
			return rows
		},
		swap: func(chaosState, map[string]any, int) map[string]string { return nil },
	},
}

// chaosHolds reports whether a holder has a credential of a kind.
func chaosHolds(records []map[string]any, holder string, who any, field string, kind any) bool {
	return slices.ContainsFunc(records, func(r map[string]any) bool { return r[holder] == who && r[field] == kind })
}

// holderOf returns the holder of a record; a record without a holder is its own.
func (k *chaosKind) holderOf(r map[string]any) string {
	if k.holder == "" {
		return fmt.Sprint(r[k.id])
	}
	return fmt.Sprint(r[k.holder])
}

// chaosGoal is what a world's provider must hold in the end.
type chaosGoal struct {
	values map[string]string // by id
	gone   map[string]bool
	made   []string // the values of new records
	rows   []map[string]string
	// lost and gained count credentials by holder.
	lost, gained map[string]int
	// edited are the records changed behind our back since the saved plan.
	edited map[string]bool
}

// goal gives some records fresh values, hands some on in paths and cycles,
// takes some away, replaces some, makes new ones, and leaves the rest as they
// are; rows are shuffled.
func (w *chaosWorld) goal(state chaosState) *chaosGoal {
	g := &chaosGoal{values: map[string]string{}, gone: map[string]bool{}, lost: map[string]int{}, gained: map[string]int{}, edited: map[string]bool{}}
	var records []map[string]any
	for _, r := range state[w.kind.collection] {
		if w.kind.where(r) {
			records = append(records, r)
		}
	}
	if len(records) < 12 {
		w.Fatalf("only %d records to work on", len(records))
	}
	w.rng.Shuffle(len(records), func(a, b int) { records[a], records[b] = records[b], records[a] })
	leaving, swapped := w.rng.IntN(3), w.rng.IntN(3)
	for n, r := range records[:leaving+swapped] {
		g.remove(&w.kind, r)
		if row := w.kind.swap(state, r, n); n >= leaving && row != nil {
			g.add(&w.kind, w.kind.holderOf(r), row)
		}
	}
	records = records[leaving+swapped:]
	w.change(g, records)
	var fresh []string
	for n := range w.rng.IntN(4) {
		fresh = append(fresh, w.kind.fresh(w.rng, 20_000+n))
	}
	for _, row := range w.kind.create(state, fresh) {
		g.add(&w.kind, row["holder_id"], row)
	}
	w.rng.Shuffle(len(g.rows), func(a, b int) { g.rows[a], g.rows[b] = g.rows[b], g.rows[a] })
	return g
}

func (g *chaosGoal) remove(kind *chaosKind, r map[string]any) {
	id := fmt.Sprint(r[kind.id])
	g.gone[id] = true
	g.lost[kind.holderOf(r)]++
	g.rows = append(g.rows, map[string]string{kind.columns[0]: id, "state": "absent"})
}

func (g *chaosGoal) add(kind *chaosKind, holder string, row map[string]string) {
	g.made = append(g.made, row[kind.valueColumn()])
	g.gained[holder]++
	g.rows = append(g.rows, row)
}

// valueColumn returns the roster's name for the value.
func (k *chaosKind) valueColumn() string {
	if slices.Contains(k.columns, "value") {
		return "value"
	}
	return "description"
}

// change draws the values that records must come to hold.
func (w *chaosWorld) change(g *chaosGoal, records []map[string]any) {
	changes := min(6+w.rng.IntN(20), len(records)-1)
	held := func(n int) string { return fmt.Sprint(records[n][w.kind.value]) }
	taken := map[string]bool{}
	for n, r := range records {
		value := held(n)
		switch {
		case n >= changes:
		case !w.kind.unique || n%3 == 0:
			value = w.kind.fresh(w.rng, n)
		case n+1 < changes:
			value = held(n + 1)
		case w.rng.IntN(2) == 0:
			value = held(n/3*3 + 1) // the last of a cycle that began above
		default:
			value = w.kind.fresh(w.rng, n)
		}
		if w.kind.unique && taken[value] {
			value = w.kind.fresh(w.rng, 10_000+n)
		}
		taken[value] = true
		id := fmt.Sprint(r[w.kind.id])
		g.values[id] = value
		g.rows = append(g.rows, map[string]string{w.kind.columns[0]: id, w.kind.valueColumn(): value})
	}
}
