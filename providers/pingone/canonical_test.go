package pingone

import (
	"maps"
	"testing"

	"pgregory.net/rapid"

	_ "keyroster/reconcile/fixedseed"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		column     int
		text, want string
		good       bool
	}{
		{col.opacity, "20", "20", true},
		{col.opacity, "20.0", "20", true},
		{col.opacity, "020", "20", true},
		{col.opacity, "20.5", "20.5", false},
		{col.opacity, "1e2", "1e2", false},
		{col.opacity, "+5", "+5", false},
		{col.mode, "Managed", "MANAGED", true},
		{col.mode, "AUTOMATIC", "AUTOMATIC", false},
		{col.revoke, "YES", "true", true},
		{col.revoke, "1", "1", false},
		{col.cardColor, "#aAbBcC", "#AABBCC", true},
		{col.template, "<svg> </svg> \r\n", "<svg> </svg>", true},
		{col.logo, "https://example.com/a.png\n", "https://example.com/a.png", true},
		{col.title, " Staff ", " Staff ", true},
		{col.expiration, `{"type":"HARD","timestamp":"2026-01-01T01:00:00.000+01:00","expression":null}`, `{"timestamp":"2026-01-01T00:00:00Z","type":"HARD"}`, true},
		{col.expiration, `{"after":{"timeUnit":"DAYS","duration":3.0}}`, `{"after":{"duration":3,"timeUnit":"DAYS"}}`, true},
		{col.expiration, `[]`, `[]`, false},
		{col.fields, `[{"b":1.0,"a":"\u003cb>","n":null}]`, `[{"a":"<b>","b":1.0,"isVisible":false,"required":false}]`, true},
		{col.fields, `[7]`, `[7]`, false},
		{col.fields, `[{"value":"A","value":"B"}]`, `[{"value":"A","value":"B"}]`, false},
		{col.expiration, `{"after":{"duration":1,"duration":2}}`, `{"after":{"duration":1,"duration":2}}`, false},
		{
			col.fields, `[{"a":"x"},{"a":["a","a",{"a":1}]}]`,
			`[{"a":"x","isVisible":false,"required":false},{"a":["a","a",{"a":1}],"isVisible":false,"required":false}]`, true,
		},
	} {
		got, err := canonical(c.column, c.text)
		if got != c.want || (err == nil) != c.good {
			t.Errorf("%s %q: %q, %v", Schema.Columns[c.column].Name, c.text, got, err)
		}
	}
}

// TestLawCanonicalTwice: the canonical form of a canonical form is itself, so that rows and records
// meet in it.
func TestLawCanonicalTwice(t *testing.T) {
	value := rapid.SampledFrom([]any{nil, true, "x", "", "a<b", []any{}, map[string]any{"k": "v"}})
	rapid.Check(t, func(t *rapid.T) {
		object := rapid.MapOf(rapid.SampledFrom([]string{"id", "type", "title", "required", "isVisible", "after", "timestamp", "more"}), value).Draw(t, "object")
		texts := map[int]string{
			col.fields: encode([]any{object}), col.expiration: encode(object),
			col.opacity:  rapid.StringMatching(`-?[0-9]{1,4}(\.[0-9]{0,3})?`).Draw(t, "number"),
			col.template: rapid.StringMatching(`<svg>[ \n]{0,3}</svg>[ \n]{0,3}`).Draw(t, "template"),
		}
		for column, text := range texts {
			once, _ := canonical(column, text)
			if twice, _ := canonical(column, once); twice != once {
				t.Fatalf("%s: %q, then %q", Schema.Columns[column].Name, once, twice)
			}
		}
	})
}

// drawFields draws the fields of a card, with members that keyroster does not know.
func drawFields(t *rapid.T) []field {
	truth := rapid.SampledFrom([]any{true, false})
	var out []field
	for i := range rapid.IntRange(1, 5).Draw(t, "fields") {
		f := field{
			"type": rapid.SampledFrom(fieldTypes).Draw(t, "type"), "title": string(rune('A' + i)), "isVisible": truth.Draw(t, "visible"),
			"later": map[string]any{"n": rapid.Int8().Draw(t, "n"), "m": "-"},
		}
		switch {
		case f["type"] == typeDirectory:
			f["attribute"] = rapid.SampledFrom([]string{"name.family", "name.given", "email"}).Draw(t, "attribute")
		case f["type"] == typeText:
			f["value"] = rapid.SampledFrom([]string{"x", "y"}).Draw(t, "value")
		}
		if rapid.Bool().Draw(t, "required") {
			f["required"] = truth.Draw(t, "required is")
		}
		if rapid.Bool().Draw(t, "default") {
			f["default"] = "-"
		}
		if rapid.Bool().Draw(t, "own id") {
			f["id"] = string(rune('a' + i))
		}
		f.complete()
		out = append(out, f)
	}
	return out
}

// TestLawFieldsKeepWhatIsNotNamed: members that a row does not name in a field stay, whatever it
// names and in whatever order; fields that it leaves out go, and no others.
func TestLawFieldsKeepWhatIsNotNamed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		have := drawFields(t)
		order := rapid.Permutation(have).Draw(t, "order")
		order = order[:rapid.IntRange(1, len(order)).Draw(t, "kept")]
		var want, expected []field
		for _, h := range order {
			w, e := field{}, maps.Clone(h)
			switch rapid.IntRange(0, 2).Draw(t, "by") {
			case 0:
				w["id"] = h["id"]
			case 1:
				w["type"], w["title"] = h["type"], h["title"]
			default:
				w["title"] = h["title"]
			}
			for _, name := range []string{"isVisible", "required"} {
				if rapid.Bool().Draw(t, "names") {
					w[name] = rapid.Bool().Draw(t, name)
					e[name] = w[name]
				}
			}
			if rapid.Bool().Draw(t, "names the unknown") {
				w["later"] = map[string]any{"n": "new"}
				e["later"] = map[string]any{"n": "new", "m": "-"}
			}
			if rapid.Bool().Draw(t, "takes the default away") {
				w["default"] = nil
				delete(e, "default")
			}
			want, expected = append(want, w), append(expected, e)
		}
		read := func(list []field) []field { return fieldsOf(encode(list)) }
		if got := encode(mergeFields(read(want), read(have))); got != encode(expected) {
			t.Fatalf("%s over %s became\n%s, want\n%s", encode(want), encode(have), got, encode(expected))
		}
	})
}

func TestMergeFields(t *testing.T) {
	have := `[{"id":"own","type":"Alphanumeric Text","title":"Site","value":"Main","values":["x"],"default":"-","later":{"n":1.0},"isVisible":true,"required":true},` +
		`{"id":"Directory Attribute -> Name","type":"Directory Attribute","title":"Name","attribute":"name","fileSupport":"INCLUDE_FILE"}]`
	for want, merged := range map[string]string{
		// It is found by type and title, since the id is not the conventional one.
		`[{"type":"Alphanumeric Text","title":"Site","value":"Annex"}]`: `[{"default":"-","id":"own","isVisible":true,"later":{"n":1.0},"required":true,"title":"Site","type":"Alphanumeric Text","value":"Annex"}]`,
		// A value that the row does not name stays.
		`[{"id":"own","type":"Alphanumeric Text","title":"Place","isVisible":true,"default":null}]`: `[{"id":"own","isVisible":true,"later":{"n":1.0},"required":true,"title":"Place","type":"Alphanumeric Text","value":"Main","values":["x"]}]`,
		// Another type has other members.
		`[{"id":"own","type":"Issued Timestamp","title":"Site"}]`:                `[{"default":"-","id":"own","isVisible":true,"later":{"n":1.0},"required":true,"title":"Site","type":"Issued Timestamp"}]`,
		`[{"type":"Directory Attribute","title":"Name","attribute":"nickname"}]`: `[{"attribute":"nickname","fileSupport":"INCLUDE_FILE","id":"Directory Attribute -> Name","isVisible":false,"required":false,"title":"Name","type":"Directory Attribute"}]`,
		// Members identify the field that is meant: the title, the attribute.
		`[{"title":"Site","later":{"m":2}}]`:             `[{"default":"-","id":"own","isVisible":true,"later":{"m":2,"n":1.0},"required":true,"title":"Site","type":"Alphanumeric Text","value":"Main","values":["x"]}]`,
		`[{"attribute":"name","title":"Family name"}]`:   `[{"attribute":"name","fileSupport":"INCLUDE_FILE","id":"Directory Attribute -> Family name","isVisible":false,"required":false,"title":"Family name","type":"Directory Attribute"}]`,
		`[{"id":"new","title":"Site","isVisible":null}]`: `[{"default":"-","id":"new","isVisible":false,"later":{"n":1.0},"required":true,"title":"Site","type":"Alphanumeric Text","value":"Main","values":["x"]}]`,
		`[{"type":"Issued Timestamp","title":"Since"}]`:  `[{"id":"Issued Timestamp -> Since","isVisible":false,"required":false,"title":"Since","type":"Issued Timestamp"}]`,
	} {
		if got := encode(mergeFields(fieldsOf(want), fieldsOf(have))); got != merged {
			t.Errorf("%s became\n%s, want\n%s", want, got, merged)
		}
	}
}
