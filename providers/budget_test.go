package providers

import "testing"

func TestEndpointOf(t *testing.T) {
	known := []Endpoint{"GET /people/{}", "GET /people/{}/cards", "POST /people/{}/cards", "GET /cards", "GET /people/{}/cards/{}"}
	for path, want := range map[string]Endpoint{
		"/api/3/people/7":       "GET /people/{}",
		"/people/7/cards":       "GET /people/{}/cards",
		"/v1/people/7/cards/K1": "GET /people/{}/cards/{}",
		"/api/3/cards":          "GET /cards",
		"/other/7":              "GET /other/7",
	} {
		if got := EndpointOf(known, "GET", path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	if got := EndpointOf(known, "POST", "/people/7/cards"); got != "POST /people/{}/cards" {
		t.Errorf("the verb does not count: %s", got)
	}
}

func TestMorePages(t *testing.T) {
	for _, c := range [][4]int{{0, 0, 10, 0}, {0, 10, 10, 0}, {0, 11, 10, 1}, {10, 1, 10, 1}, {9, 1, 10, 0}, {11, -1, 10, -1}} {
		if got := MorePages(c[0], c[1], c[2]); got != c[3] {
			t.Errorf("MorePages(%d, %d, %d) = %d, want %d", c[0], c[1], c[2], got, c[3])
		}
	}
}
