package reportio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSchemasAreFresh: the schemas are files for others to use, and a change of a type shows here.
func TestSchemasAreFresh(t *testing.T) {
	for _, document := range Documents {
		golden(t, "../schema/"+document+".json", typesSchema(t, document))
		if !bytes.Equal(schemaOf(t, document), typesSchema(t, document)) {
			t.Errorf("the schema of %s that is printed is not that of its types", document)
		}
	}
	if err := WriteSchema(&bytes.Buffer{}, "journal"); err == nil {
		t.Error("a document without a schema has one")
	}
}

func schemaOf(t *testing.T, document string) []byte {
	return render(t, func(b *bytes.Buffer) error { return WriteSchema(b, document) })
}

func TestDocumentsKeepTheirSchemas(t *testing.T) {
	bare := report([]Line{row(0)})
	bare.Inputs, bare.Limits, bare.Overrides, bare.Warnings, bare.Sync = nil, nil, nil, nil, Sync{}
	bare.Listing = Listing{}
	moved := report([]Line{row(0)})
	moved.Migration = &Migration{}
	tests := map[string]struct {
		document string
		write    func(*bytes.Buffer) error
	}{
		"a report":         {"report", func(b *bytes.Buffer) error { return WriteJSON(b, report(everyOutcome())) }},
		"a flawed report":  {"report", func(b *bytes.Buffer) error { return WriteJSON(b, flawed()) }},
		"a bare report":    {"report", func(b *bytes.Buffer) error { return WriteJSON(b, bare) }},
		"a bare migration": {"report", func(b *bytes.Buffer) error { return WriteJSON(b, moved) }},
		"an empty report":  {"report", func(b *bytes.Buffer) error { return WriteJSON(b, report(nil)) }},
		"a plan":           {"plan", func(b *bytes.Buffer) error { return WritePlan(b, planFile(t)) }},
		"an empty plan": {"plan", func(b *bytes.Buffer) error {
			return WritePlan(b, &PlanFile{Lines: func(func(*PlanLine, error) bool) {}})
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			data := render(t, tt.write)
			for _, fault := range faults(t, tt.document, data) {
				t.Error(fault)
			}
		})
	}
}

// TestSchemasHaveTeeth: the check above must be able to fail.
func TestSchemasHaveTeeth(t *testing.T) {
	whole := string(render(t, func(b *bytes.Buffer) error { return WriteJSON(b, flawed()) }))
	for name, change := range map[string][2]string{
		"another schema":      {`"schema": "keyroster/report/1"`, `"schema": "keyroster/report/2"`},
		"a number for a text": {`"account": "hq"`, `"account": 4`},
		"a member left out":   {`"exit_code": 3,`, ``},
		"an unknown outcome":  {`"outcome":"applied"`, `"outcome":"done"`},
		"a wrong limit":       {`"update": "20%"`, `"update": "many"`},
		"null for a list":     {`"fields":[]`, `"fields":null`},
		"an unknown severity": {`"severity":"warning"`, `"severity":"notice"`},
		"problems left out":   {`"problems": [`, `"problem": [`},
		"a time that is none": {`"started_at": "2026-01-31T02:00:01Z"`, `"started_at": "yesterday"`},
	} {
		broken := strings.Replace(whole, change[0], change[1], 1)
		if broken == whole {
			t.Fatalf("%s: the report has no %s", name, change[0])
		}
		if len(faults(t, "report", []byte(broken))) == 0 {
			t.Errorf("%s: not noticed", name)
		}
	}
}

// faults validates a document against its schema, as far as our schemas go.
func faults(t *testing.T, document string, data []byte) []string {
	t.Helper()
	var schema, value any
	if err := json.Unmarshal(schemaOf(t, document), &schema); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return validate("", schema.(map[string]any), value)
}

func validate(at string, schema map[string]any, value any) []string {
	wrong := func(what any) []string { return []string{fmt.Sprintf("%s: %v does not fit %v", at, value, what)} }
	if want, ok := schema["const"]; ok && value != want {
		return wrong(want)
	}
	if list, ok := schema["enum"]; ok && !slices.Contains(list.([]any), value) {
		return wrong(list)
	}
	if either, ok := schema["anyOf"]; ok {
		for _, s := range either.([]any) {
			if len(validate(at, s.(map[string]any), value)) == 0 {
				return nil
			}
		}
		return wrong(either)
	}
	ok := true
	switch v := value.(type) {
	case nil:
		ok = schema["type"] == "null"
	case string:
		ok = schema["type"] == "string" || schema["type"] == nil
		if pattern, has := schema["pattern"]; has {
			ok = ok && regexp.MustCompile(pattern.(string)).MatchString(v)
		}
		if schema["format"] == "date-time" {
			_, err := time.Parse(time.RFC3339, v)
			ok = ok && err == nil
		}
	case bool:
		ok = schema["type"] == "boolean"
	case float64:
		ok = schema["type"] == "number" || schema["type"] == "integer" && v == float64(int(v))
	case []any:
		var all []string
		if ok = schema["type"] == "array"; ok {
			for i, item := range v {
				all = append(all, validate(fmt.Sprintf("%s[%d]", at, i), schema["items"].(map[string]any), item)...)
			}
			return all
		}
	case map[string]any:
		if ok = schema["type"] == "object"; ok {
			return validateMembers(at, schema, v)
		}
	}
	if !ok {
		return wrong(schema)
	}
	return nil
}

func validateMembers(at string, schema, object map[string]any) []string {
	var all []string
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, has := object[name.(string)]; !has {
			all = append(all, fmt.Sprintf("%s: no member %v", at, name))
		}
	}
	members, _ := schema["properties"].(map[string]any)
	for name, value := range object {
		member, known := members[name].(map[string]any)
		if !known {
			if member, known = schema["additionalProperties"].(map[string]any); !known {
				all = append(all, fmt.Sprintf("%s: the schema does not know %s", at, name))
				continue
			}
		}
		all = append(all, validate(at+"."+name, member, value)...)
	}
	return all
}

func TestNDJSON(t *testing.T) {
	data := render(t, func(b *bytes.Buffer) error { return WriteNDJSON(b, flawed()) })
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	if len(lines) != 1+len(everyOutcome()) {
		t.Fatalf("%d lines", len(lines))
	}
	// Head and lines are those of report.json.
	whole := render(t, func(b *bytes.Buffer) error { return WriteJSON(b, flawed()) })
	joined := strings.TrimSuffix(lines[0], "}") + `,"lines":[` + strings.Join(lines[1:], ",") + "]}"
	var want, got bytes.Buffer
	if err := json.Compact(&want, whole); err != nil {
		t.Fatal(err)
	}
	if err := json.Compact(&got, []byte(joined)); err != nil {
		t.Fatal(err)
	}
	if want.String() != got.String() {
		t.Error("the lines are not those of report.json")
	}
	for _, secret := range planted {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("the file holds %s", secret)
		}
	}
}
