package httpapi

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestListWithoutEnd: small pages are not requested without end.
func TestListWithoutEnd(t *testing.T) {
	const page = `[{"id":"a"},{"id":"b"}]`
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, page)
	})
	streamed := func(_ int, _ http.Header, body io.Reader) error {
		_, err := io.Copy(io.Discard, body)
		return err
	}
	for name, stream := range map[string]func(int, http.Header, io.Reader) error{"whole": nil, "streamed": streamed} {
		t.Run(name, func(t *testing.T) {
			c := newTestClient(t, Config{BaseURL: url, Retry: quick}, nil)
			volume := NewVolume(10 * int64(len(page)))
			for n := 1; ; n++ {
				_, err := c.Do(t.Context(), Request{
					Name: fmt.Sprintf("list page %d", n), Op: Read, Method: http.MethodGet, Path: "/list", Stream: stream, Volume: volume,
				})
				if n <= 10 && err != nil {
					t.Fatalf("page %d: %v", n, err)
				}
				if n == 11 {
					if err == nil || !strings.Contains(err.Error(), "still has no end") {
						t.Fatalf("page 11: %v", err)
					}
					break
				}
			}
		})
	}
}
