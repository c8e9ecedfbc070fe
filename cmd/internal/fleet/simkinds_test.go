package fleet_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// object is a JSON object, such as a record of a sandbox's state.
type object = map[string]any

// kind says how to make rosters of a provider from its sandbox's state.
type kind struct {
	provider string
	// id and value return those of a record.
	id, value func(*credential) any
	// key and label are the roster's names for id and value.
	key, label string
	// set and state are what the sandbox is made with; without a state, its records are drawn.
	set   map[string]string
	state []byte
	// writes reports whether a request may change something.
	writes func(r *http.Request) bool
	// where reports whether a roster may change a record.
	where func(*credential) bool
	// fresh returns the nth value that no record holds.
	fresh func(n int) string
	// parks reports whether values may change hands in a cycle.
	parks bool
	// welcome adds the movers to the people of a state; it is nil where there are no people.
	welcome func(state object)
	// create returns rows that make new credentials, at most so many.
	create func(state map[string][]object, most int) []map[string]string
}

// holders returns the people, at most so many, who hold no record that satisfies has; movers are
// left out.
func holders(people, records []object, id, holder string, most int, has func(object) bool) (found []object) {
	for _, p := range people {
		has := func(r object) bool { return r[holder] == p[id] && has(r) }
		if len(found) < most && !isMover(p) && !slices.ContainsFunc(records, has) {
			found = append(found, p)
		}
	}
	return found
}

// cards returns a state of so many people, the first n of whom have a card.
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

// cardTypes returns a state of n card definitions.
func cardTypes(n int) []byte {
	var types []object
	for i := range n {
		one := object{
			"id": fmt.Sprintf("00000000-0000-4000-8000-%012d", i), "cardType": fmt.Sprint("Card", i),
			"title": fmt.Sprint("Sample card ", i), "description": fmt.Sprint("Sample site ", i),
			"createdAt": "2026-01-05T08:00:00.000Z", "cardDesignTemplate": cardDesign,
			"metadata": object{"name": fmt.Sprint("Sample card ", i), "version": 5, "columns": 1, "fields": []object{{
				"id": "Alphanumeric Text -> Site", "type": "Alphanumeric Text", "title": "Site", "value": "Sample site",
				"isVisible": true, "required": false,
			}}},
		}
		switch i % 3 { // what no roster here names must stay
		case 0:
			one["onDelete"] = object{"revokeIssuedCredentials": false}
		case 1:
			one["expiration"] = object{"type": "HARD", "after": object{"duration": 365, "timeUnit": "DAYS"}}
		default:
			one["management"] = object{"mode": "AUTOMATED"}
		}
		types = append(types, one)
	}
	text, _ := json.Marshal(object{"credential_types": types})
	return text
}

// cardDesign is as small as the API allows.
const cardDesign = `<svg xmlns="http://www.w3.org/2000/svg">${cardTitle} ${cardSubtitle}</svg>`

var kinds = []*kind{
	{
		provider: "doorflow",
		id:       func(c *credential) any { return c.ID }, value: func(c *credential) any { return c.Value },
		key: "credential_id", label: "value", parks: true,
		set:   map[string]string{"sync-window": "0s", "access_token": "a-token-of-tests"},
		state: cards(9, 12),
		writes: func(r *http.Request) bool {
			return r.Method != http.MethodGet && !strings.Contains(r.URL.Path, "oauth")
		},
		where: func(c *credential) bool { return c.Type == 32 && c.Value != nil },
		fresh: func(n int) string { return fmt.Sprintf("00777%05d", n) },
		welcome: func(s object) {
			for n := range movers {
				s["people"] = append(s["people"].([]any), object{
					"id": moverID(n), "first_name": "Mover", "last_name": fmt.Sprint(n), "enabled": true,
					"email": moverMail(n), "system_id": moverRef(n),
				})
			}
		},
		create: func(s map[string][]object, most int) (rows []map[string]string) {
			card := func(r object) bool { return r["credential_type_id"] == 32.0 }
			for _, p := range holders(s["people"], s["credentials"], "id", "person_id", most, card) {
				rows = append(rows, map[string]string{"holder_id": fmt.Sprint(p["id"]), "type": "card"})
			}
			return rows
		},
	},
	{
		provider: "seam",
		id:       func(c *credential) any { return c.SeamID }, value: func(c *credential) any { return c.Code },
		key: "credential_id", label: "value",
		writes: func(r *http.Request) bool {
			return r.Method != http.MethodGet && !strings.Contains(r.URL.Path, "/list") && !strings.HasSuffix(r.URL.Path, "/get")
		},
		where: func(c *credential) bool {
			return c.Method == "code" && c.Managed && c.Code != nil && c.Parent == nil &&
				!strings.Contains(c.System, "salto") && !strings.Contains(c.System, "latch")
		},
		fresh: func(n int) string { return fmt.Sprintf("07%06d", n) },
		welcome: func(s object) {
			system := s["acs_systems"].([]any)[0].(object)["acs_system_id"]
			for n := range movers {
				s["acs_users"] = append(s["acs_users"].([]any), object{
					"acs_user_id":   fmt.Sprintf("%08d-0000-4000-8000-000000000000", moverID(n)),
					"acs_system_id": system, "full_name": fmt.Sprint("Mover ", n), "email_address": moverMail(n),
				})
			}
		},
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
		provider: "pingone", state: cardTypes(9),
		id: func(c *credential) any { return c.ID }, value: func(c *credential) any { return c.Description },
		key: "credential_type_id", label: "description",
		writes: func(r *http.Request) bool {
			return r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/as/token")
		},
		where: func(c *credential) bool { return c.Deleted == nil && c.Description != nil },
		fresh: func(n int) string { return fmt.Sprintf("Sample card, edition %d", n) },
		create: func(s map[string][]object, most int) (rows []map[string]string) {
			for n := range most {
				rows = append(rows, map[string]string{
					"title":                fmt.Sprintf("New card %d", len(s["credential_types"])+n),
					"card_design_template": cardDesign,
					"metadata.name":        "New",
					"metadata.fields":      `[{"type":"Alphanumeric Text","title":"Site","value":"Sample site","isVisible":true}]`,
				})
			}
			return rows
		},
	},
}
