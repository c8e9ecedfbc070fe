package seam_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"keyroster/reconcile"
)

// TestReplace: a new credential takes the place of an old one; the new one is made first unless
// both have the same code.
func TestReplace(t *testing.T) {
	for value, order := range map[string][]string{
		"004821": {"/acs/credentials/delete", "/acs/credentials/create"},
		"0042":   {"/acs/credentials/create", "/acs/credentials/delete"},
	} {
		a := openAccount(t, options{state: small})
		plan := a.plan(reconcile.Policy{Recreate: true}, row{"credential_id": "c11", "value": value, "starts_at": "2090-01-01"})
		receipt, err := a.client.Write(t.Context(), plan.Change(0))
		if err != nil || receipt.ID == "" || receipt.ID == "c11" {
			t.Fatalf("%+v %v", receipt, err)
		}
		var writes []string
		for _, entry := range a.log() {
			if entry.Applied {
				writes = append(writes, entry.Path)
			}
		}
		if !slices.Equal(writes, order) {
			t.Errorf("writes %v", writes)
		}
		listing := a.list()
		r := held(listing, receipt.ID)
		if held(listing, "c11").Valid() || r.Text("value") != value || r.Text("starts_at") != "2090-01-01T00:00:00Z" || r.Text("ends_at") != "2090-07-01T00:00:00Z" || r.Text("holder_id") != "u1" {
			t.Error("the new one is not the old one with another start")
		}
	}
}

// TestReplaceHalves: what a replacement says if its second half fails; lost answers are settled by
// reading.
func TestReplaceHalves(t *testing.T) {
	change := reconcile.Change{
		Action: reconcile.Replace, Have: updating("c11", nil).Have,
		Want: record(row{"credential_id": "c11", "value": "0042", "starts_at": "2090-01-01T00:00:00Z"}), Fields: fields("starts_at", "value"),
	}
	a := openAccount(t, options{state: small, set: map[string]string{"forbid": "/acs/credentials/delete"}})
	_, err := a.client.Write(t.Context(), change)
	if f := failureOf(t, err); f.Class != reconcile.Denied || f.Existing == "" || !strings.Contains(f.Reason, "was created, but the old one was not deleted") {
		t.Errorf("%+v", f)
	}
	a = openAccount(t, options{state: small, set: map[string]string{"forbid": "/acs/credentials/create"}})
	_, err = a.client.Write(t.Context(), reconcile.Change{Action: reconcile.Replace, Have: change.Have, Want: record(row{"credential_id": "c11", "value": "004821"})})
	if f := failureOf(t, err); !strings.Contains(f.Reason, "the old credential was deleted, and the new one was not created") {
		t.Errorf("%+v", f)
	}
	// Every write is done, and every answer to a write is lost.
	client := openHandler(t, options{}, lossy(openAccount(t, options{state: small}).api))
	receipt, err := client.Write(t.Context(), change)
	if err != nil || receipt.ID == "" || receipt.ID == "c11" {
		t.Errorf("%+v %v", receipt, err)
	}
}

// lossy does what it is asked and answers writes with 500.
func lossy(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, verb := range []string{"create", "update", "assign", "delete"} {
			if strings.HasSuffix(r.URL.Path, verb) {
				api.ServeHTTP(&discard{h: http.Header{}}, r)
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
		}
		api.ServeHTTP(w, r)
	})
}

type discard struct{ h http.Header }

func (d *discard) Header() http.Header         { return d.h }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
