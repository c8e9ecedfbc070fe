package pingone

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"keyroster/reconcile"
)

// shown are the placeholders of a template and the columns that fill them
// (PingOne platform reference, card design templates).
var shown = []struct {
	name   string
	column int
}{
	{"cardTitle", col.title},
	{"cardSubtitle", col.description},
	{"cardColor", col.cardColor},
	{"textColor", col.textColor},
	{"backgroundImage", col.background},
	{"logoImage", col.logo},
	{"bgOpacityPercent", col.opacity},
}

func placeholder(name string) string { return "${" + name + "}" }

var fieldPlaceholder = regexp.MustCompile(`\$\{fields\[([0-9]+)\]`)

// lacking are the columns, as indexes of shown, that the template shows and for
// which has is false. Without a template there are none.
func lacking(template string, has func(column int) bool) []int {
	var out []int
	for i, s := range shown {
		if strings.Contains(template, placeholder(s.name)) && !has(s.column) {
			out = append(out, i)
		}
	}
	return out
}

// beyond is the first field that a template shows and that a list of that
// length does not have, or -1.
func beyond(template string, fields int) int {
	for _, found := range fieldPlaceholder.FindAllStringSubmatch(template, -1) {
		if n, err := strconv.Atoi(found[1]); err != nil || n >= fields {
			return max(n, fields)
		}
	}
	return -1
}

// face holds a row's template against what it shows. A blank cell beside an id
// may be filled in the record, which is for [Client.Resolve] to see.
func (c *checker) face() {
	template := c.cells[col.template]
	if !template.Filled() {
		return
	}
	known := c.cells[col.id].Filled()
	for _, i := range lacking(template.Text(), func(column int) bool {
		cell := c.cells[column]
		return cell.Filled() || known && cell.State() == reconcile.Unset
	}) {
		name := Schema.Columns[shown[i].column].Name
		c.wrong(col.template, KindPlaceholder, fmt.Sprintf("the template shows %s, and the row gives no %s", placeholder(shown[i].name), name),
			"fill "+name+", or take the placeholder out of the template")
	}
	if n := beyond(template.Text(), len(c.fields)); n >= 0 && c.fields != nil {
		c.wrong(col.template, KindPlaceholder, fmt.Sprintf("the template shows ${fields[%d]}, and the list has the places 0 to %d", n, len(c.fields)-1),
			"count the places of metadata.fields from 0")
	}
	c.unshown(template.Text(), known)
}

// unshown finds values that the template does not show. On a new card that is
// a mistake; an existing one may have been made so, and stays as it is.
func (c *checker) unshown(template string, known bool) {
	for _, s := range shown {
		if s.column == col.title || !c.cells[s.column].Filled() || strings.Contains(template, placeholder(s.name)) {
			continue
		}
		f := reconcile.Finding{
			Column: Schema.Columns[s.column].Name, Kind: KindPlaceholder,
			Message: "the template does not show " + placeholder(s.name) + ", so that this has no effect",
			Remedy:  "add the placeholder to the template, or leave the cell blank",
		}
		if known || s.column == col.description {
			f.Severity = reconcile.SeverityWarning
		}
		c.report(f)
	}
}
