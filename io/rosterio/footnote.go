package rosterio

import (
	"strings"
	"unicode"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// isFootnote reports whether a line below a blank one is a remark or a total: no row
// could be meant by it.
func (d *decoder) isFootnote(line *cellio.Line) bool {
	forIt, _ := d.cellEvidence(line)
	switch {
	case forIt > 0:
		return false
	case isTotal(line):
		return true
	case !lone(line) && labelled(line):
		return true
	case !lone(line):
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

// labelled reports whether the first text of a line is one in front of a colon, as
// Legend: and Printed by: are.
func labelled(line *cellio.Line) bool {
	for i := range line.Cells {
		if cell := &line.Cells[i]; !blank(cell) {
			return cell.Kind == cellio.Text && strings.HasSuffix(trimInvisible(cell.Text), ":")
		}
	}
	return false
}

// named reports whether a cell of a line stands in a column that says whom or what
// a row is about.
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

// remark tells a sentence, or a line of marks, from a name or an id.
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

// marked reports whether a text is written as no name is: with marks around it or
// a stop behind.
func marked(text string) bool {
	text = trimInvisible(text)
	return isTotalText(text) || strings.HasSuffix(text, ".") || strings.Contains(text, ": ") ||
		strings.HasSuffix(text, ":") ||
		strings.TrimLeft(text, "*-–—=_#~(©•†") != text
}

// totalWords begin the lines in which totals stand, folded.
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
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	return len(words) > 0 &&
		(totalWords[strings.ToLower(words[0])] || len(words) > 1 && totalWords[strings.ToLower(words[0]+words[1])])
}
