package providertest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// swap returns an exchange with JSON bodies.
func swap(method, target, body string, status int, answer string) *exchange {
	u, err := url.Parse(target)
	if err != nil {
		panic(err)
	}
	kind := http.Header{"Content-Type": {"application/json"}}
	return &exchange{method: method, url: u, header: kind, body: []byte(body), status: status, answerHeader: kind, answer: []byte(answer)}
}

func TestDocument(t *testing.T) {
	doc, err := readDocument("testdata/toy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const oneOf = `request PUT /doors/{id}: body: value matches more than one schema from "oneOf" (matches schemas at indices [0 1])`
	for name, c := range map[string]struct {
		e    *exchange
		want []string
	}{
		"as described":         {swap("GET", "/doors?page=2", "", 200, `[{"id":"a","color":"red"}]`), nil},
		"a path of its own":    {swap("PUT", "/doors/all", "", 204, ""), nil},
		"no such call":         {swap("DELETE", "/doors/a", "", 204, ""), []string{"request DELETE /doors/a: the document has no such call"}},
		"no such parameter":    {swap("GET", "/doors?size=2", "", 200, `[]`), []string{"request GET /doors: query parameter size is not described"}},
		"a wrong parameter":    {swap("GET", "/doors?page=x", "", 200, `[]`), []string{"request GET /doors: parameter page: value x: an invalid integer: invalid syntax"}},
		"no such status":       {swap("GET", "/doors", "", 404, `{}`), []string{"answer 404 to GET /doors: status is not supported"}},
		"a body of no call":    {swap("PUT", "/doors/all", `{}`, 204, ""), []string{"request PUT /doors/all: request body not allowed for this request"}},
		"a wrong item":         {swap("GET", "/doors", "", 200, `[{"id":"a"},{"id":7}]`), []string{"answer 200 to GET /doors: body /n/id: value must be a string"}},
		"a member that lacks":  {swap("GET", "/doors", "", 200, `[{"color":"red"}]`), []string{`answer 200 to GET /doors: body /n/id: property "id" is missing`}},
		"parts of an allOf":    {swap("PUT", "/doors/a", `{"code":"12"}`, 201, `{"id":"a"}`), []string{oneOf}},
		"the part behind them": {swap("PUT", "/doors/a", `{"code":12}`, 201, `{"id":"a"}`), []string{oneOf, "request PUT /doors/{id}: body /code: value must be a string"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, v := range doc.check(c.e) {
				v.says = withoutNumbers(v.says)
				got = append(got, v.String())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// TestDeviations: a known violation passes with its reason, and has to leave the list once it no
// longer occurs.
func TestDeviations(t *testing.T) {
	doc, err := readDocument("testdata/toy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	known := Deviation{Call: "GET /doors", Status: 404, Says: "status", Why: "section 1: silent"}
	missing := Deviation{Call: "POST /{environment}/token", Says: "no such call", Why: "section 2: another host"}
	reasonless := known
	reasonless.Why = ""
	for name, c := range map[string]struct {
		deviations []Deviation
		all, fails bool
	}{
		"none known":      {nil, true, true},
		"both known":      {[]Deviation{known, missing}, true, false},
		"one too many":    {[]Deviation{known, missing, {Call: "GET /doors", Says: "page", Why: "section 3"}}, true, true},
		"not all happens": {[]Deviation{known, missing, {Call: "GET /doors", Says: "page", Why: "section 3"}}, false, false},
		"no reason":       {[]Deviation{reasonless, missing}, true, true},
		"another status":  {[]Deviation{{Call: "GET /doors", Says: "status", Why: "section 1"}, missing}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			contract := &Contract{Deviations: c.deviations}
			contract.tape.add(swap("GET", "/doors", "", 404, `{}`))
			contract.tape.add(swap("POST", "/env/token", "", 200, `{}`))
			if failed := probed(t, func(p prover) { contract.compare(p, doc, c.all) }); failed != c.fails {
				t.Errorf("fails: %v, want %v", failed, c.fails)
			}
		})
	}
}

func TestExamples(t *testing.T) {
	for name, c := range map[string]struct {
		e     *exchange
		fails bool
	}{
		"as it is":         {swap("PUT", "/doors/a", `{"code":"0482"}`, 201, `{"color":"red","id":"a"}`), false},
		"a number":         {swap("PUT", "/doors/a", `{"code":482}`, 201, `{"color":"red","id":"a"}`), true},
		"one member more":  {swap("PUT", "/doors/a", `{"code":"0482","x":1}`, 201, `{"color":"red","id":"a"}`), true},
		"one member less":  {swap("PUT", "/doors/a", `{"code":"0482"}`, 201, `{"id":"a"}`), true},
		"another status":   {swap("PUT", "/doors/a", `{"code":"0482"}`, 200, `{"color":"red","id":"a"}`), true},
		"another path":     {swap("PUT", "/door", `{"code":"0482"}`, 201, `{"color":"red","id":"a"}`), true},
		"a query":          {swap("PUT", "/doors/a?x=1", `{"code":"0482"}`, 201, `{"color":"red","id":"a"}`), true},
		"a text for JSON":  {swap("PUT", "/doors/a", `{"code":"0482"}`, 201, `done`), true},
		"a list for a set": {swap("PUT", "/doors/a", `[]`, 201, `{"color":"red","id":"a"}`), true},
	} {
		t.Run(name, func(t *testing.T) {
			contract := &Contract{Examples: "testdata/toy"}
			contract.tape.add(c.e)
			if failed := probed(t, func(p prover) { contract.examples(p, true) }); failed != c.fails {
				t.Errorf("fails: %v, want %v", failed, c.fails)
			}
		})
	}
	form := swap("POST", "/token", "grant_type=refresh_token&refresh_token=x", 200, "")
	form.header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	if !matches(map[string]any{"grant_type": "refresh_token", "refresh_token": "*"}, sentBody(form)) {
		t.Errorf("a form is %v", sentBody(form))
	}
	if !probed(t, func(p prover) { (&Contract{Examples: t.TempDir()}).examples(p, true) }) {
		t.Error("a folder without examples passes")
	}
}

// TestWithoutDocuments: the examples still hold if no folder is named, and a folder without the
// document is a failure.
func TestWithoutDocuments(t *testing.T) {
	contract := &Contract{File: "toy.yaml", Examples: "testdata/toy"}
	contract.tape.add(swap("PUT", "/doors/a", `{"code":"0482"}`, 201, `{"color":"red","id":"a"}`))
	t.Setenv(SpecsVariable, "")
	if probed(t, func(p prover) { contract.verify(p, true) }) {
		t.Error("fails without documents")
	}
	t.Setenv(SpecsVariable, t.TempDir())
	if !probed(t, func(p prover) { contract.verify(p, true) }) {
		t.Error("passes with a document that is not there")
	}
	folder, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(SpecsVariable, folder)
	contract.Deviations = []Deviation{{Call: "PUT /doors/{id}", Says: "oneOf", Why: "section 1"}}
	if probed(t, func(p prover) { contract.verify(p, true) }) {
		t.Error("fails with the document")
	}
}

// TestExamplesAreJSON: every provider's examples are read by the same rules.
func TestExamplesAreJSON(t *testing.T) {
	files, err := filepath.Glob("../*/testdata/wire/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if e, err := readExample(file); err != nil || !json.Valid(raw) || e.Name == "" || e.Status == 0 {
			t.Errorf("%s: %v", file, err)
		}
	}
}
