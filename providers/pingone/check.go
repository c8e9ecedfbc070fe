package pingone

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"keyroster/reconcile"
)

// Kinds of the findings of a row.
const (
	// KindNoType: the row names neither a credential type nor a title.
	KindNoType = "no_credential_type"
	// KindID: credential_type_id is not an id as PingOne gives them.
	KindID = "credential_type_id"
	// KindTemplate: the template is not an SVG document.
	KindTemplate = "template"
	// KindPlaceholder: the template and what it shows do not fit each other.
	KindPlaceholder = "placeholder"
	// KindColor: a colour is not written as #RRGGBB.
	KindColor = "color"
	// KindImage: an image is no https or data URL.
	KindImage = "image"
	// KindImageSize: an image is larger than PingOne takes it.
	KindImageSize = "image_size"
	// KindInteger: no whole number, or one out of its range.
	KindInteger = "integer"
	// KindTruth: neither true nor false.
	KindTruth = "truth_value"
	// KindMode: neither AUTOMATED nor MANAGED.
	KindMode = "mode"
	// KindJSON: a cell of JSON that is none.
	KindJSON = "json"
	// KindExpiration: the expiration is not shaped as PingOne takes it.
	KindExpiration = "expiration"
	// KindFields: the list of fields is not as PingOne takes it.
	KindFields = "fields"
)

// checker judges the cells of one row as far as that needs no account.
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
		return // of what goes away, nothing else is sent
	}
	c.template()
	c.values()
	c.images()
	c.listOfFields()
	c.expiration()
	c.face()
}

func (c *checker) wrong(column int, kind, message, remedy string) {
	c.report(reconcile.Finding{Column: Schema.Columns[column].Name, Kind: kind, Message: message, Remedy: remedy})
}

var isID = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$`).MatchString

func (c *checker) identity() {
	id := c.cells[col.id]
	if !id.Filled() && !c.cells[col.title].Filled() {
		c.report(reconcile.Finding{
			Kind: KindNoType, Message: "the row does not say which credential type it means", Remedy: "fill credential_type_id or title",
		})
	}
	if id.Filled() && !isID(id.Text()) {
		c.wrong(col.id, KindID, "this is not an id as PingOne gives them", "copy the id from PingOne or an export, or leave the cell blank and give the title")
	}
}

func (c *checker) template() {
	cell := c.cells[col.template]
	if !cell.Filled() {
		return
	}
	text := strings.TrimRight(cell.Text(), " \t\r\n")
	switch {
	case !strings.HasPrefix(text, "<svg"):
		c.cells[col.template] = reconcile.Cell{} // what it shows does not matter then
		c.wrong(col.template, KindTemplate, "the template does not begin with <svg", "give an SVG document without anything before it, or @path of a file that holds one")
	case !strings.HasSuffix(text, "</svg>"):
		c.wrong(col.template, KindTemplate, "the template does not end with </svg>", "give the whole SVG document; was it cut?")
	}
}

var isColor = regexp.MustCompile(`^#[A-Fa-f0-9]{6}$`).MatchString

// ranges are the numbers that a column may hold.
var ranges = map[int][2]int64{col.opacity: {0, 100}, col.columns: {1, 3}, col.metaVersion: {0, 1<<31 - 1}}

// values judges the columns of one short value each.
func (c *checker) values() {
	for n := range Schema.Columns {
		cell := c.cells[n]
		if !cell.Filled() {
			continue
		}
		_, err := canonical(n, cell.Text())
		switch kind := Schema.Columns[n].Kind; {
		case kind == reconcile.KindColor && !isColor(cell.Text()):
			c.wrong(n, KindColor, "this is not a colour", "write # and six hexadecimal digits, as in #113355")
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
		c.wrong(column, KindInteger, fmt.Sprintf("the number is not from %d to %d", r[0], r[1]), "give a number within the range")
	}
}

// The sizes up to which images work, decoded (PingOne administration guide).
const (
	maxBackground = 50 << 10
	maxLogo       = 25 << 10
)

var dataURL = regexp.MustCompile(`^data:image/[A-Za-z0-9.+-]+;base64,`)

func (c *checker) images() {
	c.image(col.background, maxBackground)
	c.image(col.logo, maxLogo)
}

func (c *checker) image(column, most int) {
	cell := c.cells[column]
	if !cell.Filled() {
		return
	}
	text := strings.TrimSpace(cell.Text()) // a file ends with a line break
	head := dataURL.FindString(text)
	if head == "" {
		if u, err := url.Parse(text); err != nil || u.Scheme != "https" || u.Host == "" {
			c.wrong(column, KindImage, "the image is neither an https URL nor a data URL of an image",
				"give https://…, data:image/…;base64,… or @path of an image file")
		}
		return
	}
	decoded, err := base64.StdEncoding.DecodeString(text[len(head):])
	switch {
	case err != nil:
		c.wrong(column, KindImage, "the data URL does not hold base64", "make it again from the image; was it cut?")
	case len(decoded) > most:
		c.wrong(column, KindImageSize, fmt.Sprintf("the image has %d bytes, and PingOne takes %d", len(decoded), most), "make the image smaller, or give the https URL of one")
	}
}

// hourly are the seconds of each unit of time, the least duration being an hour.
var hourly = map[string]int64{"SECONDS": 1, "MINUTES": 60, "HOURS": 3600, "DAYS": 86400}

func (c *checker) expiration() {
	cell := c.cells[col.expiration]
	if !cell.Filled() {
		return
	}
	value, err := readJSON(cell.Text())
	if err != nil {
		c.wrong(col.expiration, KindJSON, err.Error(), `write the JSON object of the API, as {"type":"HARD","after":{"duration":365,"timeUnit":"DAYS"}}`)
		return
	}
	object, ok := value.(map[string]any)
	if !ok {
		c.wrong(col.expiration, KindJSON, "this is not a JSON object", `write it as {"type":"HARD","after":{"duration":365,"timeUnit":"DAYS"}}`)
		return
	}
	if message := judgeExpiration(object, c.fields); message != "" {
		c.wrong(col.expiration, KindExpiration, message, `write it as {"type":"HARD","after":{"duration":365,"timeUnit":"DAYS"}}`)
	}
	if mode, _ := canonicalMode(c.cells[col.mode].Text()); mode == modeManaged {
		c.wrong(col.expiration, KindExpiration, "a MANAGED credential type has no expiration", "leave the cell blank, or write <empty> to remove the one it has")
	}
}

// judgeExpiration says what is wrong with an expiration, if anything.
func judgeExpiration(e map[string]any, fields []field) string {
	name, _ := e["fieldName"].(string)
	ways := 0
	for _, way := range []string{"after", "timestamp", "expression"} {
		if e[way] != nil {
			ways++
		}
	}
	switch {
	case e["type"] != "SOFT" && e["type"] != "HARD":
		return "the type of the expiration is neither SOFT nor HARD"
	case ways != 1:
		return "an expiration has exactly one of after, timestamp and expression"
	case e["type"] == "SOFT" && name == "":
		return "a SOFT expiration needs a fieldName"
	case name != "" && slices.ContainsFunc(fields, func(f field) bool { return f.text("title") == name || f.text("id") == name }):
		return "the fieldName of the expiration is the name of a field already"
	}
	return judgeExpiry(e)
}

func judgeExpiry(e map[string]any) string {
	switch {
	case e["timestamp"] != nil:
		at, _ := e["timestamp"].(string)
		if _, err := time.Parse(time.RFC3339Nano, at); err != nil {
			return "the timestamp of the expiration is not an instant such as 2026-01-31T00:00:00Z"
		}
	case e["expression"] != nil:
		if text, _ := e["expression"].(string); strings.TrimSpace(text) == "" {
			return "the expression of the expiration is not a text"
		}
	default:
		after, _ := e["after"].(map[string]any)
		unit, _ := after["timeUnit"].(string)
		number, _ := after["duration"].(json.Number)
		whole, err := canonicalInt(number.String())
		duration, ok := new(big.Int).SetString(whole, 10)
		if hourly[unit] == 0 || err != nil || !ok {
			return "after needs a duration, which is a whole number, and a timeUnit: SECONDS, MINUTES, HOURS or DAYS"
		}
		if duration.Mul(duration, big.NewInt(hourly[unit])).Cmp(big.NewInt(3600)) < 0 {
			return "an expiration comes after an hour or later"
		}
	}
	return ""
}
