package xlsxio

import (
	"bytes"

	"keyroster/io/officeio"
)

// readColumns notes the hidden columns.
func (s *scanner) readColumns() error {
	for {
		more, err := s.child("col")
		if err != nil || !more {
			return err
		}
		from, _ := officeio.ParseIndex(s.xml.Attr("min"))
		to, _ := officeio.ParseIndex(s.xml.Attr("max"))
		hidden := officeio.Flag(string(s.xml.Attr("hidden"))) || isZero(s.xml.Attr("width"))
		if hidden && from >= 1 && to >= from {
			s.facts.Hide(from-1, to-1)
		}
		if err := s.xml.Skip(); err != nil {
			return err
		}
	}
}

// isZero reports whether an attribute is the number 0: a row or column of that size is
// effectively hidden.
func isZero(number []byte) bool {
	return bytes.HasPrefix(number, []byte("0")) && len(bytes.Trim(number, "0.")) == 0
}

// readMerges notes the merged ranges among the cells with content.
func (s *scanner) readMerges() error {
	for {
		more, err := s.child("mergeCell")
		if err != nil || !more {
			return err
		}
		first, last, _ := bytes.Cut(s.xml.Attr("ref"), []byte(":"))
		left, top, ok := officeio.ParseCell(first)
		right, bottom, ok2 := officeio.ParseCell(last)
		if ok && ok2 {
			s.facts.Merge(officeio.Area{Left: left, Top: top, Right: right, Bottom: bottom})
		}
		if err := s.xml.Skip(); err != nil {
			return err
		}
	}
}

// lookUnder reads the rows again, up to the last merged one, to find what merged cells hide,
// since these are declared after the rows.
func (t *Table) lookUnder() error {
	facts := &t.scan.facts
	last := facts.LastMerged()
	if last == 0 {
		return nil
	}
	src, err := t.book.zip.Open(t.part)
	if err != nil {
		return err
	}
	defer src.Close()
	s := &scanner{textReader: textReader{xml: officeio.NewScanner(src)}, texts: t.book.texts, styles: t.book.styles}
	for s.row < last {
		if more, err := s.next(); err != nil || !more {
			return err
		}
		facts.Under(s.row, s.cells)
	}
	return nil
}
