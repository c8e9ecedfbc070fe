package doorflow_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

func TestListingProof(t *testing.T) {
	type set = map[string]string
	for name, c := range map[string]struct {
		options
		strategy string
		total    int
		pages    int
		evidence reconcile.Evidence
		// fails is part of the error if the listing cannot be proved.
		fails string
	}{
		"everything on the first page":        {options{generate: 40}, "pages", 40, 1, reconcile.EvidenceDeclared, ""},
		"nothing at all":                      {options{}, "pages", 0, 1, reconcile.EvidenceDeclared, ""},
		"pages":                               {options{generate: 95, pageSize: 10}, "pages", 95, 10, reconcile.EvidenceDeclared, ""},
		"pages that the total fills":          {options{generate: 90, pageSize: 10}, "pages", 90, 10, reconcile.EvidenceDeclared, ""},
		"older headers":                       {options{generate: 95, pageSize: 10, set: set{"headers": "x"}}, "pages", 95, 10, reconcile.EvidenceDeclared, ""},
		"pages smaller than asked for":        {options{generate: 95, pageSize: 50, set: set{"max-per-page": "10"}}, "pages", 95, 10, reconcile.EvidenceDeclared, ""},
		"smaller pages, said by nothing":      {options{generate: 95, pageSize: 50, set: set{"headers": "none", "max-per-page": "10"}}, "pages", -1, 11, reconcile.EvidenceTerminated, ""},
		"no headers":                          {options{generate: 95, pageSize: 10, set: set{"headers": "none"}}, "pages", -1, 11, reconcile.EvidenceTerminated, ""},
		"no headers, nothing":                 {options{set: set{"headers": "none"}}, "pages", -1, 1, reconcile.EvidenceTerminated, ""},
		"one answer":                          {options{generate: 95, listing: "skip_pagination"}, "skip_pagination", 95, 1, reconcile.EvidenceDeclared, ""},
		"one answer, counted by another call": {options{generate: 95, listing: "skip_pagination", set: set{"headers": "paged"}}, "skip_pagination", 95, 2, reconcile.EvidenceDeclared, ""},
		"one answer, no total anywhere":       {options{generate: 95, listing: "skip_pagination", set: set{"headers": "none"}}, "skip_pagination", -1, 6, reconcile.EvidenceTwice, ""},
		"pages asked for":                     {options{generate: 95, listing: "pages", pageSize: 50}, "pages", 95, 2, reconcile.EvidenceDeclared, ""},
		"repeated rows":                       {options{generate: 95, pageSize: 10, faults: "repeat-row=0.5"}, "pages", 95, 10, reconcile.EvidenceDeclared, ""},
		"total too high":                      {options{generate: 95, pageSize: 10, set: set{"total": "3"}}, "", 0, 0, "", "98 declared, 95 unique ids read"},
		"total too low":                       {options{generate: 95, pageSize: 10, set: set{"total": "-2"}}, "", 0, 0, "", "93 declared, 95 unique ids read"},
		"total too low by the last page":      {options{generate: 95, pageSize: 10, set: set{"total": "-5"}}, "", 0, 0, "", "90 declared, 95 unique ids read"},
		"total too low in one answer":         {options{generate: 95, listing: "skip_pagination", set: set{"total": "-2"}}, "", 0, 0, "", "93 declared, 95 unique ids read"},
		"dropped rows":                        {options{generate: 95, pageSize: 10, faults: "drop-row=1"}, "", 0, 0, "", "95 declared, 85 unique ids read"},
		"dropped rows without headers":        {options{generate: 95, pageSize: 10, faults: "drop-row=0.4", set: set{"headers": "none"}}, "", 0, 0, "", "no total declared"},
		"skip_pagination ignored":             {options{generate: 600, listing: "skip_pagination", set: set{"pagination": "ignored-skip"}}, "", 0, 0, "", "600 declared, 500 unique ids read"},
		"skip_pagination ignored, no headers": {options{generate: 600, listing: "skip_pagination", set: set{"pagination": "ignored-skip", "headers": "none"}}, "", 0, 0, "", "page 2 has 100 more"},
		"page ignored":                        {options{generate: 95, pageSize: 10, set: set{"pagination": "ignored-page"}}, "", 0, 0, "", "95 declared, 10 unique ids read"},
		"page ignored without headers": {
			options{
				generate: 95, pageSize: 10, set: set{"pagination": "ignored-page", "headers": "none"},
			},
			"", 0, 0, "", "page 2 only repeats earlier pages",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := openAccount(t, c.options)
			var told int
			listing, err := a.client.List(t.Context(), reconcile.Scope{}, func(done, _ int) { told = done })
			if c.fails != "" {
				if !errors.Is(err, reconcile.ErrIncomplete) || !strings.Contains(err.Error(), c.fails) {
					t.Fatalf("error %v, want one that says %q", err, c.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if listing.Strategy != c.strategy || listing.Total != c.total || listing.Pages != c.pages || listing.Evidence != c.evidence {
				t.Errorf("strategy %s, total %d, %d pages, evidence %s", listing.Strategy, listing.Total, listing.Pages, listing.Evidence)
			}
			if listing.Why == "" || !listing.Complete() || listing.At.IsZero() {
				t.Errorf("why %q, complete %v, at %v", listing.Why, listing.Complete(), listing.At)
			}
			if told != listing.Records.Len() {
				t.Errorf("progress ends at %d of %d", told, listing.Records.Len())
			}
			a.sameAsState(listing)
		})
	}
}

// sameAsState compares a listing with the sandbox's state, order included.
func (a *account) sameAsState(listing *reconcile.Listing) {
	a.t.Helper()
	var state struct {
		Credentials []struct {
			ID     string `json:"id"`
			Person int    `json:"person_id"`
			Type   int    `json:"credential_type_id"`
			Value  string `json:"value"`
			Label  string `json:"label"`
		} `json:"credentials"`
	}
	raw, err := json.Marshal(a.api.State())
	if err == nil {
		err = json.Unmarshal(raw, &state)
	}
	if err != nil {
		a.t.Fatal(err)
	}
	if listing.Records.Len() != len(state.Credentials) {
		a.t.Fatalf("%d records, the account has %d", listing.Records.Len(), len(state.Credentials))
	}
	for n, want := range state.Credentials {
		r := listing.Records.Record(n)
		got := []string{r.ID(), r.Text("holder_id"), r.Text("type"), r.Text("value"), r.Text("type_name")}
		if !slices.Equal(got, []string{want.ID, strconv.Itoa(want.Person), strconv.Itoa(want.Type), want.Value, want.Label}) {
			a.t.Fatalf("record %d is not credential %s of the account", n, want.ID)
		}
	}
}

func TestListOfPeople(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	listing, err := a.client.List(t.Context(), reconcile.Scope{Holders: []string{"102", "101", "103", "102"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for n := range listing.Records.Len() {
		ids = append(ids, listing.Records.Record(n).ID())
	}
	if want := []string{"c21", "c11", "c12"}; !slices.Equal(ids, want) {
		t.Errorf("ids %v, want %v in the order of the people", ids, want)
	}
	if listing.Total != 3 || listing.Evidence != reconcile.EvidenceDeclared || listing.Pages != 3 {
		t.Errorf("total %d, evidence %s, %d pages", listing.Total, listing.Evidence, listing.Pages)
	}
	_, err = a.client.List(t.Context(), reconcile.Scope{Holders: []string{"101", "999"}}, nil)
	if reconcile.ClassOf(err) != reconcile.Gone || !strings.Contains(err.Error(), "999") {
		t.Errorf("a person who does not exist: %v", err)
	}
}

func TestListRefused(t *testing.T) {
	a := openAccount(t, options{generate: 3, set: map[string]string{"forbid": "credentials"}})
	_, err := a.client.List(t.Context(), reconcile.Scope{}, nil)
	if reconcile.ClassOf(err) != reconcile.Denied {
		t.Errorf("403 on the list: %v", err)
	}
}

func TestListOfAnotherPerson(t *testing.T) {
	client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Total", "1")
		_, _ = fmt.Fprint(w, `[{"id":"c1","person_id":2,"credential_type_id":31,"value":"0042"}]`)
	}))
	_, err := client.List(t.Context(), reconcile.Scope{Holders: []string{"1"}}, nil)
	if err == nil || !strings.Contains(err.Error(), "credential c1 belongs to person 2") {
		t.Errorf("somebody else's credential: %v", err)
	}
}

// TestListSecondTry: a reading that is spoiled by a change behind the client's back is repeated.
func TestListSecondTry(t *testing.T) {
	a := openAccount(t, options{generate: 95, pageSize: 10})
	target, _ := url.Parse(a.url)
	var asked atomic.Int32
	proxy := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 5 {
			if err := a.api.Edit(sandbox.Edit{Collection: "credentials", ID: a.firstID(), Delete: true}); err != nil {
				t.Error(err)
			}
		}
		r.Host, r.URL.Scheme, r.URL.Host, r.RequestURI = target.Host, target.Scheme, target.Host, ""
		a.api.ServeHTTP(w, r)
	})
	listing, err := a.open(options{pageSize: 10}, serve(t, proxy)).List(t.Context(), reconcile.Scope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if listing.Total != 94 || listing.Pages != 20 {
		t.Errorf("total %d in %d pages", listing.Total, listing.Pages)
	}
	a.sameAsState(listing)
}

func (a *account) firstID() json.RawMessage {
	var state struct {
		Credentials []struct{ ID json.RawMessage }
	}
	raw, _ := json.Marshal(a.api.State())
	if err := json.Unmarshal(raw, &state); err != nil {
		a.t.Fatal(err)
	}
	return state.Credentials[0].ID
}

// TestListAnswers: what a list's body may and may not look like.
func TestListAnswers(t *testing.T) {
	const good = `{"id":"c1","person_id":5,"credential_type_id":31,"label":"PIN","value":"0042"}`
	for name, c := range map[string]struct {
		body  string
		fails string
		value string
	}{
		"as documented":      {`[` + good + `]`, "", "0042"},
		"ids as texts":       {`[{"id":"c1","person_id":"5","credential_type_id":"31","label":"PIN","value":"0042"}]`, "", "0042"},
		"id as a number":     {`[{"id":9900000001,"person_id":5,"credential_type_id":31,"value":"0042"}]`, "", "0042"},
		"unknown members":    {`[{"x":{"y":[1,{}]},"id":"c1","person_id":5,"credential_type_id":31,"value":"0042","status":"added_to_wallet"}]`, "", "0042"},
		"value as a number":  {`[{"id":"c1","person_id":5,"credential_type_id":31,"value":12345678901234567890}]`, "", "12345678901234567890"},
		"null value":         {`[{"id":"c1","person_id":5,"credential_type_id":31,"label":null,"value":null,"status":null}]`, "", ""},
		"cut short":          {`[` + good + `,{"id":"c2"`, "cut short or not valid JSON", ""},
		"cut between":        {`[` + good, "cut short or not valid JSON", ""},
		"more behind":        {`[` + good + `] []`, "followed by something else", ""},
		"an object":          {`{"error":"x"}`, "not a list", ""},
		"no id":              {`[{"person_id":5,"credential_type_id":31}]`, "no id", ""},
		"no person":          {`[{"id":"c1","credential_type_id":31}]`, "no person_id", ""},
		"no type":            {`[{"id":"c1","person_id":5}]`, "no credential_type_id", ""},
		"a value of a list":  {`[{"id":"c1","person_id":5,"credential_type_id":31,"value":["0042"]}]`, "neither a text nor a number", ""},
		"label of a number":  {`[{"id":"c1","person_id":5,"credential_type_id":31,"value":"0042","label":777123}]`, "number", ""},
		"not JSON at all":    {`0042 is no list`, "", ""},
		"an HTML page":       {`<html>0042</html>`, "", ""},
		"an empty answer":    {``, "", ""},
		"null":               {`null`, "not a list", ""},
		"masked as elements": {`[1]`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Total", "1")
				_, _ = w.Write([]byte(c.body))
			}))
			listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
			if err != nil {
				if c.value != "" || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("error %v, want one that says %q", err, c.fails)
				}
				if strings.Contains(err.Error(), "0042") || strings.Contains(err.Error(), "777123") {
					t.Errorf("the error quotes the answer: %v", err)
				}
				return
			}
			if c.fails != "" || listing.Records.Len() != 1 {
				t.Fatalf("%d records and no error", listing.Records.Len())
			}
			if got := listing.Records.Record(0).Text("value"); got != c.value {
				t.Errorf("value %q, want %q", got, c.value)
			}
		})
	}
}

// TestBrokenPage: a page that is not JSON is asked for again.
func TestBrokenPage(t *testing.T) {
	var asked atomic.Int32
	client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Total", "1")
		if asked.Add(1) < 3 {
			_, _ = fmt.Fprint(w, `[{"id":"c1","person_id":5,`)
			return
		}
		_, _ = fmt.Fprint(w, `[{"id":"c1","person_id":5,"credential_type_id":31}]`)
	}))
	listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
	if err != nil || listing.Records.Len() != 1 || asked.Load() != 3 {
		t.Errorf("%v after %d calls", err, asked.Load())
	}
}

func TestMaskedAndLeaving(t *testing.T) {
	client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Total", "3")
		_, _ = fmt.Fprint(w, `[{"id":"a","person_id":1,"credential_type_id":31,"value":"**21"},
			{"id":"b","person_id":1,"credential_type_id":33,"value":null,"status":"revoking"},
			{"id":"c","person_id":2,"credential_type_id":33,"status":"active"}]`)
	}))
	listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	value := doorflowColumn("value")
	for n, want := range []reconcile.CellState{reconcile.Masked, reconcile.Empty, reconcile.Empty} {
		if got := listing.Records.Record(n).Cell(value).State(); got != want {
			t.Errorf("record %d: value is %d, want %d", n, got, want)
		}
	}
	if len(listing.Untouchable) != 1 || listing.Untouchable[1] == "" {
		t.Errorf("untouchable: %v", listing.Untouchable)
	}
}

// TestListHeadersAlone: a total without a page size, pages smaller than asked for, and totals that
// change.
func TestListHeadersAlone(t *testing.T) {
	pages := func(totals ...int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			page, _ := strconv.Atoi(r.URL.Query().Get("page"))
			w.Header().Set("total", strconv.Itoa(totals[min(page, len(totals))-1]))
			if page > 2 {
				_, _ = fmt.Fprint(w, `[]`)
				return
			}
			_, _ = fmt.Fprintf(w, `[{"id":"c%d","person_id":1,"credential_type_id":1},{"id":"d%d","person_id":1,"credential_type_id":1}]`, page, page)
		}
	}
	listing, err := openHandler(t, options{}, pages(4)).List(t.Context(), reconcile.Scope{}, nil)
	if err != nil || listing.Records.Len() != 4 || listing.Pages != 3 {
		t.Errorf("pages of two: %v %+v", err, listing)
	}
	_, err = openHandler(t, options{pageSize: 2}, pages(4, 5)).List(t.Context(), reconcile.Scope{}, nil)
	if !errors.Is(err, reconcile.ErrIncomplete) || !strings.Contains(err.Error(), "the declared total changed") {
		t.Errorf("totals that differ: %v", err)
	}
	other := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Page", "2")
		_, _ = fmt.Fprint(w, `[]`)
	})
	if _, err = openHandler(t, options{}, other).List(t.Context(), reconcile.Scope{}, nil); err == nil || !strings.Contains(err.Error(), "says that it is page 2") {
		t.Errorf("another page than asked for: %v", err)
	}
}

// TestPageOrder: pages that overtake each other do not change the listing.
func TestPageOrder(t *testing.T) {
	later := make(chan struct{})
	client := openHandler(t, options{pageSize: 2}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		switch page {
		case 2:
			<-later
		case 3:
			defer close(later)
		}
		w.Header().Set("Total", "6")
		if page > 3 {
			_, _ = fmt.Fprint(w, `[]`)
			return
		}
		_, _ = fmt.Fprintf(w, `[{"id":"c%d","person_id":1,"credential_type_id":1},{"id":"c%d","person_id":1,"credential_type_id":1}]`, 2*page-1, 2*page)
	}))
	listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range listing.Records.Len() {
		if got := listing.Records.Record(n).ID(); got != fmt.Sprintf("c%d", n+1) {
			t.Errorf("record %d is %s", n, got)
		}
	}
}
