package fleet_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// object is a record of a sandbox's state.
type object = map[string]any

// kind says how rosters of a provider are made from its sandbox's state.
type kind struct {
	provider              string
	collection, id, value string
	// key and label are the roster's names of id and value.
	key, label string
	// set and state are what the sandbox is made with; without a state, records are drawn.
	set   map[string]string
	state []byte
	// writes reports whether a request may change something.
	writes func(r *http.Request) bool
	// where keeps the records that a roster may change.
	where func(r object) bool
	// fresh is the nth value that no record holds.
	fresh func(n int) string
	// parks: values may change hands in a circle.
	parks bool
	// create are rows that make new credentials, at most so many.
	create func(state map[string][]object, most int) []map[string]string
}

// holders are those of a collection without a record that is like another.
func holders(people, records []object, id, holder string, most int, has func(object) bool) (found []object) {
	for _, p := range people {
		has := func(r object) bool { return r[holder] == p[id] && has(r) }
		if len(found) < most && !slices.ContainsFunc(records, has) {
			found = append(found, p)
		}
	}
	return found
}

// cards are so many people, the first of whom have a card.
func cards(n, people int) []byte {
	var persons, credentials []object
	for i := range people {
		persons = append(persons, object{
			"id": 500 + i, "first_name": "Person", "last_name": fmt.Sprint(i), "enabled": true,
			"email": fmt.Sprintf("p%d@example.com", i),
		})
		if i < n {
			credentials = append(credentials, object{
				"id": fmt.Sprintf("K%d", i), "credential_type_id": 32, "person_id": 500 + i,
				"value": fmt.Sprintf("00100000%02d", i),
			})
		}
	}
	text, _ := json.Marshal(object{
		"people": persons, "credentials": credentials,
		"credential_types": []object{{"id": 32, "code": 200, "label": "Proximity card", "slug": "card"}},
	})
	return text
}

var kinds = []*kind{
	{
		provider: "doorflow", collection: "credentials", id: "id", value: "value",
		key: "credential_id", label: "value", parks: true,
		set:   map[string]string{"sync-window": "0s", "access_token": "a-token-of-tests"},
		state: cards(9, 12),
		writes: func(r *http.Request) bool {
			return r.Method != http.MethodGet && !strings.Contains(r.URL.Path, "oauth")
		},
		where: func(r object) bool { return r["credential_type_id"] == 32.0 && r["value"] != nil },
		fresh: func(n int) string { return fmt.Sprintf("00777%05d", n) },
		create: func(s map[string][]object, most int) (rows []map[string]string) {
			card := func(r object) bool { return r["credential_type_id"] == 32.0 }
			for _, p := range holders(s["people"], s["credentials"], "id", "person_id", most, card) {
				rows = append(rows, map[string]string{"holder_id": fmt.Sprint(p["id"]), "type": "card"})
			}
			return rows
		},
	},
	{
		provider: "seam", collection: "acs_credentials", id: "acs_credential_id", value: "code",
		key: "credential_id", label: "value",
		writes: func(r *http.Request) bool {
			return r.Method != http.MethodGet && !strings.Contains(r.URL.Path, "/list") && !strings.HasSuffix(r.URL.Path, "/get")
		},
		where: func(r object) bool {
			system := fmt.Sprint(r["external_type"])
			return r["access_method"] == "code" && r["is_managed"] == true && r["code"] != nil &&
				r["parent_acs_credential_id"] == nil && !strings.Contains(system, "salto") && !strings.Contains(system, "latch")
		},
		fresh: func(n int) string { return fmt.Sprintf("07%06d", n) },
		create: func(s map[string][]object, most int) (rows []map[string]string) {
			code := func(r object) bool { return r["access_method"] == "code" }
			for _, u := range holders(s["acs_users"], s["acs_credentials"], "acs_user_id", "acs_user_id", most, code) {
				rows = append(rows, map[string]string{
					"acs_system_id": fmt.Sprint(u["acs_system_id"]), "holder_id": fmt.Sprint(u["acs_user_id"]), "type": "code",
				})
			}
			return rows
		},
	},
	{
		provider: "pingone", collection: "credential_types", id: "id", value: "description",
		key: "credential_type_id", label: "description",
		writes: func(r *http.Request) bool {
			return r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/as/token")
		},
		where: func(r object) bool { return r["deletedAt"] == nil && r["description"] != nil },
		fresh: func(n int) string { return fmt.Sprintf("Sample card, edition %d", n) },
		create: func(s map[string][]object, most int) (rows []map[string]string) {
			for n := range most {
				rows = append(rows, map[string]string{
					"title":                fmt.Sprintf("New card %d", len(s["credential_types"])+n),
					"card_design_template": `<svg xmlns="http://www.w3.org/2000/svg">${cardTitle} ${cardSubtitle}</svg>`,
					"metadata.name":        "New",
					"metadata.fields":      `[{"type":"Alphanumeric Text","title":"Site","value":"Sample site","isVisible":true}]`,
				})
			}
			return rows
		},
	},
}
