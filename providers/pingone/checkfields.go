package pingone

import (
	"fmt"
	"slices"
	"strings"
)

const remedyFields = `write a JSON list such as [{"type":"Directory Attribute","title":"Surname","attribute":"name.family","isVisible":true}]`

// listOfFields judges metadata.fields, and keeps the list if it is one.
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
		c.wrong(col.fields, KindFields, "the list of fields is empty, and a card has at least one", "leave the cell blank to change nothing")
		return
	}
	c.fields = fields
	mode, _ := canonicalMode(c.cells[col.mode].Text())
	ids := map[string]int{}
	for i, f := range fields {
		if message := f.judge(mode == modeAutomated); message != "" {
			c.wrong(col.fields, KindFields, fmt.Sprintf("field %d: %s", i, message), remedyFields)
			continue
		}
		id := f.text("id")
		if id == "" {
			id = f.conventional()
		}
		if other, twice := ids[id]; twice {
			c.wrong(col.fields, KindFields, fmt.Sprintf("fields %d and %d have the same id", other, i), "give each field a title of its own")
		}
		ids[id] = i
	}
}

// members of a field that hold a text, and those that hold a truth value.
var (
	textMembers  = []string{"id", "title", "attribute", "value", "fileSupport", "default"}
	truthMembers = []string{"isVisible", "required"}
)

// judge says what is wrong with a field, if anything. Cards of an AUTOMATED
// type get their texts from the field itself.
func (f field) judge(automated bool) string {
	for _, name := range textMembers {
		if _, ok := f[name].(string); f[name] != nil && !ok {
			return name + " is not a text"
		}
	}
	for _, name := range truthMembers {
		if _, ok := f[name].(bool); f[name] != nil && !ok {
			return name + " is neither true nor false"
		}
	}
	kind := f.text("type")
	switch {
	case !slices.Contains(fieldTypes, kind):
		return "the type is none of " + strings.Join(fieldTypes, ", ")
	case f.text("title") == "":
		return "it has no title"
	case f["attribute"] != nil && (f["value"] != nil || f["values"] != nil):
		return "attribute and value exclude each other"
	case kind == typeDirectory && f.text("attribute") == "":
		return "a Directory Attribute needs an attribute"
	case kind != typeDirectory && f["attribute"] != nil:
		return "only a Directory Attribute has an attribute"
	case kind != typeText && f["value"] != nil:
		return "only Alphanumeric Text has a value"
	case automated && f.lacksValue():
		return "Alphanumeric Text needs a value where cards are issued automatically"
	case kind != typeDirectory && f["fileSupport"] != nil:
		return "only a Directory Attribute has a fileSupport"
	case f["fileSupport"] != nil && !slices.Contains(fileSupports, f.text("fileSupport")):
		return "the fileSupport is none of " + strings.Join(fileSupports, ", ")
	}
	return ""
}

func (f field) lacksValue() bool {
	return f.text("type") == typeText && f.text("value") == "" && f["values"] == nil
}
