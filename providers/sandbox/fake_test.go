package sandbox_test

import (
	"cmp"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"keyroster/providers/sandbox"
)

// guest is a record with a place in an order.
type guest struct{ name, room string }

func guests() (*sandbox.Table[string, guest], *[]string) {
	var seen []string
	return &sandbox.Table[string, guest]{
		Name: "guests", ID: "name",
		Key:     func(g *guest) string { return g.name },
		Compare: func(a, b *guest) int { return cmp.Or(cmp.Compare(a.room, b.room), cmp.Compare(a.name, b.name)) },
		Keep:    func(old, changed *guest) { changed.name = old.name },
		Entered: func(g *guest) { seen = append(seen, "+"+g.name) },
		Left:    func(g *guest) { seen = append(seen, "-"+g.name) },
	}, &seen
}

func names(t *sandbox.Table[string, guest]) string {
	all := ""
	for _, g := range t.All {
		all += g.name + g.room + " "
	}
	return all
}

// TestTableKeepsOrder: a record stands where its order says, even after it was replaced, and those
// who keep track of it are told.
func TestTableKeepsOrder(t *testing.T) {
	table, seen := guests()
	for _, g := range []*guest{{"b", "2"}, {"c", "1"}, {"a", "2"}} {
		table.Enter(g)
	}
	if got := names(table); got != "c1 a2 b2 " {
		t.Error(got)
	}
	table.Replace(table.Find("c"), &guest{room: "3"})
	if got := names(table); got != "a2 b2 c3 " || table.Find("c").room != "3" {
		t.Error(got)
	}
	table.Leave(table.Find("b"))
	if got := names(table); got != "a2 c3 " || table.Find("b") != nil {
		t.Error(got)
	}
	if got := strings.Join(*seen, ""); got != "+b+c+a-c+c-b" {
		t.Error(got)
	}
	table.Compare = nil
	table.Enter(&guest{"b", "1"})
	table.Replace(table.Find("a"), &guest{room: "9"})
	if got := names(table); got != "a9 c3 b1 " {
		t.Errorf("without an order: %s", got)
	}
}

// TestHandle: a guard answers for a route, a body is read before the lock is taken, and all that an
// answer says is sent.
func TestHandle(t *testing.T) {
	f, err := load("")
	if err != nil {
		t.Fatal(err)
	}
	guard := func(r *http.Request) *sandbox.Answer {
		if r.Header.Get("Authorization") == "" {
			return &sandbox.Answer{Status: http.StatusUnauthorized}
		}
		return nil
	}
	f.Handle("POST /name", guard, f.Write, func(h *house, r *http.Request) *sandbox.Answer {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return &sandbox.Answer{Status: http.StatusBadRequest}
		}
		h.name = string(body)
		return (&sandbox.Answer{Status: http.StatusCreated, Kind: "text/plain", Body: body, Header: map[string]string{"X-Was": "told"}}).Changed(true)
	})
	ask := func(login string, body io.Reader) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/name", body)
		r.Header.Set("Authorization", login)
		f.ServeHTTP(w, r)
		return w
	}
	if w := ask("", strings.NewReader("Lab")); w.Code != http.StatusUnauthorized || w.Header().Get("X-Id") != "sandbox-1" {
		t.Errorf("without a login: %d %v", w.Code, w.Header())
	}
	if w := ask("me", strings.NewReader(strings.Repeat("x", 9<<20))); w.Code != http.StatusBadRequest {
		t.Errorf("a body that is too large: %d", w.Code)
	}
	w := ask("me", strings.NewReader("Lab"))
	if w.Code != http.StatusCreated || w.Body.String() != "Lab" || w.Header().Get("X-Was") != "told" || w.Header().Get("X-Id") != "sandbox-3" {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	if got := stateOf(f); got != `{"house":{"name":"Lab"},"doors":[]}` || f.Requests() != 3 {
		t.Errorf("%s after %d requests", got, f.Requests())
	}
}
