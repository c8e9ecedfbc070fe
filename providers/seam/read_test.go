package seam_test

import (
	"testing"
	"time"

	"keyroster/reconcile"
)

func TestRead(t *testing.T) {
	a := openAccount(t, options{state: small, settle: time.Hour})
	read := func(c reconcile.Change) string {
		t.Helper()
		r, err := a.client.Read(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		return r.ID()
	}
	for _, c := range []struct {
		change reconcile.Change
		want   string
	}{
		{updating("c11", nil), "c11"},
		{updating("00000000-0000-4000-8000-0000000000c9", nil), ""},
		{updating("n22", nil), ""},
		{creating(row{"holder_id": "u1", "type": "code", "value": "5150"}), "c13"},
		{creating(row{"holder_id": "u1", "type": "code", "value": "515"}), ""},
		{creating(row{"holder_id": "u1", "type": "mobile_key"}), ""},
		{creating(row{"holder_id": "u3", "type": "mobile_key"}), "p32"},
		{creating(row{"holder_id": "00000000-0000-4000-8000-0000000000e9", "type": "code", "value": "1"}), ""},
	} {
		if got := read(c.change); got != c.want {
			t.Errorf("read %q, want %q", got, c.want)
		}
	}
	if _, err := a.client.Write(t.Context(), removing("c13")); err != nil {
		t.Fatal(err)
	}
	if got := read(updating("c13", nil)); got != "" {
		t.Error("what is being deleted counts as gone")
	}

	// A creation is not found in what stood beside its row, nor in what another creation made.
	change := a.plan(reconcile.Policy{}, row{"credential_id": "p32"}, row{"holder_id": "u3", "type": "mobile_key"}, row{"holder_id": "u3", "type": "mobile_key"}).Change(1)
	if change.Action != reconcile.Create {
		change = a.plan(reconcile.Policy{}, row{"credential_id": "c12"}, row{"holder_id": "u1", "type": "card"}).Change(1)
	}
	if got := read(change); change.Action != reconcile.Create || got != "" {
		t.Errorf("%v is answered by %q", change.Action, got)
	}
	if _, err := a.client.Write(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if got := read(change); got != "" {
		t.Errorf("a second creation is answered by %q", got)
	}
}

// TestLostCreation: a creation whose answer was lost is found again.
func TestLostCreation(t *testing.T) {
	for _, c := range []row{
		{"holder_id": "u6", "type": "code", "value": "0071"},
		{"holder_id": "u6", "type": "mobile_key", "ends_at": "2091-01-01"},
		{"holder_id": "u7", "type": "code"},
	} {
		a := openAccount(t, options{state: small})
		zone := time.UTC
		client := openHandler(t, options{zone: zone}, lossy(a.api))
		a.client = client
		change := a.plan(reconcile.Policy{}, c).Change(0)
		if before, err := client.Read(t.Context(), change); err != nil || before.Valid() {
			t.Fatalf("before: %v %v", before, err)
		}
		if _, err := client.Write(t.Context(), change); reconcile.ClassOf(err) != reconcile.Lost {
			t.Fatalf("write: %v", err)
		}
		after, err := client.Read(t.Context(), change)
		if err != nil || !after.Valid() || after.Text("holder_id") != c["holder_id"] {
			t.Errorf("%v: not found again: %v", c["type"], err)
		}
	}
}
