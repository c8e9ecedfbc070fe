package exportio

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// list is a list of any length below one header, over as many sheets as that
// takes.
type list struct {
	book   *book
	layout layout
	heads  []excelize.Cell
	// names are those of all its sheets where they are known from the start.
	names []string
	// sheet is the one that is written to; nil before the first row.
	sheet *sheet
	parts int
}

// room is the sheet that takes the next row.
func (l *list) room() (*sheet, error) {
	if l.sheet != nil && l.sheet.row < sheetRows {
		return l.sheet, nil
	}
	next := l.layout
	switch l.parts++; {
	case l.parts <= len(l.names):
		next.name = l.names[l.parts-1]
	case l.parts > 1:
		next.name = l.book.continued(l.layout.name, l.parts)
	}
	if l.sheet != nil {
		if err := l.sheet.end(true); err != nil {
			return nil, err
		}
	}
	var err error
	if l.sheet, err = l.book.addSheet(next); err != nil {
		return nil, err
	}
	return l.sheet, l.sheet.add(20, l.heads...)
}

// add writes a row of texts, as high as they need.
func (l *list) add(texts []string) error {
	s, err := l.room()
	if err != nil {
		return err
	}
	cells := make([]excelize.Cell, len(texts))
	for i, text := range texts {
		cells[i] = excelize.Cell{Value: shorten(spellOut(text)), StyleID: l.book.styles.wrapped}
	}
	return s.add(heightOf(texts, l.layout.widths), cells...)
}

// continued is the name of part n of a list whose first sheet has that name.
func (b *book) continued(first string, n int) string {
	const most = 31
	for {
		end := fmt.Sprintf(" (%d)", n)
		name := first[:min(len(first), most-len(end))] + end
		if folded := strings.ToLower(name); !b.taken[folded] {
			b.taken[folded] = true
			return name
		}
		n++
	}
}

// namePartsOf names the sheets on which an account goes on.
func (b *book) namePartsOf(i int) {
	first := b.names[i][0]
	for n := b.export.Accounts[i].Records.Len(); n > len(b.names[i])*(sheetRows-1); {
		b.names[i] = append(b.names[i], b.continued(first, len(b.names[i])+1))
	}
}

// partsWords says where an account's credentials stand, and how to read them as
// a roster.
func (b *book) partsWords(i int) string {
	if len(b.names[i]) == 1 {
		return "“" + b.names[i][0] + "” has one row for each, and is a roster: a plan of it, as it is, changes nothing"
	}
	inputs := make([]string, len(b.names[i]))
	for n, name := range b.names[i] {
		inputs[n] = "FILE#" + name
	}
	return fmt.Sprintf("“%s” have one row for each, and are one roster together (%s): a plan of it, as it is, changes nothing",
		strings.Join(b.names[i], "”, “"), strings.Join(inputs, ", "))
}
