package annotateio

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// sheetCopy rewrites one worksheet part as it streams by: some cells get a style
// or a text, some a cell that was not there, and the rest passes byte for byte.
type sheetCopy struct {
	in     *splitter
	out    *bufio.Writer
	styles *stylesheet
	// marks are the edits of cells by row, in the order of the columns; rows
	// are the rows that something is put into, in their order.
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
}

// addedColumn is a column of ours at its place.
type addedColumn struct {
	Column
	col int
	// fresh: the sheet had none of that title.
	fresh bool
	width float64
}

// cellEdit is what happens to one cell.
type cellEdit struct {
	col  int
	tone Tone
	// writes: the content becomes text. clears: it becomes none, if there is
	// any. Otherwise it stays.
	writes, clears bool
	text           string
	// header: the style of the header's first cell is taken over.
	header bool
}

// copy rewrites the part.
func (s *sheetCopy) copy(part io.Reader, out io.Writer) error {
	s.in, s.out = newSplitter(part), bufio.NewWriterSize(out, 64<<10)
	for {
		kind, raw, err := s.in.next()
		if err != nil {
			return err
		}
		if kind == pieceEnd {
			return s.out.Flush()
		}
		if kind == pieceOpen {
			s.root(raw)
			if err := s.children(); err != nil {
				return err
			}
			continue
		}
		s.write(raw)
	}
}

// write writes to the copy; a bufio.Writer remembers its first error.
func (s *sheetCopy) write(raw []byte) { _, _ = s.out.Write(raw) }

// nextTag copies what stands before the next tag and returns that tag. The part
// must not end before it.
func (s *sheetCopy) nextTag() (piece, []byte, error) {
	for {
		kind, raw, err := s.in.next()
		switch {
		case err != nil:
			return kind, nil, err
		case kind == pieceEnd:
			return kind, nil, errPiece
		case kind != pieceOther:
			return kind, raw, nil
		}
		s.write(raw)
	}
}

func (s *sheetCopy) root(tag []byte) {
	if prefix, _, ok := strings.Cut(string(tagName(tag)), ":"); ok {
		s.prefix = prefix + ":"
	}
	s.row, s.c = s.prefix+"row", s.prefix+"c"
	s.relations = nsTransitional
	if d, err := parseDocument(withEnd(tag), 1); err == nil {
		namespace := "xmlns"
		for _, a := range d.root.attrs {
			if a.Name.Space == "" && a.Name.Local == namespace && s.prefix == "" ||
				a.Name.Space == namespace && a.Name.Local+":" == s.prefix {
				if a.Value == nsMainStrict {
					s.relations = nsStrict
				}
			}
		}
		s.relPrefix, _ = d.root.prefixOf(s.relations)
	}
	s.write(tag)
}

// withEnd is a start tag as a whole element.
func withEnd(tag []byte) []byte {
	return fmt.Appendf(nil, "%s</%s>", tag, tagName(tag))
}

// behindDrawing are the elements of a worksheet that come after the drawing of
// its comments.
var behindDrawing = map[string]bool{
	"legacyDrawingHF": true, "drawingHF": true, "picture": true, "oleObjects": true, "controls": true,
	"webPublishItems": true, "tableParts": true, "extLst": true, "AlternateContent": true,
}

// children copies what is in the root element.
func (s *sheetCopy) children() error {
	columns, rows := false, false
	for {
		kind, raw, err := s.nextTag()
		if err != nil {
			return err
		}
		if kind == pieceClose {
			s.addDrawing()
			s.write(raw)
			return nil
		}
		name := string(tagName(raw))
		local := name[strings.IndexByte(name, ':')+1:]
		if rows && behindDrawing[local] {
			s.addDrawing()
		}
		switch name {
		case s.prefix + "dimension":
			err = s.element(kind, s.dimension(raw))
		case s.prefix + "cols":
			columns = true
			err = s.copyColumns(kind, raw)
		case s.prefix + "sheetData":
			if !columns {
				s.newColumns()
			}
			rows = true
			err = s.copyRows(kind, raw)
		case s.prefix + "mergeCells":
			err = s.copyMerges(kind, raw)
		case s.prefix + "legacyDrawing":
			s.legacy, s.linked = relationID(raw), true
			err = s.element(kind, raw)
		default:
			err = s.element(kind, raw)
		}
		if err != nil {
			return err
		}
	}
}

// element copies the element whose tag was the last piece.
func (s *sheetCopy) element(kind piece, tag []byte) error {
	s.write(tag)
	return s.rest(kind, true)
}

// rest copies, or skips, what follows the tag of an element up to its end.
func (s *sheetCopy) rest(kind piece, write bool) error {
	depth := 0
	if kind == pieceOpen {
		depth = 1
	}
	for depth > 0 {
		kind, raw, err := s.in.next()
		switch {
		case err != nil:
			return err
		case kind == pieceEnd:
			return errPiece
		case kind == pieceOpen:
			depth++
		case kind == pieceClose:
			depth--
		}
		if write {
			s.write(raw)
		}
	}
	return nil
}

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

// relationID is the relation that an element names.
func relationID(tag []byte) string {
	d, err := parseDocument(tag, 1)
	if err != nil {
		d, err = parseDocument(withEnd(tag), 1)
	}
	if err != nil {
		return ""
	}
	for _, a := range d.root.attrs {
		if a.Name.Space != "" && a.Name.Local == "id" {
			return a.Value
		}
	}
	return ""
}

// dimension is the tag that says how large the sheet is, for the copy.
func (s *sheetCopy) dimension(tag []byte) []byte {
	first, last, area := strings.Cut(value(tag, "ref"), ":")
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
func (s *sheetCopy) copyMerges(kind piece, tag []byte) error {
	s.write(tag)
	if kind == pieceEmpty {
		return nil
	}
	for {
		kind, raw, err := s.nextTag()
		if err != nil {
			return err
		}
		s.write(raw)
		switch {
		case kind == pieceClose && string(tagName(raw)) == s.prefix+"mergeCells":
			return nil
		case kind == pieceOpen || kind == pieceEmpty:
			s.merged(value(raw, "ref"))
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
