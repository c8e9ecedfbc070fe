package odsio

import (
	"bytes"

	"keyroster/io/officeio"
)

// paragraph appends the text of a text:p: its characters, and those that elements
// represent. It returns an [officeio.CellFault] only after reading to the end.
func (r *reader) paragraph(dst []byte) ([]byte, error) {
	from, depth := len(dst), r.xml.Depth()
	var bad officeio.CellFault
	var crossed, kept bool
	struckAt := 0 // the depth of the span that crosses out, 0 outside of one
	for {
		tok, err := r.next()
		switch {
		case err != nil:
			return dst, err
		case tok == officeio.Text:
			if bytes.ContainsAny(r.xml.Text, "\n\t") {
				bad = badBreak
			}
			dst = append(dst, r.xml.Text...)
			if len(bytes.TrimSpace(r.xml.Text)) > 0 {
				crossed, kept = crossed || struckAt > 0, kept || struckAt == 0
			}
		case tok == officeio.Start:
			if struckAt == 0 && r.struckSpan() {
				struckAt = r.xml.Depth()
			}
			dst, err = r.inline(dst)
			if err = bad.Catch(err); err != nil {
				return dst, err
			}
		case r.xml.Depth() < depth && bad != "":
			return dst[:from], bad
		case r.xml.Depth() < depth && crossed && kept:
			return dst[:from], officeio.BadStruck
		case r.xml.Depth() < depth:
			return dst, nil
		case r.xml.Depth() < struckAt:
			struckAt = 0
		}
		if len(dst)-from >= officeio.MaxText {
			bad, dst = officeio.BadLength, dst[:from]
		}
	}
}

// struckSpan reports whether the element is a span whose style crosses its text out.
func (r *reader) struckSpan() bool {
	if len(r.struckSpans) == 0 || !r.is(text, "span") {
		return false
	}
	of, err := r.valueOf(name{text, "style-name"})
	return err == nil && r.struckSpans[of]
}

// inline handles an element in a paragraph. Those whose content is text of the paragraph
// are left open; all others are read to their end.
func (r *reader) inline(dst []byte) ([]byte, error) {
	n := r.element()
	if n.space == office && (n.local == "annotation" || n.local == "annotation-end" || n.local == "event-listeners") {
		return dst, r.skip()
	}
	if n.space != text {
		return dst, r.readDoubtful()
	}
	switch n.local {
	case "span", "a", "meta", "meta-field", "ruby", "ruby-base":
		return dst, nil
	case "date", "time", "sheet-name", "title", "file-name", "author-name", "page-number", "page-count":
		return dst, nil // fields, whose content is what they show
	case "s":
		count, err := r.valueOf(name{text, "c"})
		if err != nil {
			return dst, err
		}
		spaces, ok := officeio.ParseIndex([]byte(count))
		switch {
		case count == "":
			spaces = 1
		case !ok:
			return dst, r.readDoubtful()
		case spaces >= officeio.MaxText:
			dst, spaces = append(dst, make([]byte, officeio.MaxText)...), 0
		}
		return append(dst, bytes.Repeat([]byte(" "), spaces)...), r.skip()
	case "tab":
		return append(dst, '\t'), r.skip()
	case "line-break":
		return append(dst, '\n'), r.skip()
	case "ruby-text", "soft-page-break", "bookmark", "bookmark-start", "bookmark-end",
		"reference-mark", "reference-mark-start", "reference-mark-end":
		return dst, r.skip() // phonetic readings of the text, and marks in it
	}
	return dst, r.readDoubtful()
}

// readDoubtful reads to the end of an element that makes the content of the cell doubtful.
func (r *reader) readDoubtful() error {
	if err := r.skip(); err != nil {
		return err
	}
	return badContent
}
