package pingone

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// The types of a card's field (PingOne platform reference, metadata).
const (
	typeText      = "Alphanumeric Text"
	typeDirectory = "Directory Attribute"
	typeIssued    = "Issued Timestamp"
)

var (
	fieldTypes   = []string{typeText, typeDirectory, typeIssued}
	fileSupports = []string{"BASE64_STRING", "INCLUDE_FILE", "REFERENCE_FILE"}
)

// field is one entry of metadata.fields, including the members unknown to keyroster.
type field map[string]any

func (f field) text(name string) string {
	text, _ := f[name].(string)
	return text
}

// readFields reads a list of fields unchanged.
func readFields(text string) ([]field, error) {
	value, err := readJSON(text)
	if err != nil {
		return nil, err
	}
	list, ok := value.([]any)
	if !ok {
		return nil, errors.New("this is not a JSON list")
	}
	fields := make([]field, len(list))
	for i, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("field %d is not a JSON object", i)
		}
		fields[i] = object
	}
	return fields, nil
}

// complete fills in the server's defaults, and the id that clients build by convention.
func (f field) complete() {
	for _, name := range []string{"required", "isVisible"} {
		if f[name] == nil {
			f[name] = false
		}
	}
	if f.text("id") == "" && f.text("type") != "" && f.text("title") != "" {
		f["id"] = f.conventional()
	}
}

// conventional returns the id that clients give to a field of this type and title.
func (f field) conventional() string { return f.text("type") + " -> " + f.text("title") }

// mergeFields merges a row's list of fields into its record's: the row decides which fields
// there are, their order and the members that it names; other members of a field stay. A
// member that the row names as null is removed. A new field gets the server's defaults.
func mergeFields(want, have []field) []field {
	for i, h := range counterparts(want, have) {
		want[i].keep(h)
		want[i].complete()
		dropNulls(want[i])
	}
	return want
}

// keep takes over from the record's field what the row does not name. An id that follows
// from type and title is derived from the new ones; any other stays.
func (f field) keep(h field) {
	if h == nil {
		return
	}
	if f["type"] == nil {
		f["type"] = h["type"] // it decides which members are allowed
	}
	if f["title"] == nil {
		f["title"] = h["title"]
	}
	if f.text("id") == "" {
		f["id"] = h["id"]
		if h.text("id") == h.conventional() {
			f["id"] = f.conventional()
		}
	}
	named := maps.Clone(f) // before anything is carried over
	for name, value := range h {
		if own, has := named[name]; has {
			f[name] = overlay(own, value)
		} else if named.allows(name) {
			f[name] = value
		}
	}
}

// overlay merges a row's value into its record's: members of an object that the row does
// not name stay.
func overlay(want, have any) any {
	w, named := want.(map[string]any)
	h, held := have.(map[string]any)
	if !named || !held {
		return want
	}
	for name, value := range h {
		if own, has := w[name]; has {
			w[name] = overlay(own, value)
		} else {
			w[name] = value
		}
	}
	dropNulls(w)
	return w
}

// counterparts returns, for each field of the row, the record's field that it means, nil
// for a new one: first by the same id, then by the conventional id, by type and title, by
// the title alone, and by the attribute. Each is used once, and none by a title or
// attribute that several share.
func counterparts(want, have []field) []field {
	found, taken := make([]field, len(want)), make([]bool, len(have))
	for _, name := range []func(f field, row bool) string{
		func(f field, _ bool) string { return f.text("id") },
		func(f field, row bool) string {
			if row && f.text("id") == "" && f.text("type") != "" && f.text("title") != "" {
				return f.conventional()
			} else if row {
				return ""
			}
			return f.text("id")
		},
		func(f field, _ bool) string { return joined(f.text("type"), f.text("title")) },
		func(f field, _ bool) string { return f.text("title") },
		func(f field, _ bool) string { return f.text("attribute") },
	} {
		pair(want, have, found, taken, name)
	}
	return found
}

// joined joins two texts into one name, empty if one of them is.
func joined(a, b string) string {
	if a == "" || b == "" {
		return ""
	}
	return a + "\x00" + b
}

// pair pairs the fields that are not paired yet by a name that is unique on both sides.
func pair(want, have, found []field, taken []bool, name func(f field, row bool) string) {
	rows, records := map[string]int{}, map[string][]int{}
	for i, w := range want {
		if found[i] == nil {
			rows[name(w, true)]++
		}
	}
	for i, h := range have {
		if !taken[i] {
			records[name(h, false)] = append(records[name(h, false)], i)
		}
	}
	for i, w := range want {
		key := name(w, true)
		if at := records[key]; key != "" && found[i] == nil && rows[key] == 1 && len(at) == 1 {
			found[i], taken[at[0]] = have[at[0]], true
		}
	}
}

// allows reports whether a member of the record's field is allowed in this one.
func (f field) allows(name string) bool {
	switch name {
	case "attribute", "fileSupport":
		return f.text("type") == typeDirectory
	case "value":
		return f.text("type") == typeText
	case "values": // an older reference's name for value
		_, named := f["value"]
		return f.text("type") == typeText && !named
	}
	return true
}

// fieldIDs returns the ids of fields in order.
func fieldIDs(fields []field) []string {
	ids := make([]string, len(fields))
	for i, f := range fields {
		ids[i] = f.text("id")
	}
	return ids
}

// fieldsOf decodes the fields of a canonical cell.
func fieldsOf(text string) []field {
	fields, err := readFields(text)
	if err != nil {
		return nil
	}
	return fields
}

// effects says what a changed list of fields does to cards and template.
func effects(want, have []field) []string {
	var notes []string
	now, before := fieldIDs(want), fieldIDs(have)
	for i, id := range before {
		switch at := slices.Index(now, id); {
		case at == i:
		case at >= 0:
			notes = append(
				notes,
				fmt.Sprintf(
					"field %q moves from place %d to %d: ${fields[%d]} and ${fields[%d]} in the template then show other fields",
					id, i, at, i, at,
				),
			)
		case i < len(now) && !slices.Contains(before, now[i]):
			notes = append(
				notes,
				fmt.Sprintf(
					"field %q becomes %q: its id changes, and with it the name of the claim in wallets",
					id, now[i],
				),
			)
		default:
			notes = append(
				notes,
				fmt.Sprintf("field %q is removed: ${fields[n]} in the template then show other fields from place %d on", id, i),
			)
		}
	}
	return notes
}
