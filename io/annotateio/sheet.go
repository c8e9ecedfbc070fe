package annotateio

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"keyroster/io/officeio"
)

// sheetCopy rewrites one worksheet part as it streams through: some cells get a
// style or a text, some cells are new, and the rest passes byte for byte.
type sheetCopy struct {
	in     *officeio.Scanner
	out    *bufio.Writer
	styles *stylesheet
	// marks are the edits of cells by row, in the order of the columns; rows are
	// the rows that have any, in order.
	marks   map[int][]cellEdit
	rows    []int
	columns []*addedColumn
	// headCol is the first column with content, by the rows of headers: the
	// style of that cell is what an added header gets.
	headCol   map[int]int
	headStyle int
	// link makes the relation to the drawing of the comments, when one must
	// be added, and returns its id; nil when no comment is made.
	link func() string

	prefix     string // of the elements, with its colon
	row, c     string // the names of rows and cells
	relations  string // the namespace of relations
	relPrefix  string // bound to it by the root, empty for none
	colStyles  []columnStyle
	legacy     string // the relation of the drawing that is there
	linked     bool
	mergedInto int
	// fits: pages are made as wide as the sheet, so that no added column lands on
	// another page; setUp: this has been written.
	fits, setUp bool
}

// addedColumn is a column of ours at its place.
type addedColumn struct {
	Column
	col int
	// fresh: the sheet had no column of that title.
	fresh bool
	width float64
}

// cellEdit is what happens to one cell.
type cellEdit struct {
	col  int
	tone Tone
	// writes: the content is replaced with text. clears: it is removed. Otherwise it stays.
	writes, clears bool
	text           string
	// header: the style of the header's first cell is taken over.
	header bool
}

// wraps reports whether the text breaks at the cell's edge.
func (e cellEdit) wraps() bool { return e.writes && !e.header }

// copy rewrites the part.
func (s *sheetCopy) copy(part io.Reader, out io.Writer) error {
	s.in, s.out = officeio.NewVerbatim(part), bufio.NewWriterSize(out, 64<<10)
	for {
		token, err := s.in.Next()
		switch {
		case err != nil:
			return err
		case token == officeio.EOF:
			return s.out.Flush()
		case token == officeio.Start && !s.in.Empty():
			s.root()
			if err := s.children(); err != nil {
				return err
			}
		default:
			s.write(s.in.Raw())
		}
	}
}

// write writes to the copy; a bufio.Writer remembers its first error.
func (s *sheetCopy) write(raw []byte) { _, _ = s.out.Write(raw) }

// nextTag copies everything up to the next tag and reports whether that is a start
// tag; otherwise it ends the element that is being copied.
func (s *sheetCopy) nextTag() (start bool, err error) {
	for {
		token, err := s.in.Next()
		if err != nil || token == officeio.Start || token == officeio.End {
			return token == officeio.Start, err
		}
		s.write(s.in.Raw())
	}
}

// number is an attribute of the current tag that is a number, else 0.
func (s *sheetCopy) number(name string) int {
	n, _ := officeio.ParseIndex(s.in.Attr(name))
	return n
}

// root copies the tag of the root element.
func (s *sheetCopy) root() {
	root := newName(s.in.Name)
	if root.prefix != "" {
		s.prefix = root.prefix + ":"
	}
	s.row, s.c = s.prefix+"row", s.prefix+"c"
	s.relations = officeio.Relations
	if s.in.Namespace == officeio.StrictMain {
		s.relations = officeio.StrictRelations
	}
	for i := range s.in.Attrs {
		a := &s.in.Attrs[i]
		if n := newName(a.Name); n.prefix == "xmlns" && string(a.Value) == s.relations && s.relPrefix == "" {
			s.relPrefix = n.local
		}
	}
	s.write(s.in.Raw())
}

// behindDrawing are the elements of a worksheet that come after the drawing of
// its comments.
var behindDrawing = map[string]bool{
	"legacyDrawingHF": true, "drawingHF": true, "picture": true, "oleObjects": true, "controls": true,
	"webPublishItems": true, "tableParts": true, "extLst": true, "AlternateContent": true,
}

// children copies what is in the root element.
func (s *sheetCopy) children() error {
	columns, rows, first := false, false, true
	for {
		start, err := s.nextTag()
		if err != nil {
			return err
		}
		if !start {
			s.addPageSetup()
			s.addDrawing()
			s.write(s.in.Raw())
			return nil
		}
		if rows && (behindPageSetup[string(s.in.Local)] || behindDrawing[string(s.in.Local)]) {
			s.addPageSetup()
		}
		if rows && behindDrawing[string(s.in.Local)] {
			s.addDrawing()
		}
		if first && s.fits && string(s.in.Name) != s.prefix+"sheetPr" {
			fmt.Fprintf(s.out, `<%[1]ssheetPr><%[1]spageSetUpPr fitToPage="1"/></%[1]ssheetPr>`, s.prefix)
		}
		first = false
		switch string(s.in.Name) {
		case s.prefix + "sheetPr":
			err = s.copyProperties()
		case s.prefix + "pageSetup":
			err = s.copyPageSetup()
		case s.prefix + "dimension":
			err = s.element(s.dimension())
		case s.prefix + "cols":
			columns = true
			err = s.copyColumns()
		case s.prefix + "sheetData":
			if !columns {
				s.newColumns()
			}
			rows = true
			err = s.copyRows()
		case s.prefix + "mergeCells":
			err = s.copyMerges()
		case s.prefix + "legacyDrawing":
			s.legacy, s.linked = s.relationID(), true
			err = s.element(s.in.Raw())
		default:
			err = s.element(s.in.Raw())
		}
		if err != nil {
			return err
		}
	}
}

// element copies the element whose start tag is the current one, with that tag in
// its place.
func (s *sheetCopy) element(tag []byte) error {
	s.write(tag)
	for depth := s.in.Depth(); s.in.Depth() >= depth; {
		if _, err := s.in.Next(); err != nil {
			return err
		}
		s.write(s.in.Raw())
	}
	return nil
}

// writeEnd writes the end tag of the current element, also where an empty-element
// tag had opened it.
func (s *sheetCopy) writeEnd() {
	if raw := s.in.Raw(); len(raw) > 0 {
		s.write(raw)
		return
	}
	fmt.Fprintf(s.out, "</%s>", s.in.Name)
}

// errOther: what was read now is not what was proved before.
var errOther = &UnsafeError{Reason: "it changed while it was read"}

// addDrawing writes the element that names the drawing of the comments, unless
// the sheet has one.
func (s *sheetCopy) addDrawing() {
	if s.linked || s.link == nil {
		return
	}
	s.linked = true
	prefix, bind := s.relPrefix, ""
	if prefix == "" {
		prefix, bind = "r", ` xmlns:r="`+s.relations+`"`
	}
	fmt.Fprintf(s.out, `<%slegacyDrawing%s %s:id="%s"/>`, s.prefix, bind, prefix, s.link())
}

// relationID is the relation that the current tag names.
func (s *sheetCopy) relationID() string {
	for i := range s.in.Attrs {
		if n := newName(s.in.Attrs[i].Name); n.prefix != "" && n.local == "id" {
			id, _ := s.in.AttrText(&s.in.Attrs[i]) // was decoded when it was scanned
			return id
		}
	}
	return ""
}

// dimension is the current tag, which says how large the sheet is, as the copy needs it.
func (s *sheetCopy) dimension() []byte {
	tag := s.in.Raw()
	first, last, area := strings.Cut(string(s.in.Attr("ref")), ":")
	if !area {
		last = first
	}
	row, col, ok := parseCell(last)
	lower, wider := row, col
	for _, c := range s.columns {
		wider = max(wider, c.col)
	}
	if len(s.rows) > 0 {
		lower = max(lower, s.rows[len(s.rows)-1])
	}
	if !ok || wider == col && lower == row {
		return tag
	}
	return withAttr(tag, "ref", first+":"+CellName(lower, wider))
}

// copyMerges copies the list of merged ranges and notes whether one of them
// covers a column that is being added: what is written there would not be seen.
func (s *sheetCopy) copyMerges() error {
	s.write(s.in.Raw())
	for {
		start, err := s.nextTag()
		if err != nil {
			return err
		}
		if start {
			s.merged(string(s.in.Attr("ref")))
			err = s.element(s.in.Raw())
		} else {
			s.write(s.in.Raw())
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (s *sheetCopy) merged(ref string) {
	first, last, _ := strings.Cut(ref, ":")
	_, left, ok := parseCell(first)
	bottom, right, ok2 := parseCell(last)
	if !ok || !ok2 {
		return
	}
	for _, c := range s.columns {
		if c.fresh && bottom >= c.HeaderRow && left <= c.col && right >= c.col {
			s.mergedInto = max(s.mergedInto, right)
		}
	}
}
