package pingone

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const remedyFields = `write a JSON list such as [{"type":"Directory Attribute","title":"Surname","attribute":"name.family","isVisible":true}]`

// listOfFields checks metadata.fields, and keeps the list if it is one.
func (c *checker) listOfFields() {
	cell := c.cells[col.fields]
	if !cell.Filled() {
		return
	}
	fields, err := readFields(cell.Text())
	if err != nil {
		c.wrong(col.fields, KindJSON, err.Error(), remedyFields)
		return
	}
	if len(fields) == 0 {
		c.wrong(
			col.fields, KindFields, "the list of fields is empty, but a card needs at least one",
			"leave the cell blank to change nothing",
		)
		return
	}
	c.fields = fields
	ids := map[string]int{}
	for i, f := range fields {
		if found := f.checkNamed(); found != "" {
			c.wrong(col.fields, KindFields, fmt.Sprintf("field %d: %s", i, found), remedyFields)
			continue
		}
		id := f.text("id")
		if id == "" {
			id = f.conventional()
		}
		if other, twice := ids[id]; twice {
			c.wrong(
				col.fields, KindFields, fmt.Sprintf("fields %d and %d have the same id", other, i),
				"give each field a title of its own",
			)
		}
		ids[id] = i
	}
}

// The members of a field that hold a text, and those that hold TRUE or FALSE.
var (
	textMembers  = []string{"id", "title", "attribute", "value", "fileSupport", "default"}
	truthMembers = []string{"isVisible", "required"}
)

// checkNamed checks only the members that a field names: the others may be in the record.
func (f field) checkNamed() flaw {
	for _, name := range textMembers {
		if _, ok := f[name].(string); f[name] != nil && !ok {
			return flaw(name + " is not a text")
		}
	}
	for _, name := range truthMembers {
		if _, ok := f[name].(bool); f[name] != nil && !ok {
			return flaw(name + " is neither true nor false")
		}
	}
	switch {
	case f["type"] != nil && !slices.Contains(fieldTypes, f.text("type")):
		return flaw("the type is none of " + strings.Join(fieldTypes, ", "))
	case f["fileSupport"] != nil && !slices.Contains(fileSupports, f.text("fileSupport")):
		return flaw("the fileSupport is none of " + strings.Join(fileSupports, ", "))
	case f.text("id") == "" && f.text("title") == "" && f.text("attribute") == "":
		return "it has no id, title or attribute"
	}
	return ""
}

// check says what is wrong with a whole field; empty for nothing.
func (f field) check() flaw {
	if found := f.checkNamed(); found != "" {
		return found
	}
	kind := f.text("type")
	switch {
	case kind == "":
		return "it has no type"
	case f.text("title") == "":
		return "it has no title"
	case f["attribute"] != nil && (f["value"] != nil || f["values"] != nil):
		return "attribute and value cannot be used together"
	case kind == typeDirectory && f.text("attribute") == "":
		return "a Directory Attribute needs an attribute"
	case kind != typeDirectory && f["attribute"] != nil:
		return "only a Directory Attribute has an attribute"
	case kind != typeText && f["value"] != nil:
		return "only Alphanumeric Text has a value"
	case kind != typeDirectory && f["fileSupport"] != nil:
		return "only a Directory Attribute has a fileSupport"
	}
	return ""
}

// lacksValue reports whether cards with this field would lack a text when they are issued
// automatically.
func (f field) lacksValue() bool {
	return f.text("type") == typeText && f.text("value") == "" && f["values"] == nil
}

// checkFields says what is wrong with a list of fields, have being the record's. The row is
// not blamed for what was wrong before, except for texts that become necessary because
// cards begin to be issued automatically.
func checkFields(want, have []field, mode string, begins bool) string {
	for i, before := range counterparts(fieldsOf(encode(want)), have) {
		f, was := want[i], flaw("")
		if before != nil {
			was = before.check()
		}
		if found := f.check(); found != "" && found != was {
			return fmt.Sprintf("field %q: %s", cmp.Or(f.text("id"), f.text("title")), found)
		}
		if mode != modeManaged && f.lacksValue() && (begins || before == nil || !before.lacksValue()) {
			return fmt.Sprintf(
				"field %q needs a value, because cards of this type are issued automatically",
				f.text("id"),
			)
		}
	}
	return ""
}
