package seam_test

import (
	"testing"

	"keyroster/reconcile"
)

// BenchmarkList lists 20,000 credentials of two systems in pages of 500.
func BenchmarkList(b *testing.B) {
	a := benchAccount(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.client.List(b.Context(), reconcile.Scope{}, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkResolve resolves and compares as many rows, which name their credentials and change
// nothing.
func BenchmarkResolve(b *testing.B) {
	a := benchAccount(b)
	listing, err := a.client.List(b.Context(), reconcile.Scope{}, nil)
	if err != nil {
		b.Fatal(err)
	}
	var rows []row
	for n := range listing.Records.Len() {
		r := listing.Records.Record(n)
		rows = append(rows, row{"credential_id": r.ID(), "holder_id": r.Text("holder_id"), "type": r.Text("type"), "value": r.Text("value"), "ends_at": r.Text("ends_at")})
	}
	wants := roster(rows...)
	b.ReportAllocs()
	for b.Loop() {
		wanted, err := a.client.Resolve(b.Context(), wants, listing)
		if err != nil {
			b.Fatal(err)
		}
		if plan := reconcile.Diff(wants, wanted, listing, reconcile.Policy{}); len(plan.Chains) != 0 {
			b.Fatal("changes are planned")
		}
	}
}

func benchAccount(b *testing.B) *account {
	return openAccount(b, options{generate: 20_000})
}
