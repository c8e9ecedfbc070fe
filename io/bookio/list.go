package bookio

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// List is a list of any length below one header, on as many sheets as it takes.
type List struct {
	Layout
	Heads []string
	// Named is what part n of the list is called, from 2; nil appends the number to the name of
	// the first.
	Named func(n int) string
	// Part is how many sheets there are so far.
	Part int

	book  *Book
	sheet *Sheet
}

// List begins a list: its first sheet is made with the first row.
func (b *Book) List(l Layout, heads ...string) *List { return &List{Layout: l, Heads: heads, book: b} }

// Sheet is the sheet that takes the next row.
func (l *List) Sheet() *Sheet {
	if l.sheet != nil && l.sheet.Row < l.book.Rows {
		return l.sheet
	}
	l.End()
	next := l.Layout
	switch l.Part++; {
	case l.Part > 1 && l.Named != nil:
		next.Name = l.Named(l.Part)
	case l.Part > 1:
		next.Name += " " + strconv.Itoa(l.Part)
	}
	l.sheet = l.book.Add(next)
	heads := make([]Cell, len(l.Heads))
	for i, name := range l.Heads {
		heads[i] = Cell{Value: name, Look: Head}
	}
	l.sheet.Add(20, heads...)
	return l.sheet
}

// End closes the current sheet with a filter over its rows, whose range is only known now.
func (l *List) End() {
	s := l.sheet
	if s == nil || l.book.err != nil {
		return
	}
	last := reference(len(l.Heads)-1, s.Row)
	err := l.book.AutoFilter(s.Name, "A1:"+last, nil)
	if s.Row > 1 {
		// Ids that consist of digits are text on purpose.
		err = errors.Join(err, l.book.AddIgnoredErrors(s.Name, "A2:"+last, excelize.IgnoredErrorsNumberStoredAsText))
	}
	if err != nil {
		l.book.Fail(fmt.Errorf("end sheet %s: %w", s.Name, err))
	}
	s.End()
}

// AddTexts writes a row of texts that wrap, as high as they need.
func (l *List) AddTexts(texts ...string) {
	s, style, lines := l.Sheet(), l.book.Style(Wrapped), 1
	s.row = s.row[:0]
	for i, text := range texts {
		text, err := l.book.text(s.Name, text)
		l.book.Fail(err)
		s.row = append(s.row, excelize.Cell{Value: text, StyleID: style})
		lines = max(lines, Lines(text, l.Widths[i]))
	}
	s.Put(Height(lines), s.row)
}
