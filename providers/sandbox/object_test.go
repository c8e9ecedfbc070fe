package sandbox_test

import (
	"encoding/json"
	"testing"

	"keyroster/providers/sandbox"
)

// TestCopies: a copy leaves the object that a record holds unchanged.
func TestCopies(t *testing.T) {
	o := sandbox.ObjectOf(map[string]any{"b": "<&>", "a": nil, "id": 7})
	const want = `{"id":7,"a":null,"b":"<&>"}`
	for what, c := range map[string]struct {
		got  sandbox.Object
		want string
	}{
		"with":  {o.With(map[string]any{"a": []any{}, "b": sandbox.Drop{}}), `{"id":7,"a":[]}`},
		"patch": {o.Patch(sandbox.Object{"a": json.RawMessage("1")}), `{"id":7,"a":1,"b":"<&>"}`},
	} {
		if got := string(c.got.Encode("id")); got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
	if got := string(o.Encode("id")); got != want {
		t.Errorf("a copy changed its original: %s", got)
	}
	if got := string(o.Encode("none")); got != `{"a":null,"b":"<&>","id":7}` {
		t.Errorf("without a first member: %s", got)
	}
}

func TestAppendText(t *testing.T) {
	for _, text := range []string{"", "plain", `"quoted" \`, "<&>", "tab\t", "Zürich", "\x7f", "\xff"} {
		if got, want := string(sandbox.AppendText([]byte("x"), text)), "x"+string(sandbox.Marshal(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestAppendList(t *testing.T) {
	encode := func(dst []byte, row string) []byte { return sandbox.AppendText(dst, row) }
	for want, rows := range map[string][]string{"x[]": nil, `x["a"]`: {"a"}, `x["a","b"]`: {"a", "b"}} {
		if got := string(sandbox.AppendList([]byte("x"), rows, encode)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
