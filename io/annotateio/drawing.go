package annotateio

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"keyroster/io/officeio"
)

// drawing is the part with the boxes that the comments of a sheet are shown in.
type drawing struct {
	part string
	// data is the part that is there; nil for a new one.
	data   []byte
	shapes strings.Builder
	// next is the number of the next shape, first that of the first one.
	first, next int
}

var (
	shapeNumber = regexp.MustCompile(`_x0000_s(\d{1,9})\b`)
	shapeBlocks = regexp.MustCompile(`<[\w:]*idmap\b[^>]*\bdata="([\d, ]+)"`)
)

// blockSize is how many shapes a block of numbers has: programs give each
// drawing blocks of its own.
const blockSize = 1024

// openDrawing reads the drawing of a sheet; part is empty when it has none.
func (c *container) openDrawing(part string) (*drawing, error) {
	d := &drawing{part: part}
	if part != "" && c.has(part) {
		var err error
		if d.data, err = c.read(part); err != nil {
			return nil, err
		}
		d.next = blockSize + 1
		for _, m := range shapeNumber.FindAllSubmatch(d.data, -1) {
			n, _ := strconv.Atoi(string(m[1]))
			d.next = max(d.next, n+1)
		}
		d.first = d.next
		return d, nil
	}
	last := 0
	for _, entry := range c.original.Entries {
		if !strings.HasSuffix(officeio.CaseFoldName(entry.Name), ".vml") {
			continue
		}
		data, err := c.read(entry.Name)
		if err != nil {
			return nil, err
		}
		last = max(last, lastBlock(data))
	}
	for _, p := range c.drawings {
		last = max(last, p)
	}
	d.first = (last+1)*blockSize + 1
	d.next = d.first
	return d, nil
}

func lastBlock(data []byte) int {
	last := 0
	for _, m := range shapeBlocks.FindAllSubmatch(data, -1) {
		for _, n := range strings.FieldsFunc(string(m[1]), func(r rune) bool { return r == ',' || r == ' ' }) {
			block, _ := strconv.Atoi(n)
			last = max(last, block)
		}
	}
	return last
}

// add draws the box of a cell's comment.
func (d *drawing) add(row, col int, text string) {
	lines := strings.Count(text, "\n") + utf8.RuneCountInString(text)/50 + 2
	left := min(col, officeio.MaxColumns-6)
	top := max(row-2, 0)
	bottom := min(top+1+min(lines, 25), officeio.MaxRows-1)
	fmt.Fprintf(
		&d.shapes,
		`<v:shape id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">`+
			`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>`+
			`<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>`+
			`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%d, 15, %d, 4, %d, 15, %d, 4</x:Anchor>`+
			`<x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`,
		d.next,
		left,
		top,
		left+5,
		bottom,
		row-1,
		col-1,
	)
	d.next++
}

const (
	vmlNames = ` xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"`
	vmlType  = `<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`
)

var oddDrawings = &UnsafeError{Reason: "its drawings use a form that keyroster cannot extend"}

// save puts the drawing into the copy.
func (d *drawing) save(c *container) error {
	if d.shapes.Len() == 0 {
		return nil
	}
	if d.data == nil {
		var blocks []string
		for n := d.first / blockSize; n <= (d.next-1)/blockSize; n++ {
			blocks = append(blocks, strconv.Itoa(n))
			c.drawings = append(c.drawings, n)
		}
		text := `<xml` + vmlNames + `><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="` + strings.Join(
			blocks, ",",
		) + `"/></o:shapelayout>` + vmlType + d.shapes.String() + `</xml>`
		return c.put(d.part, []byte(text))
	}
	// Drawings need not be well-formed, but for their first tag.
	in := officeio.ScanBytes(d.data)
	if token, err := in.Next(); err != nil || token != officeio.Start {
		return oddDrawings
	}
	root := in.Raw()
	end := bytes.LastIndex(d.data, []byte("</"+string(in.Name)))
	if end < 0 {
		return oddDrawings
	}
	text := d.shapes.String()
	if !bytes.Contains(d.data, []byte(`id="_x0000_t202"`)) {
		text = vmlType + text
	}
	for _, name := range strings.Fields(vmlNames) {
		if !bytes.Contains(root, []byte(name)) {
			// Each of our elements says itself what its names mean.
			text = strings.NewReplacer("<v:shape ", "<v:shape"+vmlNames+" ", "<v:shapetype ", "<v:shapetype"+vmlNames+" ").
				Replace(text)
			break
		}
	}
	return c.put(d.part, joined(d.data[:end], text, d.data[end:]))
}
