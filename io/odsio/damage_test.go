package odsio

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"keyroster/io/cellio"
	"keyroster/io/odsio/odstest"
	"keyroster/io/officeio"
	"keyroster/io/officeio/officetest"
)

// damageContent has every form of cell in a small space.
var damageContent = odstest.Book{
	Styles: odstest.Style("z", "number-style", `<number:number number:decimal-places="0" number:min-integer-digits="5"/>`) +
		odstest.Style("d", "date-style", `<number:year/><number:hours/>`),
	Sheets: []odstest.Sheet{
		{Name: "S", XML: `<table:table-column table:visibility="collapse" table:default-cell-style-name="z"/><table:table-header-rows>` +
			"\n" + `<table:table-row><table:table-cell office:value-type="string"><text:p>value</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p> 00&amp;12<text:s text:c="2"/>&#x41;</text:p><text:p>b<text:tab/></text:p></table:table-cell></table:table-row></table:table-header-rows>` +
			`<table:table-row table:number-rows-repeated="2" table:visibility="filter"><table:table-cell office:value-type="float" office:value="-1.5E+3"><text:p>x</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"/><table:table-cell table:formula="of:=1" office:value-type="string" office:string-value="ünï"><text:p>y</text:p></table:table-cell></table:table-row><!-- c -->` +
			`<table:table-row-group table:display="false"><table:table-row><table:table-cell office:value-type="boolean" office:boolean-value="true"/><table:covered-table-cell table:number-columns-repeated="2" office:value-type="string"><office:annotation><text:p>no</text:p></office:annotation><text:p><text:span>a<![CDATA[<c>]]></text:span></text:p></table:covered-table-cell><table:table-cell table:style-name="d" office:value-type="date" office:date-value="2024-01-05"/></table:table-row></table:table-row-group>` +
			`<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="9"/></table:table-row><calcext:x/>`},
		{Name: "T", XML: odstest.Grid([]string{"other"})},
	},
}.Content()

// mostRepeats is how many of a number of repeated rows the tests look at.
const mostRepeats = 10

// scan reads a content part without a zip file around it.
func scan(src io.Reader) (string, error) {
	s, err := readContent(src, newStyleBook(), keptFloor)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, sheet := range s.sheets {
		fmt.Fprintf(&out, "sheet %q\n", sheet.name)
		if sheet.err != nil {
			fmt.Fprintf(&out, "refused %s\n", sheet.err.Kind)
			continue
		}
		for _, row := range sheet.rows {
			for i := range min(row.repeated, mostRepeats) {
				for col, cell := range sheet.unpack(row, nil) {
					if cell != (cellio.Cell{}) {
						if cell.Format == cellio.FormatTime {
							cell.Kind = cellio.Date
						}
						fmt.Fprintf(&out, "%s %d %v %q\n", officeio.CellName(row.number+i, col), cell.Kind, cell.Formula, cell.Text)
					}
				}
			}
		}
	}
	return out.String(), nil
}

// TestEveryCut cuts the content at every byte, as a part and in a file with right
// checksums.
func TestEveryCut(t *testing.T) {
	if _, err := scan(strings.NewReader(damageContent)); err != nil {
		t.Fatal(err)
	}
	for cut := range damageContent {
		if _, err := scan(strings.NewReader(damageContent[:cut])); err == nil {
			t.Fatalf("a document cut at byte %d was read without an error", cut)
		}
	}
}

// contents compares the scanner with encoding/xml.
var contents = officetest.Oracle{
	Scan: scan, Decode: oracle,
	Comparable: func(scanned, decoded string) (have, want string) {
		return plainContent(scanned, scanned), plainContent(decoded, scanned)
	},
}

func TestRandomEdits(t *testing.T) {
	accepted, refused := contents.Damaged(t, rand.New(rand.NewPCG(5, 6)), damageContent, 4000)
	if accepted < 250 || refused < 1500 {
		t.Errorf("%d accepted, %d refused: the edits are not what they were meant to be", accepted, refused)
	}
}

// plainContent returns what a sheet holds as far as the oracle knows: no kinds, no dates, errors or
// times, and no cells and sheets that the scanner took for broken.
func plainContent(content, scanned string) string {
	broken := map[string]bool{}
	at := 0
	each := func(all string, visit func(sheet int, place, kind, text string)) {
		at = 0
		for l := range strings.Lines(all) {
			if strings.HasPrefix(l, "sheet ") {
				at++
				continue
			}
			var place, kind, formula, text string
			if n, _ := fmt.Sscanf(l, "%s %s %s %q", &place, &kind, &formula, &text); n < 2 {
				continue
			}
			visit(at, place, kind, text)
		}
	}
	each(scanned, func(sheet int, place, kind, _ string) {
		if place == "refused" {
			broken[strconv.Itoa(sheet)] = true
		}
		switch kind {
		case strconv.Itoa(int(cellio.Broken)), strconv.Itoa(int(cellio.Error)), strconv.Itoa(int(cellio.Date)):
			broken[strconv.Itoa(sheet)+place] = true
		}
	})
	var out strings.Builder
	each(content, func(sheet int, place, _, text string) {
		if text != "" && !broken[strconv.Itoa(sheet)] && !broken[strconv.Itoa(sheet)+place] {
			fmt.Fprintf(&out, "%d %s %q\n", sheet, place, text)
		}
	})
	return out.String()
}

// node is an element as encoding/xml decodes it; a node without a name is text.
type node struct {
	name     xml.Name
	attrs    map[xml.Name]string
	children []*node
	text     string
}

func (n *node) is(space, local string) bool {
	return n.name == xml.Name{Space: namespaces + space + ":1.0", Local: local}
}

func (n *node) attr(space, local string) string {
	return n.attrs[xml.Name{Space: namespaces + space + ":1.0", Local: local}]
}

func (n *node) count(local string) int {
	if count, err := strconv.Atoi(n.attr("table", local)); err == nil {
		return count
	}
	return 1
}

// parse reads a document with encoding/xml.
func parse(data []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	root := &node{}
	open := []*node{root}
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		last := open[len(open)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{name: tok.Name, attrs: map[xml.Name]string{}}
			for _, a := range tok.Attr {
				n.attrs[a.Name] = a.Value
			}
			last.children = append(last.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			last.children = append(last.children, &node{text: string(tok)})
		}
	}
}

// oracle reads a document with encoding/xml, and returns what scan would return.
func oracle(data []byte) (string, error) {
	root, err := parse(data)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, document := range root.children {
		for _, body := range document.children {
			for _, spreadsheet := range body.children {
				for _, sheet := range spreadsheet.children {
					if body.is("office", "body") && sheet.is("table", "table") && !isCache(sheet.attr("table", "name")) {
						fmt.Fprintf(&out, "sheet %q\n", sheet.attr("table", "name"))
						oracleRows(&out, sheet, 1)
					}
				}
			}
		}
	}
	return out.String(), nil
}

// oracleRows reads the rows of a sheet or a group, and returns the number of the next row.
func oracleRows(out *strings.Builder, of *node, row int) int {
	for _, n := range of.children {
		switch {
		case n.is("table", "table-row"):
			repeated := n.count("number-rows-repeated")
			for i := 0; i < min(repeated, mostRepeats); i++ {
				oracleCells(out, n, row+i)
			}
			row += repeated
		case n.is("table", "table-rows"), n.is("table", "table-header-rows"), n.is("table", "table-row-group"):
			row = oracleRows(out, n, row)
		}
	}
	return row
}

func oracleCells(out *strings.Builder, row *node, number int) {
	col := 0
	for _, n := range row.children {
		if n.name.Local == "" {
			continue
		}
		repeated := n.count("number-columns-repeated")
		for i := 0; i < min(repeated, officeio.MaxColumns); i++ {
			if text := oracleText(n); text != "" {
				fmt.Fprintf(out, "%s 0 false %q\n", officeio.CellName(number, col+i), text)
			}
		}
		col += repeated
	}
}

// oracleText returns the text of a sound cell.
func oracleText(cell *node) string {
	var paragraphs []string
	for _, n := range cell.children {
		if n.is("text", "p") {
			var b strings.Builder
			oracleParagraph(&b, n)
			paragraphs = append(paragraphs, b.String())
		}
	}
	shown := strings.Join(paragraphs, "\n")
	value := strings.Trim(cell.attr("office", "value"), " \t\r\n")
	switch cell.attr("office", "value-type") {
	case "float", "percentage", "currency":
		return value
	case "boolean":
		return strings.ToUpper(strings.Trim(cell.attr("office", "boolean-value"), " \t\r\n"))
	case "date", "time":
		return "not compared"
	}
	if text, ok := cell.attrs[xml.Name{Space: namespaces + "office:1.0", Local: "string-value"}]; ok {
		return text
	}
	return shown
}

func oracleParagraph(b *strings.Builder, of *node) {
	for _, n := range of.children {
		switch {
		case n.name.Local == "":
			b.WriteString(n.text)
		case n.is("text", "s"):
			count := 1
			if c := n.attr("text", "c"); c != "" {
				count, _ = strconv.Atoi(c)
			}
			b.WriteString(strings.Repeat(" ", min(count, 1<<20)))
		case n.is("text", "tab"):
			b.WriteString("\t")
		case n.is("text", "line-break"):
			b.WriteString("\n")
		case n.is("text", "ruby-text"), n.is("text", "soft-page-break"), n.is("office", "annotation"),
			n.is("office", "annotation-end"),
			n.name.Space == namespaces+"text:1.0" &&
				(strings.HasPrefix(n.name.Local, "bookmark") || strings.HasPrefix(n.name.Local, "reference-mark")):
		default:
			oracleParagraph(b, n)
		}
	}
}

// TestKeptCellsAreBounded: what is kept is bounded, whatever the part unpacks to.
func TestKeptCellsAreBounded(t *testing.T) {
	if _, err := readContent(strings.NewReader(damageContent), newStyleBook(), 8<<10); err != nil {
		t.Fatal(err)
	}
	for most := range int64(2 << 10) {
		_, err := readContent(strings.NewReader(damageContent), newStyleBook(), most)
		if !errors.Is(err, officeio.ErrTooLarge) {
			t.Fatalf("with room for %d bytes: %v", most, err)
		}
	}
}

// FuzzContent looks for panics, for results that depend on how the bytes arrive, and for documents
// that encoding/xml refuses or reads differently.
func FuzzContent(f *testing.F) {
	f.Add([]byte(damageContent))
	f.Add([]byte(odstest.Prefixed(damageContent, "table", "t", "text", "office", "office", "text")))
	f.Add([]byte(`<document-content xmlns="` + namespaces + `office:1.0"><body><spreadsheet><t:table xmlns:t="` +
		namespaces + `table:1.0" t:name="S"/></spreadsheet></body></document-content>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 8192 {
			contents.Accepts(t, data)
		}
	})
}

// FuzzDuration checks durations against their spelling.
func FuzzDuration(f *testing.F) {
	for _, text := range []string{"PT08H30M00S", "P1DT2H", "-PT0.5S", "P", "PT", "P1D", "PT1M2H", "PT1e5S", "PT.S"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		days, ok := parseDuration(text)
		if ok && (!strings.ContainsAny(text, "DHMS") || !strings.Contains(text, "P")) || !ok && days != 0 {
			t.Errorf("parseDuration(%q) = %v, %v", text, days, ok)
		}
	})
}
