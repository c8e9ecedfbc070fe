package rosterio

import (
	"strings"
	"unicode"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// isFootnote reports whether a line below a blank one is a remark or a total, which
// cannot be meant as a row.
func (d *decoder) isFootnote(line *cellio.Line) bool {
	forIt, _ := d.cellEvidence(line)
	switch {
	case forIt > 0:
		return false
	case isTotal(line):
		return true
	case !hasOneCell(line) && labelled(line):
		return true
	case !hasOneCell(line):
		return !d.workbook && len(line.Cells) < d.header.width && remark(line.Cells[0].Text) && prose(line.Cells[1:])
	}
	for i := range line.Cells {
		cell := &line.Cells[i]
		switch {
		case blank(cell):
		case cell.Kind != cellio.Text:
			return !d.named(line)
		case d.identifying(line):
			return marked(cell.Text)
		default:
			return (remark(cell.Text) || !d.named(line)) && !d.beginsAsRow(i, cell.Text)
		}
	}
	return false
}

// labelled reports whether the first text of a line is a label with a colon, such
// as Legend: or Printed by:.
func labelled(line *cellio.Line) bool {
	for i := range line.Cells {
		if cell := &line.Cells[i]; !blank(cell) {
			return cell.Kind == cellio.Text && strings.HasSuffix(trimInvisible(cell.Text), ":")
		}
	}
	return false
}

// named reports whether a line has a cell in a column that says whom or what a row is about.
func (d *decoder) named(line *cellio.Line) bool {
	for i := range d.fields {
		f := &d.fields[i]
		role := f.column.Role == reconcile.RoleKey || f.column.Role == reconcile.RoleMatch || f.column.Pairs
		if role && f.at < len(line.Cells) && !blank(&line.Cells[f.at]) {
			return true
		}
	}
	return false
}

// remark reports whether a text is a sentence, or a line of marks, rather than a name or an id.
func remark(text string) bool {
	return strings.ContainsFunc(trimInvisible(text), unicode.IsSpace) || marked(text)
}

// prose reports whether the cells are the rest of a sentence that was split at its
// commas: a space follows each.
func prose(cells []cellio.Cell) bool {
	for i := range cells {
		if text := cells[i].Text; text != "" && text[0] != ' ' {
			return false
		}
	}
	return true
}

// marked reports whether a text is written unlike any name: with marks around it or
// a full stop after it.
func marked(text string) bool {
	text = trimInvisible(text)
	return isTotalText(text) || strings.HasSuffix(text, ".") || strings.Contains(text, ": ") ||
		strings.HasSuffix(text, ":") ||
		strings.TrimLeft(text, "*-–—=_#~(©•†") != text
}

// totalWords are the words, folded, with which lines of totals begin.
var totalWords = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq("total totals subtotal grandtotal sum count summe gesamt gesamtsumme zwischensumme anzahl totaux somme nombre " +
		"totale somma totaal aantal suma razem łącznie celkem összesen summa antal ialt yhteensä итого всего toplam " +
		"ukupno skupaj разом усього σύνολο σ jumlah 合計 小計 総計 总计 合计 共计 總計 합계 총계 المجموع الإجمالي סהכ รวม end ende fin fine eof page seite") {
		words[word] = true
	}
	return words
}()

func isTotal(line *cellio.Line) bool {
	for i := range line.Cells {
		if cell := &line.Cells[i]; cell.Kind == cellio.Text && isTotalText(cell.Text) {
			return true
		}
	}
	return false
}

func isTotalText(text string) bool {
	first := ""
	between := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }
	for word := range strings.FieldsFuncSeq(text, between) {
		if first != "" {
			return totalWords[strings.ToLower(first+word)]
		}
		if totalWords[strings.ToLower(word)] {
			return true
		}
		first = word
	}
	return false
}
