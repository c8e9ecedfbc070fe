package reportio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"keyroster/reconcile"
)

// typesSchema returns the schema of a document, made from the types that write it.
func typesSchema(t *testing.T, document string) []byte {
	t.Helper()
	var root map[string]any
	switch document {
	case "report":
		root = documentSchema(Schema, "One run of keyroster, or one plan", Report{}, Line{})
		root["required"] = append(root["required"].([]string), "problems") // written separately, so present even when empty
	case "plan":
		root = documentSchema(PlanSchema, "A saved plan of keyroster, without any value", PlanFile{}, PlanLine{})
	case "error":
		root = objectSchema(reflect.TypeFor[ErrorDocument]())
		root["$schema"], root["title"] = "https://json-schema.org/draft/2020-12/schema", "Why a command of keyroster failed, and what to do"
		root["properties"].(map[string]any)["schema"] = map[string]any{"const": ErrorSchema}
	}
	return render(t, func(b *bytes.Buffer) error {
		enc := json.NewEncoder(b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(root)
	})
}

// documentSchema returns the schema of a document whose last member is its lines, which are
// streamed and therefore not a member of the type.
func documentSchema(name, title string, head, line any) map[string]any {
	root := objectSchema(reflect.TypeOf(head))
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = title
	members := root["properties"].(map[string]any)
	members["schema"] = map[string]any{"const": name}
	members["lines"] = map[string]any{"type": "array", "items": objectSchema(reflect.TypeOf(line))}
	root["required"] = append(root["required"].([]string), "lines")
	return root
}

// objectSchema returns the schema of a struct, based on its json tags. Members are required unless
// they are omitted when empty.
func objectSchema(t reflect.Type) map[string]any {
	members, required := map[string]any{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || name == "-":
			continue
		case f.Anonymous && name == "":
			part := objectSchema(f.Type)
			maps.Copy(members, part["properties"].(map[string]any))
			required = append(required, part["required"].([]string)...)
			continue
		case name == "":
			panic(fmt.Sprintf("member %s of %s has no json tag", f.Name, t))
		}
		members[name] = typeSchema(f.Type)
		if !strings.Contains(options, "omitempty") {
			required = append(required, name)
		}
	}
	return map[string]any{"type": "object", "properties": members, "required": required}
}

// words has the types that are written as one of a few words.
var words = map[reflect.Type][]string{
	reflect.TypeFor[reconcile.Situation](): wordsOf(reconcile.InSync, reconcile.Implausible),
	reflect.TypeFor[reconcile.Action]():    wordsOf(reconcile.None, reconcile.Replace),
	reflect.TypeFor[reconcile.Outcome]():   wordsOf(reconcile.Unchanged, reconcile.Planned),
	reflect.TypeFor[reconcile.Severity]():  wordsOf(reconcile.SeverityError, reconcile.SeverityWarning),
	reflect.TypeFor[reconcile.Evidence](): {
		string(reconcile.EvidenceNone), string(reconcile.EvidenceDeclared), string(reconcile.EvidenceTerminated), string(reconcile.EvidenceTwice),
	},
}

func wordsOf[T interface {
	~uint8
	fmt.Stringer
}](first, last T) []string {
	var all []string
	for w := first; w <= last; w++ {
		all = append(all, w.String())
	}
	return all
}

// typeSchema returns the schema of a value. It panics on a type that no document has yet, so that
// someone thinks about a new one.
func typeSchema(t reflect.Type) map[string]any {
	if list, ok := words[t]; ok {
		return map[string]any{"enum": list}
	}
	switch t {
	case reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case reflect.TypeFor[reconcile.Limit]():
		return map[string]any{"type": "string", "pattern": `^[0-9]+(\.[0-9]+)?%?$`}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return map[string]any{"anyOf": []any{typeSchema(t.Elem()), map[string]any{"type": "null"}}}
	case reflect.Struct:
		return objectSchema(t)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": typeSchema(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": typeSchema(t.Elem())}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int32, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	}
	panic("no schema for a member of type " + t.String())
}
