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

// field is one entry of metadata.fields, with the members that keyroster does
// not know.
type field map[string]any

func (f field) text(name string) string {
	text, _ := f[name].(string)
	return text
}

// readFields reads a list of fields as it stands.
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

// complete adds what the server fills in by itself, and the id that clients
// build by convention.
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

// conventional is the id that clients give to a field of this type and title.
func (f field) conventional() string { return f.text("type") + " -> " + f.text("title") }

// mergeFields is the list that a row asks for over the one that its record
// holds: the row decides which fields there are, their order and the members
// that it names; members of a field that it does not name stay as they are. A
// member that the row names as null goes.
func mergeFields(want, have []field) []field {
	for _, w := range want {
		h := counterpart(w, have)
		if h != nil && w.text("id") == "" {
			w["id"] = h["id"]
		}
		w.complete()
		named := maps.Clone(w) // what is carried over names nothing
		for name, value := range h {
			if _, has := named[name]; !has && named.carries(name) {
				w[name] = value
			}
		}
		dropNulls(w)
	}
	return want
}

// counterpart is the field of the record that a row's field means: by its id,
// else by the id that convention gives it, else by type and title.
func counterpart(w field, have []field) field {
	tests := []func(h field) bool{func(h field) bool { return h.text("id") == w.text("id") }}
	if w.text("id") == "" {
		tests = []func(h field) bool{
			func(h field) bool { return h.text("id") == w.conventional() },
			func(h field) bool { return h.text("type") == w.text("type") && h.text("title") == w.text("title") },
		}
	}
	for _, test := range tests {
		if i := slices.IndexFunc(have, test); i >= 0 {
			return have[i]
		}
	}
	return nil
}

// carries tells whether a member of the record's field may stand in this one.
func (f field) carries(name string) bool {
	switch name {
	case "attribute", "fileSupport":
		return f.text("type") == typeDirectory
	case "value":
		return f.text("type") == typeText
	case "values": // as an older reference spells value
		_, named := f["value"]
		return f.text("type") == typeText && !named
	}
	return true
}

// fieldIDs are the ids of fields in order.
func fieldIDs(fields []field) []string {
	ids := make([]string, len(fields))
	for i, f := range fields {
		ids[i] = f.text("id")
	}
	return ids
}

// fieldsOf are the fields of a canonical cell.
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
			notes = append(notes, fmt.Sprintf("field %q moves from place %d to %d: ${fields[%d]} and ${fields[%d]} of the template mean others then", id, i, at, i, at))
		case i < len(now) && !slices.Contains(before, now[i]):
			notes = append(notes, fmt.Sprintf("field %q becomes %q: its id changes, and with it the name of the claim in wallets", id, now[i]))
		default:
			notes = append(notes, fmt.Sprintf("field %q is removed: ${fields[n]} of the template mean others from place %d on", id, i))
		}
	}
	return notes
}
