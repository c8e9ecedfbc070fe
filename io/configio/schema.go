package configio

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"

	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

// schema is a JSON Schema or a part of one.
type schema = map[string]any

// The kinds of values. Text may also be written as a number, and keeps its zeros.
var (
	textSchema  = schema{"type": []string{"string", "number", "boolean"}, "minLength": 1}
	flagSchema  = schema{"type": "boolean"}
	floatSchema = schema{"type": []string{"number", "string"}, "minimum": 0, "pattern": `^\+?[0-9.eE+-]+$`}
	// A length of time may be the number 0, too, which needs no unit.
	durationSchema = schema{"anyOf": []schema{
		matching(durationPattern, "write a duration with a unit, such as 250ms, 15m or 90d", "string"),
		{"const": 0},
	}}
	rateSchema      = matching(`^(none|0*[1-9][0-9]*/[sm])$`, "write N/s, N/m or none, such as 5/s", "string")
	referenceSchema = matching(referencePattern, "refer to the value: "+referenceHelp, "string")
	addressSchema   = matching(referencePattern+`|`+urlPattern, "write "+urlHelp+", or "+referenceHelp, "string")
	urlSchema       = matching(urlPattern, "write "+urlHelp, "string")
	baseURLSchema   = matching(`^sandbox$|`+urlPattern, "write "+urlHelp+", or sandbox", "string")
	nameSchema      = matching(accountName.String(), "a tag "+nameRule, "string", "number", "boolean")
	stopSchema      = atLeast(1, `^[0-9]+( errors)?$|`+sharePattern, "write 20 errors, or 10%")
	lengthSchema    = atLeast(1, `^[1-9][0-9]*(-[1-9][0-9]*)?$`, "write 4-7, or 5 for exactly five")
	countSchema     = atLeast(0, `^\+?[0-9]+$`, "write a count")
	limitSchema     = atLeast(0, `^\+?[0-9]+$|`+sharePattern, "write a count, or a share such as 20%")

	respellingSchema = withRequired(members(schema{"from": textSchema, "to": textSchema}), "from", "to")
)

const (
	durationPattern  = `^(0|[0-9]+d|\+?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$`
	referencePattern = `^(env:[A-Za-z_][A-Za-z0-9_]*|(file|exec):.+)$`
	urlPattern       = `^[hH][tT][tT][pP]([sS]://[^@/?#]+|://(localhost|127\.[0-9.]+|\[::1\])(:[0-9]*)?)(/[^?#]*)?$`
	sharePattern     = `^\+?0*(100(\.0*)?|[0-9]{1,2}(\.[0-9]*)?|\.[0-9]+)%$`
)

const (
	urlHelp       = "an https URL (plain http is for this machine alone)"
	referenceHelp = "env:NAME, file:PATH or exec:COMMAND"
)

// matching is a value of these types that matches the pattern if it is a string. help
// is what some editors show for one that does not.
func matching(pattern, help string, types ...string) schema {
	return schema{"type": types, "pattern": pattern, "patternErrorMessage": help}
}

// atLeast is a number from least on, or a string that matches the pattern.
func atLeast(least int, pattern, help string) schema {
	s := matching(pattern, help, "string", "integer")
	s["minimum"] = least
	return s
}

func oneOf(known ...string) schema { return schema{"enum": known} }

func numberSchema(least, most int64) schema {
	return schema{"type": "integer", "minimum": least, "maximum": most}
}

func listOf(item schema) schema { return schema{"type": "array", "items": item} }

func oneOrMoreOf(item schema) schema { return schema{"anyOf": []schema{item, listOf(item)}} }

func mapOf(value schema) schema { return schema{"type": "object", "additionalProperties": value} }

// keyedBy is a map with these keys alone; with none given, it may have any.
func keyedBy(value schema, known []string) schema {
	s := mapOf(value)
	if len(known) > 0 {
		s["propertyNames"] = oneOf(known...)
	}
	return s
}

// members is an object with only these members.
func members(properties schema) schema {
	return schema{"type": "object", "additionalProperties": false, "properties": properties}
}

func withRequired(s schema, names ...string) schema {
	s["required"] = names
	return s
}

func described(s schema, help string) schema {
	s = maps.Clone(s)
	s["description"] = help
	return s
}

// object is a section with keys.
func object[T any](keys []key[T], p *Provider) schema { return members(properties(keys, p)) }

func properties[T any](keys []key[T], p *Provider) schema {
	out := schema{}
	for _, k := range keys {
		out[k.name] = described(k.kind.schema(p), k.help)
	}
	return out
}

// Schema is a JSON Schema of configurations and of the files that they include, for
// editors: draft-07, which is the latest that most of them read. It is made from
// the table that [Load] uses. What depends on more than one place of one file is
// left to [Load]: a missing auth section, say, which the defaults may provide.
func Schema(known []Provider) []byte {
	definitions := schema{}
	var names []string
	var byProvider []schema
	for i := range known {
		p := &known[i]
		names = append(names, p.Name)
		section := properties(accountKeys, p)
		if p.Settings != nil {
			maps.Copy(section, settingProperties(reflect.TypeOf(p.Settings())))
		}
		definitions[p.Name] = members(section)
		byProvider = append(byProvider, schema{
			"if":   schema{"properties": schema{"provider": schema{"const": p.Name}}, "required": []string{"provider"}},
			"then": refTo(p.Name),
		})
	}
	definitions[accountDefinition] = schema{
		"type":       "object",
		"properties": schema{"provider": described(oneOf(names...), accountKeys[0].help)},
		"required":   []string{"provider"},
		"allOf":      byProvider,
	}
	root := object(configKeys(known), nil)
	maps.Copy(root, schema{
		"$schema":     "http://json-schema.org/draft-07/schema#",
		"title":       "keyroster configuration",
		"anyOf":       []schema{{"required": []string{"accounts"}}, {"required": []string{"include"}}},
		"definitions": definitions,
	})
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(root); err != nil {
		panic("encode the schema: " + err.Error()) // it is plain data
	}
	return b.Bytes()
}

// accountDefinition is an account of any provider.
const accountDefinition = "account"

func refTo(definition string) schema { return schema{"$ref": "#/definitions/" + definition} }

func accountsSchema() schema {
	s := mapOf(refTo(accountDefinition))
	s["propertyNames"], s["minProperties"] = schema{"pattern": accountName.String()}, 1
	return s
}

func defaultsSchema(known []Provider) schema {
	sections := schema{}
	for i := range known {
		sections[known[i].Name] = schema{"allOf": []schema{
			refTo(known[i].Name), {"not": schema{"required": []string{"provider"}}},
		}}
	}
	return members(sections)
}

func providerSchema(p *Provider) schema { return schema{"const": p.Name} }

// authSchema accepts members of one form. They need not be complete: the others may
// be in the defaults.
func authSchema(p *Provider) schema {
	properties := schema{}
	for _, name := range memberNames(p.Auth) {
		m := findMember(p.Auth, name)
		s := textSchema
		switch {
		case m.Secret:
			s = referenceSchema
		case m.Path:
			s = schema{"type": "string", "minLength": 1, "not": schema{"pattern": "^(file|exec):"}}
		}
		properties[name] = described(s, m.Help)
	}
	var forms []schema
	for _, form := range p.Auth {
		forms = append(forms, schema{"propertyNames": oneOf(memberNames([][]Member{form})...)})
	}
	s := members(properties)
	if len(forms) > 0 {
		s["minProperties"], s["anyOf"] = 1, forms
	}
	return s
}

func expectSchema(p *Provider) schema {
	return withRequired(members(schema{p.TenantKey: textSchema}), p.TenantKey)
}

func limitsSchema(*Provider) schema {
	all := func(names []string) schema {
		out := schema{}
		for _, name := range names {
			out[name] = limitSchema
			if _, err := reconcile.ParseLimit(name, "1%"); err != nil {
				out[name] = countSchema
			}
		}
		return out
	}
	properties := all(reconcile.LimitNames)
	properties["types"] = mapOf(members(all(reconcile.TypeLimitNames)))
	return members(properties)
}

func protectSchema(p *Provider) schema {
	text := maps.Clone(textSchema)
	text["pattern"] = `^[^*]*\*?$`
	entry := keyedBy(text, p.columnNames(openColumn))
	entry["minProperties"] = 1
	return listOf(entry)
}

func columnsSchema(p *Provider) schema {
	if len(p.Columns) == 0 {
		return mapOf(schema{"anyOf": []schema{textSchema, wideSchema(textSchema)}})
	}
	named := oneOf(append(p.columnNames(anyColumn), rosterio.IgnoreColumn)...)
	value := valueColumn(p)
	if value == "" {
		return mapOf(named)
	}
	typed := maps.Clone(textSchema)
	typed["pattern"] = "^" + value + rosterio.TypeMark + `\s*\S`
	return mapOf(schema{"anyOf": []schema{named, typed, wideSchema(oneOf(value))}})
}

// wideSchema is that of {column: value, type: pin}.
func wideSchema(column schema) schema {
	return withRequired(members(schema{"column": column, "type": textSchema}), "column", "type")
}

func repairSchema(p *Provider) schema {
	return listOf(schema{"anyOf": []schema{
		oneOf(rosterio.RepairStripSpaces),
		members(schema{rosterio.RepairPad: keyedBy(schema{"anyOf": []schema{
			numberSchema(1, maxPad), mapOf(numberSchema(1, maxPad)),
		}}, p.columnNames(anyColumn))}),
	}})
}

func migrateSetSchema(p *Provider) schema {
	if len(p.Columns) == 0 {
		return mapOf(textSchema)
	}
	properties := schema{}
	for _, name := range p.columnNames(func(c Column) bool { return c.Set }) {
		properties[name] = textSchema
	}
	return members(properties)
}
