package seam_test

import (
	"strings"
	"testing"

	"keyroster/reconcile"
)

// TestHolderWhoCannotBeRead: a holder whom a configuration names by an id that could not be looked
// up is unknown, which is not the same as absent.
func TestHolderWhoCannotBeRead(t *testing.T) {
	a := openAccount(t, options{state: small})
	client := openHandler(t, options{}, stumbling(a.api, "/acs/users/get", "u1"))
	if ids, err := client.HolderIDs(t.Context(), "holder_id", "u1"); err == nil ||
		!strings.Contains(err.Error(), "not today") {
		t.Errorf("%v, %v", ids, err)
	}
	if ids, err := client.HolderIDs(t.Context(), "holder_id", "u404"); err != nil || len(ids) > 0 {
		t.Errorf("an id that no user has: %v, %v", ids, err)
	}
}

// TestLookUps: users are asked for only where rows need them, one by one or all.
func TestLookUps(t *testing.T) {
	a := openAccount(t, options{state: small})
	a.plan(reconcile.Policy{}, row{"holder_id": "u1", "type": "code", "value": "5150"})
	if n := a.requests("/acs/users/list") + a.requests("/acs/users/get"); n != 0 {
		t.Errorf("%d look-ups for a user that the listing shows", n)
	}
	a.plan(reconcile.Policy{},
		row{"holder_email": "emery.sample@example.com", "type": "code", "value": "1"},
		row{"holder_id": "u5", "type": "code", "value": "1"})
	if a.requests("/acs/users/list") != 1 || a.requests("/acs/users/get") != 1 {
		t.Errorf("%d and %d look-ups", a.requests("/acs/users/list"), a.requests("/acs/users/get"))
	}
	if name, email := a.client.HolderName("u6"); name != "Emery Sample" || email != "emery.sample@example.com" {
		t.Errorf("%s %s", name, email)
	}
	ids, err := a.client.HolderIDs(t.Context(), "holder_email", "avery.SAMPLE@example.com")
	if err != nil || strings.Join(ids, ",") != "u1,u3" && strings.Join(ids, ",") != "u3,u1" {
		t.Errorf("%v %v", ids, err)
	}
	fresh := openAccount(t, options{state: small})
	if _, err := fresh.client.HolderIDs(t.Context(), "holder_email", "emery.*"); err != nil {
		t.Fatal(err)
	}
	if name, email := fresh.client.HolderName("u6"); name != "Emery Sample" || email != "emery.sample@example.com" {
		t.Errorf("of a user who was read for a protection: %q %q", name, email)
	}

	many := openAccount(t, options{generate: 60, pageSize: 7})
	listing := many.list()
	var rows []row
	for n := range listing.Records.Len() {
		r := listing.Records.Record(n)
		rows = append(rows, row{
			"credential_id": r.ID(), "value": r.Text("value"), "holder_id": r.Text("holder_id"),
			"holder_email": "nobody@example.com",
		})
	}
	for n := range rows {
		rows[n]["holder_email"] = strings.Repeat("x", n) + "nobody@example.com"
	}
	many.plan(reconcile.Policy{}, rows...)
	if n := many.requests("/acs/users/get"); n != 0 {
		t.Errorf("%d users asked for one by one", n)
	}
}

func TestLookUpHolders(t *testing.T) {
	a := openAccount(t, options{state: small})
	if err := a.client.LookUpHolders(t.Context(), []string{"u6", "nobody"}); err != nil {
		t.Fatal(err)
	}
	if name, _ := a.client.HolderName("u6"); name != "Emery Sample" {
		t.Errorf("HolderName: %q", name)
	}
	if name, _ := a.client.HolderName("nobody"); name != "" {
		t.Errorf("HolderName of nobody: %q", name)
	}
}
