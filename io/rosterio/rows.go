package rosterio

import (
	"fmt"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// row is a row that is read.
type row struct {
	line int
	// bad are the columns whose cells were refused. A ragged row has none
	// that could be read.
	bad    reconcile.Columns
	ragged bool
}

// readRow judges the cells of a line that is not blank.
func (d *decoder) readRow(line *cellio.Line) {
	d.rows++
	number := d.roster.Rows.Len()
	d.row, d.texts = row{line: line.Number}, d.texts[:0]
	if line.Hidden {
		d.hidden.add(line.Number)
	}
	d.findHeadless(line)
	d.row.ragged = !d.sheet && d.ragged(line)
	d.like.learn(line)
	d.inspect(line, d.row.ragged)
	if d.row.ragged {
		p := d.problem(line.Number, -1, nil, &fault{
			kind: KindRagged, message: fmt.Sprintf("the row has %d fields, the header %d", len(line.Cells), d.header.width),
			remedy: "check the row for a missing or extra separator, and for quotes around cells that hold one",
		})
		p.LastLine = line.Last
		d.roster.Report(number, p)
		d.texts = append(d.texts, make([]string, len(d.fields))...)
	} else {
		for i := range d.fields {
			if !d.readCell(line, &d.fields[i], number) {
				d.row.bad = d.row.bad.With(d.fields[i].target)
			}
		}
	}
	for i := range d.fields {
		f := &d.fields[i]
		if (d.row.ragged || d.row.bad.Has(f.target)) && f.at < len(line.Cells) &&
			line.Cells[f.at].Kind != cellio.Broken {
			text := line.Cells[f.at].Text
			d.spend(line.Number, f.at, len(text))
			d.roster.Refuse(number, f.target, reconcile.NewSecret(strings.Clone(text)))
		}
	}
}

// readCell takes the text of one cell and reports whether it is good.
func (d *decoder) readCell(line *cellio.Line, f *field, row int) bool {
	if f.at >= len(line.Cells) {
		d.texts = append(d.texts, "")
		return true
	}
	cell := d.repair(line, f)
	text, wrong := judge(f.class, f.column, cell)
	if d.options.Doubt != nil && text != "" {
		if doubt := d.options.Doubt(text); doubt != nil {
			wrong = &fault{
				kind:    doubt.Kind,
				message: doubt.Message,
				likely:  guess(f.class, doubt.Likely),
				remedy:  doubt.Remedy,
			}
		}
	}
	if wrong == nil && d.options.Expand != nil && f.column.Sided() && strings.HasPrefix(text, "@") {
		text, wrong = d.expand(f.column, text)
	}
	d.spend(line.Number, f.at, len(text))
	d.texts = append(d.texts, text)
	if wrong != nil {
		p := d.problem(line.Number, f.at, f.column, wrong)
		p.Read = shown(f.class, cell)
		d.roster.Report(row, p)
		return false
	}
	if cell.Formula && !d.formula[f.at] {
		d.formula[f.at] = true
		d.warn(line.Number, f.at, f.column, &fault{
			kind: KindFormula, message: "the column holds formulas; the results stored in the file are used",
			remedy: "see that the file was calculated when it was saved, or paste the values",
		})
	}
	return true
}

func (d *decoder) expand(col *reconcile.Column, text string) (string, *fault) {
	content, wrong := d.options.Expand(col, text)
	if wrong != nil {
		return "", &fault{kind: wrong.Kind, message: wrong.Message, likely: wrong.Likely, remedy: wrong.Remedy}
	}
	return content, nil
}

// ragged reports whether a CSV row does not fit its header. Blank fields beyond
// the header are a separator at the end of the line, which many exports write.
func (d *decoder) ragged(line *cellio.Line) bool {
	for i := d.header.width; i < len(line.Cells); i++ {
		if i >= len(d.header.titles) && !blank(&line.Cells[i]) {
			return true
		}
	}
	return len(line.Cells) < d.header.width
}

// findHeadless warns, once a column, of content that no header stands above.
func (d *decoder) findHeadless(line *cellio.Line) {
	for i := range line.Cells {
		headless := i >= len(d.header.titles) && d.sheet || i < len(d.header.titles) && d.header.titles[i] == ""
		if !headless || d.headless[i] || blank(&line.Cells[i]) {
			continue
		}
		d.headless[i] = true
		d.warn(line.Number, i, nil, &fault{
			kind: KindBlankHeader, message: fmt.Sprintf("column %d has content and no header; it is not read", i+1),
			remedy: "give the column its name in the header line",
		})
	}
}
