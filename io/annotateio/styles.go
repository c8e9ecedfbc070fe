package annotateio

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// maxStyles is how many cell styles a workbook may have.
const maxStyles = 65_430

// stylesheet is the part with the cell styles. It is only added to: every style
// that a cell has stays as it is.
type stylesheet struct {
	part string
	doc  *document
	// xfs are the cell styles of the original.
	xfs []cellStyle
	// made has the styles made so far, and list them in the order of their
	// numbers.
	made map[tint]int
	list []string
	// fills counts the fills of the original; ours follow in the order of
	// toned.
	fills int
	toned []Tone
	// wraps: the original has cells whose text wraps.
	wraps bool
	// fresh: the workbook had no styles.
	fresh bool
}

// oddStyles refuses lists that contain anything else (alternatives): how many styles
// they have, and so the number of the next, depends on the program that reads them.
var oddStyles = &UnsafeError{Reason: "the workbook's list of styles uses a form that keyroster cannot extend"}

// cellStyle is a cell style as written: its start tag, and what follows that.
type cellStyle struct{ tag, rest string }

// tint is a cell style with a fill of ours, and text that wraps.
type tint struct {
	style int
	tone  Tone
	wraps bool
}

// bareStyles is what a workbook without styles gets: the least that spreadsheet
// programs accept as complete. Its one cell style is that of cells without any.
const bareStyles = declaration + `<styleSheet xmlns="%s">` +
	`<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

// openStyles reads the styles part; part is empty when there is none.
func (c *container) openStyles(part, namespace string) (*stylesheet, error) {
	s := &stylesheet{part: part, made: map[tint]int{}}
	var err error
	if s.doc, s.fresh, err = c.documentOr(part, fmt.Sprintf(bareStyles, namespace), 3); err != nil {
		return nil, err
	}
	if fills := s.doc.root.child("fills"); fills != nil {
		s.fills = len(fills.children)
		if s.fills != len(fills.all("fill")) {
			return nil, oddStyles
		}
	}
	if xfs := s.doc.root.child("cellXfs"); xfs != nil {
		for _, xf := range xfs.all("xf") {
			s.wraps = s.wraps || wrapping.Match(s.doc.data[xf.inner:xf.to])
			s.xfs = append(s.xfs, cellStyle{string(s.doc.data[xf.from:xf.inner]), string(s.doc.data[xf.inner:xf.to])})
		}
		if len(s.xfs) != len(xfs.children) {
			return nil, oddStyles
		}
	}
	return s, nil
}

// tint is the number of the style that adds the fill of a tone to another and, if wraps,
// breaks text into lines; number format, font and borders stay the same.
func (s *stylesheet) tint(style int, tone Tone, wraps bool) (int, error) {
	if tone == Plain && !wraps {
		return style, nil
	}
	key := tint{style, tone, wraps}
	if id, ok := s.made[key]; ok {
		return id, nil
	}
	base := cellStyle{tag: `<` + s.doc.root.prefixColon() + `xf numFmtId="0"/>`}
	switch {
	case style < len(s.xfs):
		base = s.xfs[style]
	case style > 0:
		return 0, &UnsafeError{Reason: "a cell has a style that the workbook does not define"}
	}
	id := max(len(s.xfs), 1) + len(s.list)
	if id >= maxStyles {
		return 0, &UnsafeError{Reason: fmt.Sprintf("the workbook has %d cell styles, the maximum", len(s.xfs))}
	}
	if wraps {
		base = s.wrapped(base)
	}
	tag := []byte(base.tag)
	if tone != Plain {
		tag = withAttr(withAttr(tag, "fillId", strconv.Itoa(s.fill(tone))), "applyFill", "1")
	}
	s.list = append(s.list, string(tag)+base.rest)
	s.made[key] = id
	return id, nil
}

var wrapping = regexp.MustCompile(`wrapText\s*=\s*["'](?:1|true)`)

var alignment = regexp.MustCompile(`^\s*<(?:\w+:)?alignment\b[^>]*>`)

// wrapped is a cell style with text that breaks at the cell's edge.
func (s *stylesheet) wrapped(base cellStyle) cellStyle {
	p := s.doc.root.prefixColon()
	if base.rest == "" {
		base.tag, base.rest = string(opened([]byte(base.tag))), "</"+p+"xf>"
	}
	base.tag = string(withAttr([]byte(base.tag), "applyAlignment", "1"))
	if at := alignment.FindStringIndex(base.rest); at != nil {
		own := strings.TrimSpace(base.rest[:at[1]])
		base.rest = string(withAttr([]byte(own), "wrapText", "1")) + base.rest[at[1]:]
	} else {
		base.rest = "<" + p + `alignment wrapText="1"/>` + base.rest
	}
	return base
}

// fill is the number of the fill of a tone.
func (s *stylesheet) fill(tone Tone) int {
	first := max(s.fills, 2)
	for i, known := range s.toned {
		if known == tone {
			return first + i
		}
	}
	s.toned = append(s.toned, tone)
	return first + len(s.toned) - 1
}

// save puts the styles into the copy if any was made.
func (s *stylesheet) save(c *container) error {
	if len(s.list) == 0 {
		return nil
	}
	p := s.doc.root.prefixColon()
	var fills strings.Builder
	// The first two fills are those of cells without one and of a pattern
	// that programs expect there.
	for n, pattern := range []string{"none", "gray125"} {
		if n >= s.fills {
			fmt.Fprintf(&fills, `<%[1]sfill><%[1]spatternFill patternType="%[2]s"/></%[1]sfill>`, p, pattern)
		}
	}
	for _, tone := range s.toned {
		fmt.Fprintf(
			&fills,
			`<%[1]sfill><%[1]spatternFill patternType="solid"><%[1]sfgColor rgb="FF%[2]s"/><%[1]sbgColor indexed="64"/></%[1]spatternFill></%[1]sfill>`,
			p,
			fillColors[tone],
		)
	}
	s.append(
		"fills", fills.String(), max(s.fills, 2)+len(s.toned), "borders", "cellStyleXfs", "cellXfs",
		"cellStyles", "dxfs", "tableStyles", "colors", "extLst",
	)
	xfs := strings.Join(s.list, "")
	if len(s.xfs) == 0 {
		xfs = `<` + p + `xf numFmtId="0"/>` + xfs
	}
	s.append("cellXfs", xfs, max(len(s.xfs), 1)+len(s.list), "cellStyles", "dxfs", "tableStyles", "colors", "extLst")
	return c.put(s.part, s.doc.bytes())
}

// append adds to a list of the styles; one that is missing is put before those
// that come after it.
func (s *stylesheet) append(list, text string, count int, after ...string) {
	root := s.doc.root
	if n := root.child(list); n != nil {
		s.doc.add(n, text)
		s.doc.set(n, "count", strconv.Itoa(count))
		return
	}
	text = fmt.Sprintf(`<%[1]s%[2]s count="%[3]d">%[4]s</%[1]s%[2]s>`, root.prefixColon(), list, count, text)
	for _, c := range root.children {
		for _, next := range after {
			if c.name == (name{root.name.prefix, next}) {
				s.doc.insert(c.from, text)
				return
			}
		}
	}
	s.doc.add(root, text)
}
