package pingone_test

import (
	"context"
	"testing"

	"keyroster/providers"
	"keyroster/providers/pingone"
	"keyroster/providers/pingone/fake"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

// BenchmarkList reads 1,000 credential types over loopback.
func BenchmarkList(b *testing.B) {
	api, err := fake.New(sandbox.Options{Generate: 1000, Seed: 7})
	if err != nil {
		b.Fatal(err)
	}
	url, stop, err := sandbox.Start(context.Background(), api, sandbox.Config{Provider: "pingone"})
	if err != nil {
		b.Fatal(err)
	}
	defer stop()
	client, err := pingone.Spec.Open(b.Context(), providers.Env{BaseURL: url, Auth: secrets(api.Welcome(url)["auth"].(map[string]string)), Settings: &pingone.Settings{}})
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	b.ReportAllocs()
	for b.Loop() {
		listing, err := client.List(b.Context(), reconcile.Scope{}, nil)
		if err != nil || listing.Records.Len() != 1000 {
			b.Fatal(err)
		}
	}
}
