package doorflow

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"keyroster/providers"
	"keyroster/providers/doorflow/fake"
	"keyroster/providers/httpapi"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

// BenchmarkDecodeListing decodes 100,000 credentials into a packed set.
func BenchmarkDecodeListing(b *testing.B) {
	body := listingJSON(100_000)
	list := array[credential]{member: (*credential).member}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		set := reconcile.NewSet(Schema, 0)
		var cells []reconcile.Cell
		err := list.decode(bytes.NewReader(body), func(e *credential) error {
			cells = e.cells(cells[:0])
			set.Add(cells)
			return e.valid()
		})
		if err != nil || set.Len() != 100_000 {
			b.Fatal(set.Len(), err)
		}
	}
}

// listingJSON returns an answer with n credentials, spelled as the API does.
func listingJSON(n int) []byte {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"c%d","credential_type_id":31,"label":"Keypad PIN","person_id":%d,"value":"%07d","status":null,"url":null,"wallet_type":null}`, i+1, 90000+i, i)
	}
	b.WriteByte(']')
	return b.Bytes()
}

// BenchmarkListing lists 100,000 credentials over loopback: 200 pages, eight
// at a time, each answered after 50 ms. The bound is 26 round trips, 1.3 s.
func BenchmarkListing(b *testing.B) {
	api, err := fake.New(sandbox.Options{Generate: 100_000, Seed: 1, Set: map[string]string{"access_token": "at_bench"}})
	if err != nil {
		b.Fatal(err)
	}
	url, stop, err := sandbox.Start(b.Context(), api, sandbox.Config{Latency: 50 * time.Millisecond})
	if err != nil {
		b.Fatal(err)
	}
	defer stop()
	p, err := Spec.Open(b.Context(), providers.Env{
		BaseURL: url, HTTP: httpapi.Config{Concurrency: 8},
		Auth: map[string]reconcile.Secret{"access_token": reconcile.NewSecret("at_bench")},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		listing, err := p.List(b.Context(), reconcile.Scope{}, nil)
		if err != nil || listing.Records.Len() != 100_000 {
			b.Fatal(err)
		}
	}
}
