package pingone_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"keyroster/providers/pingone"
)

// drawType draws a credential type with all that the published contract allows, and more.
func drawType(t *rapid.T, n int) map[string]any {
	text := rapid.SampledFrom([]string{"", "x", " y ", "a<b>&\"c\"", "red", "#aBcDeF", "#fff", "http://example.com/a.png", "data:image/png;base64,abc"})
	sometimes := func(into map[string]any, name string, value any) {
		if rapid.Bool().Draw(t, name) {
			into[name] = value
		}
	}
	more := map[string]any{"n": json.Number("12345678901234567890"), "list": []any{json.Number("1.50"), "x"}}
	metadata := map[string]any{}
	for _, name := range []string{"name", "description", "cardColor", "textColor", "backgroundImage", "logoImage"} {
		sometimes(metadata, name, text.Draw(t, "text"))
	}
	sometimes(metadata, "bgOpacityPercent", rapid.IntRange(0, 100).Draw(t, "opacity"))
	sometimes(metadata, "columns", rapid.IntRange(1, 3).Draw(t, "columns"))
	sometimes(metadata, "version", rapid.IntRange(0, 9).Draw(t, "version"))
	sometimes(metadata, "hologram", more)
	var fields []any
	for i := range rapid.IntRange(0, 3).Draw(t, "fields") {
		f := map[string]any{
			"id": fmt.Sprint("f", i), "title": fmt.Sprint("Title ", i%2), "isVisible": rapid.Bool().Draw(t, "visible"),
			"type": rapid.SampledFrom([]string{"Alphanumeric Text", "Directory Attribute", "Issued Timestamp"}).Draw(t, "type"),
		}
		for _, name := range []string{"attribute", "value", "default"} {
			sometimes(f, name, text.Draw(t, "text"))
		}
		sometimes(f, "required", rapid.Bool().Draw(t, "required is"))
		sometimes(f, "fileSupport", "INCLUDE_FILE")
		sometimes(f, "later", more)
		fields = append(fields, f)
	}
	if fields != nil {
		metadata["fields"] = fields
	}
	d := map[string]any{
		"id": fmt.Sprint("t", n), "title": rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "title"), "metadata": metadata,
		"cardDesignTemplate": rapid.SampledFrom([]string{
			"<svg></svg>", "<svg>${cardTitle}${logoImage}${cardSubtitle}${fields[7].value}</svg>\n", "<svg>${unknown}${fields[-1]}</svg>",
		}).Draw(t, "template"),
	}
	for _, name := range []string{"description", "cardType", "issuerName"} {
		sometimes(d, name, text.Draw(t, "text"))
	}
	sometimes(d, "management", map[string]any{"mode": rapid.SampledFrom([]string{"AUTOMATED", "MANAGED"}).Draw(t, "mode")})
	sometimes(d, "multiple", map[string]any{"expression": "user.cards"})
	sometimes(d, "onDelete", map[string]any{"revokeIssuedCredentials": rapid.Bool().Draw(t, "revokes"), "later": more})
	sometimes(d, "expiration", map[string]any{"type": "SOFT", "fieldName": "Title 1", "timestamp": "2027-01-01T00:00:00.632730246Z", "later": more})
	sometimes(d, "openid4VCI", more)
	return d
}

// TestLawExportPlansToNothing: a roster of what an account holds changes nothing, whatever it
// holds.
func TestLawExportPlansToNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var types []any
		for n := range rapid.IntRange(1, 4).Draw(rt, "types") {
			types = append(types, drawType(rt, n))
		}
		state, err := json.Marshal(map[string]any{"credential_types": types})
		if err != nil {
			rt.Fatal(err)
		}
		a := openAccount(t, options{state: string(state)})
		records := a.list().Records
		var rows []map[string]string
		for n := range records.Len() {
			row := map[string]string{}
			for _, c := range pingone.Schema.Columns {
				row[c.Name] = records.Record(n).Text(c.Name)
			}
			rows = append(rows, row)
		}
		plan, _ := a.plan(rows...)
		for _, line := range lines(plan) {
			if line != "none unchanged" {
				rt.Fatalf("%s: %s", state, line)
			}
		}
	})
}
