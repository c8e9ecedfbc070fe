package pingone_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/reconcile"
)

func ids(listing *reconcile.Listing) string {
	var out []string
	for n := range listing.Records.Len() {
		out = append(out, listing.Records.Record(n).ID())
	}
	return strings.Join(out, " ")
}

// TestList: pages are followed by their links, and deleted types are left out even if a listing
// shows them.
func TestList(t *testing.T) {
	for _, set := range []map[string]string{nil, {"page_size": "1"}, {"deleted": "listed"}, {"count": "true"}} {
		a := openAccount(t, options{state: smallState, set: set})
		listing := a.list()
		if got := ids(listing); got != "t1 t2 t4" || listing.Evidence != reconcile.EvidenceTerminated || !listing.Complete() {
			t.Errorf("%v: %s, %s", set, got, listing.Evidence)
		}
	}
	empty := openAccount(t, options{})
	if listing := empty.list(); listing.Records.Len() != 0 || !listing.Complete() {
		t.Error("an empty environment")
	}
}

// TestRecordCells covers the canonical cells of a record.
func TestRecordCells(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	record := a.list().Records.Record(0)
	got := map[string]string{}
	for n, c := range record.Schema().Columns {
		if cell := record.Cell(n); cell.State() != reconcile.Unset {
			got[c.Name] = cell.Text()
		}
	}
	want := map[string]string{
		"credential_type_id": "t1", "title": "Staff badge", "description": "", "card_type": "", "issuer_name": "", "card_design_template": plainSVG,
		"management.mode": "AUTOMATED", "multiple.expression": "", "expiration": "", "on_delete.revoke_issued_credentials": "true",
		"metadata.name": "Staff badge", "metadata.description": "", "metadata.card_color": "#AABBCC", "metadata.text_color": "#FFFFFF",
		"metadata.background_image": "", "metadata.logo_image": "", "metadata.bg_opacity_percent": "20", "metadata.columns": "", "metadata.version": "5",
		"metadata.fields": `[{"attribute":"name.family","default":"-","id":"Directory Attribute -> Surname","isVisible":true,"required":true,"title":"Surname","type":"Directory Attribute","x":1.50},` +
			`{"id":"Alphanumeric Text -> Site","isVisible":true,"required":false,"title":"Site","type":"Alphanumeric Text","value":"Main"}]`,
		"version_number": "4",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestListRefusesCycles: links that go round or lead to another host end the listing without a
// plan, and no other host sees the token.
func TestListRefusesCycles(t *testing.T) {
	a := openAccount(t, options{state: smallState, set: map[string]string{"paging": "circle", "page_size": "1"}})
	if _, err := a.client.List(t.Context(), reconcile.Scope{}, nil); !errors.Is(err, reconcile.ErrIncomplete) {
		t.Errorf("cycle: %v", err)
	}
	a = openAccount(t, options{state: smallState, set: map[string]string{"paging": "elsewhere"}})
	if _, err := a.client.List(t.Context(), reconcile.Scope{}, nil); reconcile.ClassOf(err) != reconcile.Unsafe {
		t.Errorf("elsewhere: %v", err)
	}
}

// TestListInDoubt: a page that contradicts itself causes a second reading; only two readings that
// agree, or a sound one, make a listing.
func TestListInDoubt(t *testing.T) {
	one, two := `{"id":"a","title":"A"}`, `{"id":"b","title":"B"}`
	body := func(size int, items ...string) string {
		return fmt.Sprintf(`{"_embedded":{"items":[%s]},"size":%d}`, strings.Join(items, ","), size)
	}
	for name, c := range map[string]struct {
		bodies   []string
		evidence reconcile.Evidence
		ids      string
	}{
		"sound at once":                {[]string{body(2, one, two)}, reconcile.EvidenceTerminated, "a b"},
		"sound at the second try":      {[]string{body(2, one), body(2, one, two)}, reconcile.EvidenceTerminated, "a b"},
		"a size that means a page's":   {[]string{body(100, one, two)}, reconcile.EvidenceTwice, "a b"},
		"one that is short twice":      {[]string{body(2, one), body(2, one), body(2, one, two)}, reconcile.EvidenceTerminated, "a b"},
		"more than it declares":        {[]string{body(1, one, two)}, "", ""},
		"two readings that differ":     {[]string{body(2, one), body(2, two)}, "", ""},
		"one came twice":               {[]string{body(3, one, two, one), body(2, one, two)}, reconcile.EvidenceTerminated, "a b"},
		"a count that is not met":      {[]string{`{"_embedded":{"items":[` + one + `]},"count":2}`, `{"_embedded":{"items":[` + two + `]},"count":2}`}, "", ""},
		"a collection of another name": {[]string{`{"_embedded":{"users":[` + one + `]}}`}, "", ""},
		"no list":                      {[]string{`{"_embedded":{"items":{}}}`}, "", ""},
		"a type without id":            {[]string{body(1, `{"title":"A"}`)}, "", ""},
		"no object":                    {[]string{`[]`}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			client := openHandler(t, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, c.bodies[min(n, len(c.bodies)-1)])
				n++
			})
			listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
			switch {
			case c.evidence == "" && err == nil:
				t.Errorf("a listing of %s", ids(listing))
			case c.evidence == "":
			case err != nil:
				t.Error(err)
			case listing.Evidence != c.evidence || ids(listing) != c.ids:
				t.Errorf("%s by %s (%s)", ids(listing), listing.Evidence, listing.Why)
			}
		})
	}
}

// TestListingUnderFaults: whatever happens on the way, a listing is the whole environment or an
// error, never a part.
func TestListingUnderFaults(t *testing.T) {
	a := openAccount(t, options{
		generate: 40, set: map[string]string{"page_size": "9"},
		faults: "500=0.1,reset=0.1,truncate=0.1,html=0.05,drop-row=0.1,repeat-row=0.1,expire-token=30",
	})
	read := 0
	for range 30 {
		listing, err := a.client.List(t.Context(), reconcile.Scope{}, nil)
		if err != nil {
			continue
		}
		if read++; listing.Records.Len() != 40 {
			t.Fatalf("a listing of %d", listing.Records.Len())
		}
	}
	if read == 0 {
		t.Error("no listing came through")
	}
}

func TestTenant(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	tenant, err := a.client.Tenant(t.Context())
	if err != nil || tenant.ID != "env-1" || tenant.Name != "Sample site" || strings.Join(tenant.Facts, ", ") != "region EU, PRODUCTION environment" {
		t.Errorf("%+v %v", tenant, err)
	}
}
