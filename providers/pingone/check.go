package pingone

import (
	"fmt"
	"math/big"
	"reflect"
	"regexp"
	"strings"

	"keyroster/reconcile"
)

// Kinds of the findings of a row.
const (
	// KindNoType: the row names neither a credential type nor a title.
	KindNoType = "no_credential_type"
	// KindTitle: a title has spaces around it or an invisible character; a warning.
	KindTitle = "title"
	// KindUnseen: a text that cards show has an invisible character; a warning.
	KindUnseen = "invisible_character"
	// KindID: credential_type_id does not have the form of PingOne's ids.
	KindID = "credential_type_id"
	// KindTemplate: the template is not an SVG document.
	KindTemplate = "template"
	// KindPlaceholder: the template does not fit the columns and fields that it shows.
	KindPlaceholder = "placeholder"
	// KindColor: a colour is not written as #RRGGBB.
	KindColor = "color"
	// KindImage: an image is not an https or data URL.
	KindImage = "image"
	// KindImageSize: an image is larger than PingOne supports.
	KindImageSize = "image_size"
	// KindInteger: not a whole number, or out of range.
	KindInteger = "integer"
	// KindTruth: neither true nor false.
	KindTruth = "truth_value"
	// KindMode: neither AUTOMATED nor MANAGED.
	KindMode = "mode"
	// KindJSON: a JSON cell does not hold JSON.
	KindJSON = "json"
	// KindExpiration: the expiration is not of a form that PingOne accepts.
	KindExpiration = "expiration"
	// KindFields: the list of fields is not of a form that PingOne accepts.
	KindFields = "fields"
)

// checker checks the cells of one row as far as that needs no account.
type checker struct {
	cells  []reconcile.Cell
	report func(reconcile.Finding)
	fields []field
}

func check(row *Row, report func(reconcile.Finding)) {
	c := &checker{cells: make([]reconcile.Cell, len(Schema.Columns)), report: report}
	value := reflect.ValueOf(row).Elem()
	for n := range Schema.Columns {
		c.cells[n] = reconcile.RosterCell(value.Field(Schema.Columns[n].Field).String(), false)
	}
	c.identity()
	if c.cells[col.state].Text() == reconcile.StateAbsent {
		return // a deletion sends nothing else
	}
	c.template()
	c.values()
	c.images()
	c.listOfFields()
	c.expiration()
	c.checkTemplate()
}

// warn warns of what PingOne accepts but may not be what was meant.
func (c *checker) warn(column int, kind, message, remedy string) {
	c.report(reconcile.Finding{
		Column: Schema.Columns[column].Name, Kind: kind, Severity: reconcile.SeverityWarning, Message: message, Remedy: remedy,
	})
}

func (c *checker) wrong(column int, kind, message, remedy string) {
	c.report(reconcile.Finding{Column: Schema.Columns[column].Name, Kind: kind, Message: message, Remedy: remedy})
}

var isID = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$`).MatchString

func (c *checker) identity() {
	id := c.cells[col.id]
	if !id.Filled() && !c.cells[col.title].Filled() {
		c.report(reconcile.Finding{
			Kind: KindNoType, Message: "the row does not identify a credential type", Remedy: "fill credential_type_id or title",
		})
	}
	if title := c.cells[col.title].Text(); title != reconcile.TrimKey(title) {
		c.warn(
			col.title, KindTitle,
			"the title has surrounding spaces or an invisible character, which makes it a different title",
			"remove them, unless the title in PingOne has them",
		)
	}
	if id.Filled() && !isID(id.Text()) {
		c.wrong(
			col.id, KindID, "this is not a PingOne id",
			"copy the id from PingOne or an export, or leave the cell blank and give the title",
		)
	}
}

// prolog is what may precede the first element of an SVG document.
var prolog = regexp.MustCompile(`^(?s:\x{FEFF}|\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)+`)

// epilog is what may follow its last one.
var epilog = regexp.MustCompile(`(?s:\s+|<!--.*?-->)+$`)

func (c *checker) template() {
	cell := c.cells[col.template]
	if !cell.Filled() {
		return
	}
	text := epilog.ReplaceAllString(prolog.ReplaceAllString(cell.Text(), ""), "")
	switch {
	case !strings.HasPrefix(text, "<svg"):
		c.cells[col.template] = reconcile.Cell{} // its placeholders do not matter then
		c.wrong(
			col.template, KindTemplate, "the template does not begin with <svg",
			"give an SVG document, or @path of a file that holds one",
		)
	case !strings.HasSuffix(text, "</svg>"):
		c.wrong(
			col.template, KindTemplate, "the template does not end with </svg>",
			"give the complete SVG document; was it cut off?",
		)
	default:
		c.placeholders(text)
	}
}

var isColor = regexp.MustCompile(`^#[A-Fa-f0-9]{6}$`).MatchString

// ranges are the valid numbers of a column.
var ranges = map[int][2]int64{col.opacity: {0, 100}, col.columns: {1, 3}, col.metaVersion: {0, 1<<31 - 1}}

// shownTexts are the columns whose texts cards show.
var shownTexts = map[string]bool{
	"description": true, "card_type": true, "issuer_name": true, "metadata.name": true, "metadata.description": true,
}

// values checks the columns that hold one short value.
func (c *checker) values() {
	for n := range Schema.Columns {
		cell := c.cells[n]
		if !cell.Filled() {
			continue
		}
		_, err := canonical(n, cell.Text())
		if r, found := findInvisible(cell.Text(), "\t\r\n"); found && shownTexts[Schema.Columns[n].Name] {
			c.warn(
				n, KindUnseen, fmt.Sprintf("the text has an invisible character (U+%04X)", r),
				"remove it, unless PingOne has the text so",
			)
		}
		switch kind := Schema.Columns[n].Kind; {
		case kind == reconcile.KindColor && !isColor(cell.Text()):
			c.warn(
				n, KindColor, "this is not a colour that the provider accepts",
				"write # and six hexadecimal digits, such as #113355",
			)
		case kind == reconcile.KindInt:
			c.number(n, cell.Text(), err)
		case kind == reconcile.KindBool && err != nil:
			c.wrong(n, KindTruth, err.Error(), "write true or false")
		case n == col.mode && err != nil:
			c.wrong(n, KindMode, err.Error(), "write AUTOMATED or MANAGED")
		}
	}
}

func (c *checker) number(column int, text string, err error) {
	if err != nil {
		c.wrong(column, KindInteger, err.Error(), "write digits only")
		return
	}
	whole, _ := canonicalInt(text)
	n, _ := new(big.Int).SetString(whole, 10)
	if r := ranges[column]; n.Cmp(big.NewInt(r[0])) < 0 || n.Cmp(big.NewInt(r[1])) > 0 {
		c.wrong(
			column, KindInteger, fmt.Sprintf("the number is not from %d to %d", r[0], r[1]),
			"give a number within the range",
		)
	}
}
