package annotateio

import (
	"bytes"
	"fmt"
	"strconv"

	"keyroster/io/officeio"
)

// columnStyle is the style of the empty cells of some columns.
type columnStyle struct{ from, to, style int }

func (s *sheetCopy) columnStyle(col int) int {
	for _, c := range s.colStyles {
		if col >= c.from && col <= c.to {
			return c.style
		}
	}
	return 0
}

// columnRange is one element of the list of columns.
type columnRange struct {
	from, to int
	tag      []byte
}

// copyColumns copies the list of columns, with the widths of the added ones.
func (s *sheetCopy) copyColumns() error {
	whole := bytes.Clone(s.in.Raw())
	open := opened(whole)
	var list []columnRange
	for depth := s.in.Depth(); s.in.Depth() >= depth; {
		token, err := s.in.Next()
		if err != nil {
			return err
		}
		whole = append(whole, s.in.Raw()...)
		if token == officeio.Start {
			r := columnRange{s.number("min"), s.number("max"), bytes.Clone(s.in.Raw())}
			if !s.in.Empty() {
				r.tag = joined(r.tag[:len(r.tag)-1], "/>", nil)
			}
			list = append(list, r)
			s.colStyles = append(s.colStyles, columnStyle{r.from, r.to, s.number("style")})
		}
	}
	changed, yes := s.addWidths(list)
	if !yes {
		s.write(whole)
		return nil
	}
	s.write(open)
	for _, r := range changed {
		s.write(r.tag)
	}
	fmt.Fprintf(s.out, "</%scols>", s.prefix)
	return nil
}

// addWidths cuts the added columns out of the ranges that they are in.
func (s *sheetCopy) addWidths(list []columnRange) (changed []columnRange, yes bool) {
	for _, c := range s.columns {
		if !c.fresh {
			continue
		}
		yes = true
		own := columnRange{c.col, c.col, fmt.Appendf(nil, `<%scol min="%d" max="%[2]d"/>`, s.prefix, c.col)}
		var out []columnRange
		placed := false
		place := func() {
			if !placed {
				own.tag = withAttr(withAttr(own.tag, "width", strconv.FormatFloat(c.width, 'g', -1, 64)), "customWidth", "1")
				out, placed = append(out, own), true
			}
		}
		for _, r := range list {
			switch {
			case r.to < c.col:
				out = append(out, r)
				continue
			case r.from > c.col:
				place()
				out = append(out, r)
				continue
			}
			if r.from < c.col {
				out = append(out, columnRange{r.from, c.col - 1, withAttr(r.tag, "max", strconv.Itoa(c.col-1))})
			}
			own.tag = withoutAttr(withAttr(withAttr(r.tag, "min", strconv.Itoa(c.col)), "max", strconv.Itoa(c.col)), "hidden")
			place()
			if r.to > c.col {
				out = append(out, columnRange{c.col + 1, r.to, withAttr(r.tag, "min", strconv.Itoa(c.col+1))})
			}
		}
		place()
		list = out
	}
	return list, yes
}

// newColumns writes a list of columns where the sheet has none, if any is added.
func (s *sheetCopy) newColumns() {
	list, yes := s.addWidths(nil)
	if !yes {
		return
	}
	fmt.Fprintf(s.out, "<%scols>", s.prefix)
	for _, r := range list {
		s.write(r.tag)
	}
	fmt.Fprintf(s.out, "</%scols>", s.prefix)
}
