package main

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"keyroster/cmd/internal/account"
	"keyroster/providers/sandbox"
)

// plantedKind is what the test of planted secrets knows about a provider.
type plantedKind struct {
	// state is the account, other the one that it is migrated to.
	state, other string
	// set has switches for the sandbox of the other account.
	set map[string]string
	// rows are a roster, its header first: changes, a creation, a deletion,
	// damaged cells, and rows that are refused.
	rows [][]string
	// cards and pins are the values in state and rows.
	cards, pins []string
	// refused has the values whose writes the host refuses, repeating them in its answer.
	refused []string
	// listing matches the path that lists records.
	listing *regexp.Regexp
	// refusal makes a refusal in the provider's own format.
	status  int
	refusal func(text string) any
	// auth makes the members of the login, in place of those that the sandbox names.
	auth func(w *plantedWorld, welcome map[string]any) map[string]string
}

// plantedKinds has the providers that the test knows; it fails for one without an entry.
var plantedKinds = map[string]plantedKind{
	"doorflow": {
		set: map[string]string{"account": "other"},
		state: `{"people":[
{"id":601,"first_name":"Person","last_name":"One","email":"one@example.com","system_id":"E-1","enabled":true},
{"id":602,"first_name":"Person","last_name":"Two","email":"two@example.com","system_id":"E-2","enabled":true},
{"id":603,"first_name":"Person","last_name":"Three","email":"three@example.com","system_id":"E-3","enabled":false},
{"id":604,"first_name":"Person","last_name":"Four","email":"four@example.com","system_id":"E-4","enabled":true},
{"id":605,"first_name":"Person","last_name":"Five","email":"five@example.com","system_id":"E-5","enabled":true}],
"credential_types":[{"id":31,"code":10,"label":"Keypad PIN","slug":"pin"},{"id":32,"code":200,"label":"Proximity card","slug":"card"},{"id":33,"code":null,"label":"Old fob","slug":"fob"}],
"credentials":[
{"id":"K1","credential_type_id":32,"person_id":601,"value":"70415926535897"},
{"id":"K2","credential_type_id":32,"person_id":602,"value":"0058209749"},
{"id":"K3","credential_type_id":32,"person_id":603,"value":"A4/9C+77:E1B0"},
{"id":"F1","credential_type_id":33,"person_id":604,"value":"8314462618"},
{"id":"P1","credential_type_id":31,"person_id":601,"value":"9340758"},
{"id":"P2","credential_type_id":31,"person_id":602,"value":"6180339"},
{"id":"P3","credential_type_id":31,"person_id":603,"value":"2718281"},
{"id":"P4","credential_type_id":31,"person_id":604,"value":"7654321"}]}`,
		other: `{"people":[
{"id":701,"first_name":"Person","last_name":"One","email":"one@example.com","system_id":"E-1","enabled":true},
{"id":702,"first_name":"Person","last_name":"Two","email":"two@example.com","system_id":"E-2","enabled":true}],
"credential_types":[{"id":41,"code":10,"label":"Keypad PIN","slug":"pin"},{"id":42,"code":200,"label":"Proximity card","slug":"card"}],"credentials":[]}`,
		rows: [][]string{
			{"credential_id", "holder_id", "type", "value", "state"},
			{"K1", "", "", "00077315299641", ""},
			{"K2", "", "", "70415926535897", ""}, // frees nothing, and waits for K1
			{"P1", "", "", "8675309", ""},
			{"P2", "", "", "4669201", ""},     // refused with an echo
			{"P3", "", "", "93407582718", ""}, // too long
			{"P4", "", "", "", "absent"},
			{"F1", "", "", "'6626070150", ""},
			{"", "605", "pin", "5,772,156", ""},
			{"", "605", "card", "00914159265358", ""},
			{"gone", "", "", "1380649000", ""},
		},
		cards:   []string{"70415926535897", "0058209749", "A4/9C+77:E1B0", "00077315299641", "00914159265358"},
		pins:    []string{"9340758", "6180339", "2718281", "7654321", "8675309", "4669201", "93407582718", "5772156", "8314462618", "6626070150", "1380649000"},
		refused: []string{"4669201"},
		listing: regexp.MustCompile(`/credentials$`), status: http.StatusUnprocessableEntity,
		refusal: func(text string) any { return map[string]any{"errors": map[string]any{"value": []string{text}}} },
		auth: func(w *plantedWorld, welcome map[string]any) map[string]string {
			token, _ := json.Marshal(map[string]string{"refresh_token": account.WelcomeText(welcome["auth"], "refresh_token")})
			return map[string]string{
				"client_id": w.secretFile("client_id", account.WelcomeText(welcome["auth"], "client_id")), "client_secret": w.secretFile("client_secret", account.WelcomeText(welcome["auth"], "client_secret")),
				"token_file": w.file("token/a.token", token),
			}
		},
	},
	"seam": {
		state: `{"workspace":{"workspace_id":"3adc0cf4-bf8e-4a03-80d8-5ab9729970ef","name":"Planted"},
"acs_systems":[{"acs_system_id":"94b214b9-993d-4fa6-aba3-9e2ead1de66e","external_type":"brivo_account","name":"Tower","location":{"time_zone":"Etc/UTC"}}],
"acs_users":[
{"acs_user_id":"u1","acs_system_id":"94b214b9-993d-4fa6-aba3-9e2ead1de66e","full_name":"Person One","email_address":"one@example.com"},
{"acs_user_id":"u2","acs_system_id":"94b214b9-993d-4fa6-aba3-9e2ead1de66e","full_name":"Person Two","email_address":"two@example.com"},
{"acs_user_id":"u3","acs_system_id":"94b214b9-993d-4fa6-aba3-9e2ead1de66e","full_name":"Person Three","email_address":"three@example.com"}],
"acs_credentials":[
{"acs_credential_id":"c1","access_method":"code","acs_system_id":"94b214b9-993d-4fa6-aba3-9e2ead1de66e","acs_user_id":"u1","code":"934075812"},
{"acs_credential_id":"c2","access_method":"code","acs_system_id":"94b214b9-993d-4fa6-aba3-9e2ead1de66e","acs_user_id":"u2","code":"61803398875"},
{"acs_credential_id":"c3","access_method":"card","acs_system_id":"94b214b9-993d-4fa6-aba3-9e2ead1de66e","acs_user_id":"u3","card_number":"70415926535897","code":null},
{"acs_credential_id":"c4","access_method":"code","acs_system_id":"94b214b9-993d-4fa6-aba3-9e2ead1de66e","acs_user_id":"u3","code":"987654321"}]}`,
		other: `{"workspace":{"workspace_id":"4adc0cf4-bf8e-4a03-80d8-5ab9729970ef","name":"Other"},
"acs_systems":[{"acs_system_id":"a4b214b9-993d-4fa6-aba3-9e2ead1de66e","external_type":"brivo_account","name":"Tower","location":{"time_zone":"Etc/UTC"}}],
"acs_users":[{"acs_user_id":"v1","acs_system_id":"a4b214b9-993d-4fa6-aba3-9e2ead1de66e","full_name":"Person One","email_address":"one@example.com"}],"acs_credentials":[]}`,
		rows: [][]string{
			{"credential_id", "acs_system_id", "holder_id", "type", "value", "state"},
			{"c1", "", "", "", "0077315299", ""},
			{"c2", "", "", "", "466920160910", ""}, // refused with an echo
			{"c3", "", "", "", "00914159265358", ""},
			{"c4", "", "", "", "", "absent"},
			{"", "94b214b9-993d-4fa6-aba3-9e2ead1de66e", "u2", "code", "8,675,309,013", ""},
			{"", "94b214b9-993d-4fa6-aba3-9e2ead1de66e", "u3", "code", "271828182845", ""},
		},
		cards:   []string{"70415926535897", "00914159265358"},
		pins:    []string{"934075812", "61803398875", "987654321", "0077315299", "466920160910", "8675309013", "271828182845"},
		refused: []string{"466920160910"},
		listing: regexp.MustCompile(`/acs/credentials/list$`), status: http.StatusBadRequest,
		refusal: func(text string) any {
			return map[string]any{"ok": false, "error": map[string]any{"type": "invalid_input", "message": text, "request_id": "r1"}}
		},
	},
	"pingone": {
		state: `{"environment":{"id":"839b05a9-4970-4a67-9e15-75bbe6313b82","name":"Planted"},"credential_types":[
{"id":"t1","title":"Badge","description":"One","cardDesignTemplate":"<svg xmlns=\"http://www.w3.org/2000/svg\">${cardTitle}</svg>","metadata":{"name":"Badge","fields":[{"id":"Alphanumeric Text -> Site","type":"Alphanumeric Text","title":"Site","value":"Here","isVisible":true}]}}]}`,
		other: `{"environment":{"id":"939b05a9-4970-4a67-9e15-75bbe6313b82","name":"Other"},"credential_types":[]}`,
		rows: [][]string{
			{"credential_type_id", "title", "description", "state"},
			{"t1", "Badge", "Refused", ""},
		},
		refused: []string{"Refused"},
		listing: regexp.MustCompile(`/credentialTypes$`), status: http.StatusBadRequest,
		refusal: func(text string) any {
			return map[string]any{"id": "r1", "code": "INVALID_DATA", "message": text, "details": []any{map[string]any{"code": "INVALID_VALUE", "target": "description", "message": text}}}
		},
	},
}

// parrot stands in front of a sandbox's API. It refuses some writes and, when told to, the
// listing, and repeats the value and the login in its answers, in every form. It remembers the
// logins that it was sent.
type parrot struct {
	sandbox.API
	kind *plantedKind

	mu      sync.Mutex
	mood    string
	logins  map[string]bool
	repeats int
}

// The moods of a parrot: what it answers to a listing. Without one it passes the request on.
const (
	refusing = "refusing"
	cutting  = "cutting"
)

func (p *parrot) feel(mood string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mood = mood
}

// ServeHTTP implements [http.Handler].
func (p *parrot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	p.mu.Lock()
	defer p.mu.Unlock()
	said := p.overhear(r)
	if r.Method != http.MethodGet {
		for _, value := range p.kind.refused {
			if strings.Contains(string(body), value) {
				p.repeat(w, append(said, value))
				return
			}
		}
	}
	switch {
	case p.kind.listing.MatchString(r.URL.Path) && p.mood == refusing:
		p.repeat(w, said, p.kind.pins...)
	case p.kind.listing.MatchString(r.URL.Path) && p.mood == cutting:
		w.Header().Set("Content-Type", "application/json")
		value := strings.Join(append(said, append(p.kind.pins, p.kind.cards...)...), `","value":`)
		_, _ = io.WriteString(w, `[{"id":"K1","value":`+value)
	default:
		p.API.ServeHTTP(w, r)
	}
}

// overhear notes and returns the login of a request.
func (p *parrot) overhear(r *http.Request) []string {
	var said []string
	if _, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		said = append(said, token)
	}
	if _, password, ok := r.BasicAuth(); ok {
		said = append(said, password)
	}
	for _, login := range said {
		p.logins[login] = true
	}
	return said
}

// repeat answers with a refusal that holds the secrets in said in every form, and those in plain
// as they are.
func (p *parrot) repeat(w http.ResponseWriter, said []string, plain ...string) {
	text := slices.Clone(plain)
	for _, value := range said {
		all := forms(value)
		delete(all, inDecimal)
		for _, how := range slices.Sorted(maps.Keys(all)) {
			text = append(text, all[how])
		}
	}
	// A report repeats only the beginning of a message, so other texts come first each time.
	p.repeats++
	turn := p.repeats * 5 % len(text)
	body, _ := json.Marshal(p.kind.refusal("refused: " + strings.Join(append(text[turn:], text[:turn]...), " ; ")))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(p.kind.status)
	_, _ = w.Write(body)
}
