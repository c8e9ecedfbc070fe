package pingone

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"keyroster/reconcile"
)

// shownColumn is a placeholder and the column that fills it.
type shownColumn struct {
	name   string
	column int
}

// shown are the placeholders of a template and the columns that fill them
// (PingOne platform reference, card design templates).
var shown = []shownColumn{
	{"cardTitle", col.title},
	{"cardSubtitle", col.description},
	{"cardColor", col.cardColor},
	{"textColor", col.textColor},
	{"backgroundImage", col.background},
	{"logoImage", col.logo},
	{"bgOpacityPercent", col.opacity},
}

func placeholder(name string) string { return "${" + name + "}" }

// anyPlaceholder matches placeholders, complete or not; fieldPlaceholder matches the names
// of those that show a field, and captures its position.
var (
	anyPlaceholder   = regexp.MustCompile(`\$\{([^{}<>]*)\}?`)
	fieldPlaceholder = regexp.MustCompile(`^fields\[([0-9]+)\]\.(?:title|value)$`)
)

// fieldPlaces returns the positions of the fields that a template shows, in its order.
func fieldPlaces(template string) []int {
	var out []int
	for _, found := range anyPlaceholder.FindAllStringSubmatch(template, -1) {
		if of := fieldPlaceholder.FindStringSubmatch(found[1]); of != nil {
			n, err := strconv.Atoi(of[1])
			if err != nil {
				n = math.MaxInt
			}
			out = append(out, n)
		}
	}
	return out
}

// placeholders warns of those that nothing fills.
func (c *checker) placeholders(template string) {
	seen := map[string]bool{}
	for _, found := range anyPlaceholder.FindAllStringSubmatch(template, -1) {
		whole, name := found[0], found[1]
		known := slices.ContainsFunc(shown, func(s shownColumn) bool { return s.name == name }) ||
			fieldPlaceholder.MatchString(name)
		if seen[whole] || known && strings.HasSuffix(whole, "}") {
			continue
		}
		seen[whole] = true
		message := "nothing fills " + whole + " in"
		switch {
		case known:
			message = "the placeholder " + whole + " is not closed"
		case strings.HasPrefix(name, "fields"):
			message += ": a field is shown as ${fields[0].title} or ${fields[0].value}, counted from 0"
		}
		c.warn(
			col.template, KindPlaceholder, message,
			"the placeholders are "+shownNames()+", ${fields[n].title} and ${fields[n].value}",
		)
	}
}

func shownNames() string {
	names := make([]string, len(shown))
	for i, s := range shown {
		names[i] = placeholder(s.name)
	}
	return strings.Join(names, ", ")
}

// unfilledColumns returns the columns, as indexes of shown, that the template shows and for which
// has is false.
func unfilledColumns(template string, has func(column int) bool) []int {
	var out []int
	for i, s := range shown {
		if strings.Contains(template, placeholder(s.name)) && !has(s.column) {
			out = append(out, i)
		}
	}
	return out
}

// missingField returns the first field that a template shows beyond a list of that length,
// or -1.
func missingField(template string, fields int) int {
	for _, n := range fieldPlaces(template) {
		if n >= fields {
			return n
		}
	}
	return -1
}

// checkTemplate compares a row's template with the row's other cells. A blank cell may be
// filled in the record, which [Client.Resolve] checks. PingOne accepts all of it, but may
// refuse to issue cards.
func (c *checker) checkTemplate() {
	template := c.cells[col.template]
	if !template.Filled() {
		return
	}
	filled := func(column int) bool { return c.cells[column].State() != reconcile.Empty }
	for _, i := range unfilledColumns(template.Text(), filled) {
		name := Schema.Columns[shown[i].column].Name
		c.warn(
			col.template, KindPlaceholder,
			fmt.Sprintf("the template shows %s, but the row clears %s", placeholder(shown[i].name), name),
			"fill "+name+", or remove the placeholder from the template",
		)
	}
	if n := missingField(template.Text(), len(c.fields)); n >= 0 && c.fields != nil {
		c.warn(
			col.template, KindPlaceholder,
			fmt.Sprintf("the template shows ${fields[%d]}, but the list has the places 0 to %d", n, len(c.fields)-1),
			"count the places of metadata.fields from 0",
		)
	}
	for _, s := range shown {
		if s.column == col.title || !c.cells[s.column].Filled() ||
			strings.Contains(template.Text(), placeholder(s.name)) {
			continue
		}
		c.warn(
			s.column, KindPlaceholder,
			"the template does not show "+placeholder(s.name)+", so this has no effect",
			"add the placeholder to the template, or leave the cell blank",
		)
	}
}

// unfilled warns of what a card would show without a value and did not show before: PingOne
// accepts such a type.
func (u *revision) unfilled() []string {
	before, after := u.before(col.template).Text(), u.after(col.template).Text()
	old := unfilledColumns(before, func(column int) bool { return u.before(column).Filled() })
	var out []string
	for _, i := range unfilledColumns(after, func(column int) bool { return u.after(column).Filled() }) {
		if !slices.Contains(old, i) {
			out = append(
				out,
				fmt.Sprintf(
					"the template shows %s, but the credential type would have no %s",
					placeholder(shown[i].name), Schema.Columns[shown[i].column].Name,
				),
			)
		}
	}
	fields := len(fieldsOf(u.after(col.fields).Text()))
	if n := missingField(after, fields); n >= 0 && missingField(before, len(fieldsOf(u.before(col.fields).Text()))) < 0 {
		out = append(
			out,
			fmt.Sprintf("the template shows ${fields[%d]}, but the card would have %s", n, plural(fields, "field")),
		)
	}
	return out
}
