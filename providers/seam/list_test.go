package seam_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

func TestListing(t *testing.T) {
	type set = map[string]string
	for name, c := range map[string]struct {
		options
		strategy string
		pages    int
		evidence reconcile.Evidence
		fails    string
	}{
		"several systems":            {options{generate: 95}, "systems", 3, reconcile.EvidenceTerminated, ""},
		"one walk":                   {options{generate: 95, listing: "pages"}, "pages", 2, reconcile.EvidenceTerminated, ""},
		"pages":                      {options{generate: 95, pageSize: 10, listing: "pages"}, "pages", 11, reconcile.EvidenceTerminated, ""},
		"a full last page":           {options{generate: 90, pageSize: 10, listing: "pages"}, "pages", 10, reconcile.EvidenceTerminated, ""},
		"nothing":                    {options{}, "pages", 1, reconcile.EvidenceTerminated, ""},
		"smaller pages":              {options{generate: 95, pageSize: 50, listing: "pages", set: set{"max-limit": "10"}}, "pages", 11, reconcile.EvidenceTerminated, ""},
		"no pagination, not full":    {options{generate: 40, set: set{"pagination": "none"}}, "systems", 3, reconcile.EvidenceTerminated, ""},
		"no pagination, a full page": {options{generate: 95, pageSize: 20, set: set{"pagination": "none"}}, "", 0, "", "possibly truncated"},
		"repeated rows":              {options{generate: 95, pageSize: 10, faults: "repeat-row=1"}, "systems", 11, reconcile.EvidenceTerminated, ""},
		"dropped rows":               {options{generate: 95, pageSize: 10, listing: "pages", faults: "drop-row=0.3"}, "", 0, "", "shorter than the others"},
	} {
		t.Run(name, func(t *testing.T) {
			a := openAccount(t, c.options)
			var mu sync.Mutex
			told := 0
			listing, err := a.client.List(t.Context(), reconcile.Scope{}, func(done, total int) {
				mu.Lock()
				defer mu.Unlock()
				told = done
				if total != -1 {
					t.Errorf("total %d", total)
				}
			})
			if c.fails != "" {
				if !errors.Is(err, reconcile.ErrIncomplete) || !strings.Contains(err.Error(), c.fails) {
					t.Fatalf("error %v, want one that says %q", err, c.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if listing.Strategy != c.strategy || listing.Total != -1 || listing.Pages != c.pages || listing.Evidence != c.evidence {
				t.Errorf("strategy %s, total %d, %d pages, evidence %s", listing.Strategy, listing.Total, listing.Pages, listing.Evidence)
			}
			if listing.Why == "" || !listing.Complete() || listing.At.IsZero() || told != listing.Records.Len() {
				t.Errorf("why %q, at %v, told %d of %d", listing.Why, listing.At, told, listing.Records.Len())
			}
			a.sameAsState(listing)
		})
	}
}

// sameAsState compares a listing with the sandbox's state.
func (a *account) sameAsState(listing *reconcile.Listing) {
	a.t.Helper()
	var state struct {
		Credentials []struct {
			ID     string `json:"acs_credential_id"`
			System string `json:"acs_system_id"`
			User   string `json:"acs_user_id"`
			Method string `json:"access_method"`
			Code   string `json:"code"`
			Card   string `json:"card_number"`
		} `json:"acs_credentials"`
	}
	raw, err := json.Marshal(a.api.State())
	if err == nil {
		err = json.Unmarshal(raw, &state)
	}
	if err != nil {
		a.t.Fatal(err)
	}
	if listing.Records.Len() != len(state.Credentials) {
		a.t.Fatalf("%d records, the workspace has %d", listing.Records.Len(), len(state.Credentials))
	}
	for _, want := range state.Credentials {
		r := held(listing, want.ID)
		got := []string{r.ID(), r.Text("acs_system_id"), r.Text("holder_id"), r.Text("type"), r.Text("value")}
		if !slices.Equal(got, []string{want.ID, want.System, want.User, want.Method, want.Code + want.Card}) {
			a.t.Fatalf("credential %s is not what the workspace has", want.ID)
		}
	}
}

// TestListingRecords: the cells of a record, and which records must not be touched.
func TestListingRecords(t *testing.T) {
	a := openAccount(t, options{state: small})
	a.edit("acs_credentials", "c13", `{"warnings":[{"warning_code":"being_deleted","created_at":"2026-01-01T00:00:00Z","message":"x"}]}`)
	a.edit("acs_credentials", "c21", `{"access_method":"face","ends_at":"2090-01-01T02:00:00.120+02:00","warnings":[{"warning_code":"brand_new","message":"x","created_at":"2026-01-01T00:00:00Z"}]}`)
	listing := a.list()
	if held(listing, "c13").Valid() {
		t.Error("a credential that is being deleted counts as gone")
	}
	c11 := held(listing, "c11")
	if c11.Text("starts_at") != "2026-01-05T08:00:00Z" || c11.Text("ends_at") != "2090-07-01T00:00:00Z" || c11.Text("value") != "004821" {
		t.Errorf("times %s, %s", c11.Text("starts_at"), c11.Text("ends_at"))
	}
	c12 := held(listing, "c12")
	if c12.Text("value") != "04212345" || c12.Cell(7).State() != reconcile.Empty {
		t.Error("a card's value is its number, and a missing end is empty")
	}
	if c21 := held(listing, "c21"); c21.Text("type") != "face" || c21.Text("ends_at") != "2090-01-01T00:00:00.12Z" || c21.Text("status") != "brand_new" {
		t.Errorf("%s %s %s: unknown words must not matter", c21.Text("type"), c21.Text("ends_at"), c21.Text("status"))
	}
	want := map[string]string{
		"n22": "unmanaged: Seam cannot edit it",
		"k33": "it is part of the multi-phone sync credential p32: change that one",
	}
	want["k34"] = want["k33"]
	got := map[string]string{}
	for n, reason := range listing.Untouchable {
		got[listing.Records.Record(n).ID()] = reason
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("untouchable %v", got)
	}
}

func TestListHolders(t *testing.T) {
	a := openAccount(t, options{state: small})
	listing, err := a.client.List(t.Context(), reconcile.Scope{Holders: []string{"u2", "u5", "u2", "u1"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for n := range listing.Records.Len() {
		ids = append(ids, listing.Records.Record(n).ID())
	}
	if want := []string{"c21", "c11", "c12", "c13", "n22"}; !slices.Equal(ids, want) || listing.Strategy != "holders" {
		t.Errorf("ids %v, want %v; %s", ids, want, listing.Strategy)
	}
	if _, err = a.client.List(t.Context(), reconcile.Scope{Holders: []string{"u1", "00000000-0000-4000-8000-0000000000e9"}}, nil); reconcile.ClassOf(err) != reconcile.Gone || !strings.Contains(err.Error(), "00000000-0000-4000-8000-0000000000e9") {
		t.Errorf("a user who does not exist: %v", err)
	}
}

func TestListDenied(t *testing.T) {
	a := openAccount(t, options{state: small, set: map[string]string{"forbid": "/acs/credentials/list"}})
	if _, err := a.client.List(t.Context(), reconcile.Scope{}, nil); reconcile.ClassOf(err) != reconcile.Denied {
		t.Errorf("403 on the list: %v", err)
	}
}

// TestListParameters: each page is requested with the same parameters, by POST, and never through
// the ready-made link to the next page.
func TestListParameters(t *testing.T) {
	var bodies []string
	a := openAccount(t, options{generate: 25})
	client := openHandler(t, options{pageSize: 10, listing: "pages"}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.URL.RawQuery != "" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		if r.URL.Path == "/acs/credentials/list" {
			var body map[string]any
			if err := json.Unmarshal(raw, &body); err != nil {
				t.Error(err)
			}
			delete(body, "page_cursor")
			bodies = append(bodies, fmt.Sprint(body))
		}
		r.Body = io.NopCloser(strings.NewReader(string(raw)))
		a.api.ServeHTTP(w, r)
	}))
	if _, err := client.List(t.Context(), reconcile.Scope{}, nil); err != nil {
		t.Fatal(err)
	}
	if want := []string{"map[limit:10]", "map[limit:10]", "map[limit:10]"}; !slices.Equal(bodies, want) {
		t.Errorf("bodies %v", bodies)
	}
}

// lists answers with the given systems, and with credentials that a function returns.
func lists(t *testing.T, systems string, credentials func(n int, body string) string) *http.ServeMux {
	t.Helper()
	var mu sync.Mutex
	n := 0
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, text string) {
		w.Header().Set("Content-Type", "application/json")
		if strings.Contains(text, `"ok":false`) {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = io.WriteString(w, text)
	}
	mux.HandleFunc("/acs/systems/list", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, `{"acs_systems":[`+systems+`],"ok":true}`)
	})
	mux.HandleFunc("/acs/credentials/unmanaged/list", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"acs_credentials":[],"ok":true}`) })
	mux.HandleFunc("/acs/credentials/list", func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		n++
		answer(w, credentials(n, string(raw)))
	})
	return mux
}

const (
	oneCredential = `{"acs_credential_id":"c1","acs_system_id":"A","access_method":"code","code":"0042"}`
	lastPage      = `"pagination":{"has_next_page":false,"next_page_cursor":null,"next_page_url":null}`
	mismatch      = `{"ok":false,"error":{"type":"mismatched_page_parameters","message":"x"}}`
)

// TestListAnswers: what a page may and may not look like.
func TestListAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		page  string
		fails string
		value string
	}{
		"as documented":       {`{"acs_credentials":[` + oneCredential + `],` + lastPage + `,"ok":true}`, "", "0042"},
		"unknown members":     {`{"x":[{}],"acs_credentials":[{"y":{"z":1},"acs_credential_id":"c1","acs_system_id":"A","access_method":"code","code":"0042"}],` + lastPage + `}`, "", "0042"},
		"code as a number":    {`{"acs_credentials":[{"acs_credential_id":"c1","acs_system_id":"A","access_method":"code","code":12345678901234567890}],` + lastPage + `}`, "", "12345678901234567890"},
		"null members":        {`{"acs_credentials":[{"acs_credential_id":"c1","acs_system_id":"A","acs_user_id":null,"access_method":"code","code":null,"errors":null,"ends_at":null}],` + lastPage + `}`, "", ""},
		"no list":             {`{"ok":true}`, "no acs_credentials", ""},
		"not ok":              {`{"acs_credentials":[],` + lastPage + `,"ok": false}`, "list credentials", ""},
		"no id":               {`{"acs_credentials":[{"acs_system_id":"A","access_method":"code"}],` + lastPage + `}`, "no acs_credential_id", ""},
		"no system":           {`{"acs_credentials":[{"acs_credential_id":"c1","access_method":"code"}],` + lastPage + `}`, "no acs_system_id", ""},
		"label of a number":   {`{"acs_credentials":[{"acs_credential_id":"c1","acs_system_id":"A","access_method":"code","display_name":777123}],` + lastPage + `}`, "number", ""},
		"no word on the next": {`{"acs_credentials":[],"pagination":{}}`, "next page", ""},
		"leads nowhere": {
			`{"acs_credentials":[` + oneCredential +
				`],"pagination":{"has_next_page":true,"next_page_cursor":null}}`,
			"has no next page", "",
		},
		"an endless page": {
			`{"acs_credentials":[` + oneCredential +
				`],"pagination":{"has_next_page":true,"next_page_cursor":"again"}}`,
			"only repeats", "",
		},
		"an HTML page":      {`<html>0042</html>`, "", ""},
		"a cut answer":      {`{"acs_credentials":[{"code":"0042`, "", ""},
		"always mismatched": {mismatch, "mismatched_page_parameters", ""},
	} {
		t.Run(name, func(t *testing.T) {
			client := openHandler(t, options{}, lists(t, "", func(int, string) string { return c.page }))
			listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
			if err == nil {
				if c.fails != "" || listing.Records.Record(0).Text("value") != c.value {
					t.Errorf("accepted")
				}
				return
			}
			if strings.HasPrefix(c.page, `{"acs_credentials":[{"acs_credential_id":"c1"`) && c.fails == "" {
				t.Fatal(err)
			}
			if !strings.Contains(err.Error(), c.fails) || strings.Contains(err.Error(), "0042") || strings.Contains(err.Error(), "777123") {
				t.Errorf("error %v, want one that says %q and no value", err, c.fails)
			}
		})
	}
}

// TestListRestart: a cursor that is refused as one of other parameters starts the walk over, once.
func TestListRestart(t *testing.T) {
	pages := []string{
		`{"acs_credentials":[` + oneCredential + `],"pagination":{"has_next_page":true,"next_page_cursor":"2"}}`, mismatch,
		`{"acs_credentials":[` + oneCredential + `],` + lastPage + `}`,
	}
	asked := 0
	client := openHandler(t, options{}, lists(t, "", func(n int, _ string) string { asked = n; return pages[n-1] }))
	listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
	if err != nil || listing.Records.Len() != 1 || asked != 3 {
		t.Errorf("%v after %d requests", err, asked)
	}
}

// TestListCrossCheck: a listing is not proved if a filter is ignored or a credential appears in two
// systems.
func TestListCrossCheck(t *testing.T) {
	systems := `{"acs_system_id":"A"},{"acs_system_id":"B"}`
	client := openHandler(t, options{}, lists(t, systems, func(int, string) string {
		return `{"acs_credentials":[` + oneCredential + `],` + lastPage + `}`
	}))
	if _, err := client.List(t.Context(), reconcile.Scope{}, nil); err == nil || !strings.Contains(err.Error(), "belongs to system A") {
		t.Errorf("a filter that is ignored: %v", err)
	}
	client = openHandler(t, options{}, lists(t, systems, func(_ int, body string) string {
		one := oneCredential
		if strings.Contains(body, `"B"`) {
			one = strings.Replace(one, `"A"`, `"B"`, 1)
		}
		return `{"acs_credentials":[` + one + `],` + lastPage + `}`
	}))
	if _, err := client.List(t.Context(), reconcile.Scope{}, nil); !errors.Is(err, reconcile.ErrIncomplete) ||
		!strings.Contains(err.Error(), "is in two lists") {
		t.Errorf("one credential in two systems: %v", err)
	}
}

// TestListNewSystem: a system that is added while the others are listed makes the listing start
// over.
func TestListNewSystem(t *testing.T) {
	a := openAccount(t, options{state: small})
	var once sync.Once
	client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/acs/credentials/list" {
			once.Do(func() {
				for collection, object := range map[string]string{"acs_systems": `{"acs_system_id":"N"}`} {
					if err := a.api.Edit(sandbox.Edit{Collection: collection, Insert: json.RawMessage(object)}); err != nil {
						t.Error(err)
					}
				}
				one := `{"acs_credential_id":"new","acs_system_id":"N","access_method":"card"}`
				if err := a.api.Edit(sandbox.Edit{Collection: "acs_credentials", Insert: json.RawMessage(one)}); err != nil {
					t.Error(err)
				}
			})
		}
		a.api.ServeHTTP(w, r)
	}))
	listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
	if err != nil || !held(listing, "new").Valid() {
		t.Errorf("the new system's credential is missing: %v", err)
	}
}

// TestLeavingIsSaid: a row that may mean a credential that Seam is deleting says so, whether it
// wants one or not.
func TestLeavingIsSaid(t *testing.T) {
	a := openAccount(t, options{state: small})
	a.edit("acs_credentials", "c21", `{"warnings":[{"warning_code":"being_deleted","created_at":"2026-01-01T00:00:00Z","message":"x"}]}`)
	for name, c := range map[string]struct {
		row  row
		want string
	}{
		"wanted":            {row{"holder_id": "u2", "type": "code", "value": "7002"}, "missing create value (credential c21 is being deleted"},
		"not wanted":        {row{"holder_id": "u2", "type": "code", "state": "absent"}, "in_sync none (credential c21 is being deleted"},
		"not wanted, by id": {row{"credential_id": "c21", "state": "absent"}, "in_sync none (credential c21 is being deleted"},
		"wanted by id":      {row{"credential_id": "c21", "value": "7001"}, "missing none: credential c21 is not in the listing"},
	} {
		if line := lineOf(a.plan(reconcile.Policy{}, c.row), 0); !strings.HasPrefix(line, c.want) || !strings.Contains(line, "c21 is being deleted") {
			t.Errorf("%s: %s", name, line)
		}
	}
}

// TestNoUnmanagedList: a workspace that does not list unmanaged credentials is listed all the same,
// and asked for them once.
func TestNoUnmanagedList(t *testing.T) {
	for _, status := range []int{http.StatusNotFound, http.StatusForbidden, http.StatusBadRequest, http.StatusInternalServerError} {
		a := openAccount(t, options{state: small})
		asked := 0
		client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/unmanaged/list") {
				asked++
				w.WriteHeader(status)
				return
			}
			a.api.ServeHTTP(w, r)
		}))
		listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
		if err != nil || listing.Records.Len() != 9 || held(listing, "n22").Valid() {
			t.Errorf("%d: %v", status, err)
		}
		if len(listing.Unseen) != 1 {
			t.Errorf("%d: the listing does not say what was not looked at: %q", status, listing.Unseen)
		}
		if status < 500 && asked != 1 {
			t.Errorf("%d: asked %d times", status, asked)
		}
	}
	a := openAccount(t, options{state: small, set: map[string]string{"forbid": "/acs/credentials/list"}})
	if _, err := a.client.List(t.Context(), reconcile.Scope{}, nil); reconcile.ClassOf(err) != reconcile.Denied {
		t.Errorf("the list itself is forbidden: %v", err)
	}
}
