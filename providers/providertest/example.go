package providertest

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

// example is one of our own sample exchanges, from a JSON file.
type example struct {
	// Name says what the exchange does.
	Name string `json:"name"`
	// Method, Path, Query and Body are the client's; Status and Answer the sandbox's.
	// Bodies are JSON, a form as an object, any other body as a text, or absent. The text *
	// matches anything, as a member's value or as part of the path.
	Method string `json:"method"`
	Path   string `json:"path"`
	Query  string `json:"query,omitempty"`
	Body   any    `json:"body,omitempty"`
	Status int    `json:"status"`
	Answer any    `json:"answer,omitempty"`
}

// examples looks for every example among the recorded exchanges.
func (c *Contract) examples(t prover, all bool) {
	files, err := filepath.Glob(filepath.Join(c.Examples, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples in %q: %v", c.Examples, err)
	}
	for _, file := range files {
		want, err := readExample(file)
		if err != nil {
			t.Errorf("read %s: %v", file, err)
			continue
		}
		if !all || c.happened(want) {
			continue
		}
		t.Errorf("%s: %s: this did not happen", filepath.Base(file), want.Name)
		for _, e := range c.tape.exchanges {
			if want.isCall(e) {
				t.Logf("but %s %s %s was answered %d %s", e.method, e.url, e.body, e.status, e.answer)
				break
			}
		}
	}
}

func readExample(file string) (*example, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var e example
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	d.UseNumber()
	return &e, d.Decode(&e)
}

func (c *Contract) happened(want *example) bool {
	for _, e := range c.tape.exchanges {
		if want.isCall(e) && want.Query == e.url.RawQuery && want.Status == e.status &&
			matches(want.Body, sentBody(e)) && matches(want.Answer, decoded(e.answer)) {
			return true
		}
	}
	return false
}

// sentBody returns a request's body in the form of an example: a form's members are texts.
func sentBody(e *exchange) any {
	if !strings.HasPrefix(e.header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return decoded(e.body)
	}
	form, err := url.ParseQuery(string(e.body))
	if err != nil {
		return string(e.body)
	}
	members := map[string]any{}
	for name, values := range form {
		members[name] = strings.Join(values, ",")
	}
	return members
}

func (x *example) isCall(e *exchange) bool {
	ok, err := filepath.Match(x.Path, e.url.Path)
	return err == nil && ok && x.Method == e.method
}

// matches compares JSON values; the text * matches anything.
func matches(want, got any) bool {
	switch w := want.(type) {
	case string:
		return w == "*" || want == got
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for name, value := range w {
			if other, there := g[name]; !there || !matches(value, other) {
				return false
			}
		}
		return true
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range w {
			if !matches(w[i], g[i]) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(want, got)
}
