package status_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"keyroster/cmd/internal/fleet/status"
)

// schema returns the document's schema, which here takes no member that it does not name.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	strict := strings.ReplaceAll(render(t, status.WriteSchema), `"type": "object"`,
		`"type": "object", "additionalProperties": false`)
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(strict))
	must(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	must(t, c.AddResource("fleet.json", doc))
	s, err := c.Compile("fleet.json")
	must(t, err)
	return s
}

func document(t *testing.T, s *status.Status) string {
	t.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	must(t, enc.Encode(s))
	return out.String()
}

// fits returns what the schema finds wrong with a document, or nil.
func fits(t *testing.T, doc string) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(doc))
	must(t, err)
	return schema(t).Validate(value)
}

// TestDocument: every account of the night is in the document, and the document fits its schema.
func TestDocument(t *testing.T) {
	w := troubled(t)
	for name, s := range map[string]*status.Status{
		"troubled": w.read(), "failed": w.read().Shown(true), "well": fleet(t, 3).read(), "none": newWorld(t).read(),
	} {
		if err := fits(t, document(t, s)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		sum := 0
		for _, n := range s.Counts.Outcomes {
			sum += n
		}
		if sum != s.Counts.Accounts {
			t.Errorf("%s: the outcomes are %d, and the accounts %d", name, sum, s.Counts.Accounts)
		}
	}
	small := newWorld(t)
	small.worker("worker-a", 0)
	small.nights, small.Accounts = w.nights[len(w.nights)-18:], w.Accounts[len(w.Accounts)-18:]
	golden(t, "fleet.json", document(t, small.read()))
}

// TestSchemaHasTeeth: the check above is able to fail.
func TestSchemaHasTeeth(t *testing.T) {
	whole := document(t, troubled(t).read())
	for _, change := range [][2]string{
		{`"schema": "keyroster/fleet/1"`, `"schema": "keyroster/fleet/2"`},
		{`"outcome": "missed"`, `"outcome": "lost"`},
		{`"state": "ended"`, `"state": "over"`},
		{`"exit_code": 130`, `"exit_code": "130"`},
		{`"run_id": "`, `"run": "`},
		{`"workers": [`, `"worker": [`},
		{`"due": "2026-11-30T01:30:00Z"`, `"due": "tonight"`},
	} {
		broken := strings.Replace(whole, change[0], change[1], 1)
		if broken == whole {
			t.Errorf("the document has no %s", change[0])
		}
		if fits(t, broken) == nil {
			t.Errorf("%s is not noticed", change[1])
		}
	}
}
