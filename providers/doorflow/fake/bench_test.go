package fake_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"keyroster/providers/doorflow/fake"
	"keyroster/providers/sandbox"
)

const benchCredentials = 100_000

// benchmark serves a large account over loopback.
func benchmark(b *testing.B) (send func(method, path, body string) (int, int64)) {
	b.Helper()
	api, err := fake.New(sandbox.Options{Generate: benchCredentials, Seed: 1, Set: map[string]string{"access_token": "at"}})
	if err != nil {
		b.Fatal(err)
	}
	url, stop, err := sandbox.Start(b.Context(), api, sandbox.Config{})
	if err != nil {
		b.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 256}
	b.Cleanup(func() { transport.CloseIdleConnections(); stop() })
	return func(method, path, body string) (int, int64) {
		r, err := http.NewRequest(method, url+path, strings.NewReader(body))
		if err != nil {
			b.Error(err)
			return 0, 0
		}
		r.Header.Set("Authorization", "Bearer at")
		response, err := transport.RoundTrip(r)
		if err != nil {
			b.Error(err)
			return 0, 0
		}
		defer response.Body.Close()
		n, err := io.Copy(io.Discard, response.Body)
		if err != nil {
			b.Error(err)
		}
		return response.StatusCode, n
	}
}

// BenchmarkListing reads 100,000 credentials in pages of 500.
func BenchmarkListing(b *testing.B) {
	send := benchmark(b)
	b.ReportAllocs()
	for b.Loop() {
		for page := range benchCredentials / 500 {
			if status, n := send(http.MethodGet, fmt.Sprint("/api/3/credentials?page=", page+1), ""); status != 200 || n < 500*100 {
				b.Fatalf("status %d, %d bytes", status, n)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchCredentials, "ns/record")
}

// BenchmarkUnpaged reads all credentials in one answer.
func BenchmarkUnpaged(b *testing.B) {
	send := benchmark(b)
	for b.Loop() {
		if status, n := send(http.MethodGet, "/api/3/credentials?skip_pagination=true", ""); status != 200 {
			b.Fatal(status, n)
		}
	}
}

// BenchmarkCreate writes with 16 clients per core: it measures a request, client included.
func BenchmarkCreate(b *testing.B) {
	send := benchmark(b)
	var n atomic.Int64
	b.SetParallelism(16)
	b.ResetTimer()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			body := fmt.Sprintf(`{"person_credential":{"credential_type_id":33,"value":"%d"}}`, i)
			path := fmt.Sprintf("/api/3/people/%d/credentials", 90001+i%50_000)
			if status, _ := send(http.MethodPost, path, body); status != 201 && status != 409 {
				b.Errorf("status %d", status)
			}
		}
	})
}
