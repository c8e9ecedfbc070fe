package rosterio

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"keyroster/io/cellio"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// Repair are the repairs that a configuration asks for. The zero value repairs
// nothing: what looks damaged is refused. Every repair is counted in a warning.
type Repair struct {
	// StripSpaces takes spaces away before and after codes and words, those
	// that cannot be seen included. Prose and JSON keep theirs.
	StripSpaces bool
	// Pad has, by the name of the column, the number of digits that shorter
	// numbers are filled up to with zeros in front.
	Pad map[string]int
}

// The names of repairs in configurations and reports.
const (
	RepairStripSpaces = "strip-spaces"
	RepairPad         = "pad"
)

// Rules are the repairs as a configuration spells them, in a fixed order.
func (r Repair) Rules() []string {
	var rules []string
	if r.StripSpaces {
		rules = append(rules, RepairStripSpaces)
	}
	for _, column := range slices.Sorted(maps.Keys(r.Pad)) {
		rules = append(rules, fmt.Sprintf("%s: {%s: %d}", RepairPad, column, r.Pad[column]))
	}
	return rules
}

// repaired counts what one rule did in one column.
type repaired struct {
	rule        string
	at, line, n int
	column      *reconcile.Column
}

// cell applies the rules to a cell of a column. What no rule is about comes
// back as it is, also when it is damaged.
func (r *Repair) cell(c class, col *reconcile.Column, cell cellio.Cell) (cellio.Cell, []string) {
	var rules []string
	if r.StripSpaces && cell.Kind == cellio.Text && c != classText && c != classJSON {
		text := strings.TrimFunc(cell.Text, func(x rune) bool { return unicode.IsSpace(x) || invisible(x) })
		// A wish to clear is never put together by a repair.
		if text != cell.Text && text != "" && !strings.EqualFold(text, reconcile.EmptyMarker) {
			cell.Text, rules = text, append(rules, RepairStripSpaces)
		}
	}
	digits := r.Pad[col.Name]
	if digits == 0 {
		return cell, rules
	}
	text := ""
	switch {
	case cell.Kind == cellio.Text && shape.AllDigits(cell.Text) && len(cell.Text) < digits:
		text = cell.Text
	case cell.Kind == cellio.Number && cell.Format != cellio.FormatPad && cell.Format != cellio.FormatOther && cell.Format != cellio.FormatTime:
		whole, fraction, f := plainDigits(c, cell.Text)
		if f == nil && !fraction && shape.AllDigits(whole) && len(whole) <= digits {
			text = whole
		}
	}
	if text == "" {
		return cell, rules
	}
	cell.Kind, cell.Text = cellio.Text, strings.Repeat("0", digits-len(text))+text
	return cell, append(rules, RepairPad)
}

// repair is the cell of a field, repaired as the configuration asks.
func (d *decoder) repair(line *cellio.Line, f *field) *cellio.Cell {
	cell := &line.Cells[f.at]
	if r := &d.options.Repair; r.StripSpaces || len(r.Pad) > 0 {
		mended, rules := r.cell(f.class, f.column, *cell)
		for _, rule := range rules {
			d.noteRepair(rule, line.Number, f)
		}
		return &mended
	}
	return cell
}

// noteRepair counts a repair of a cell.
func (d *decoder) noteRepair(rule string, line int, f *field) {
	i := slices.IndexFunc(d.repaired, func(r repaired) bool { return r.rule == rule && r.at == f.at })
	if i < 0 {
		d.repaired = append(d.repaired, repaired{rule: rule, at: f.at, line: line, column: f.column})
		i = len(d.repaired) - 1
	}
	d.repaired[i].n++
}

// reportRepairs warns once for each rule and column.
func (d *decoder) reportRepairs() {
	for _, r := range d.repaired {
		what := "spaces were taken away around the text"
		if r.rule == RepairPad {
			what = fmt.Sprintf("zeros were put in front, up to %d digits,", d.options.Repair.Pad[r.column.Name])
		}
		d.warn(r.line, r.at, r.column, &fault{
			kind: KindRepaired, message: fmt.Sprintf("%s in %s, the first of them here", what, count(r.n, "cell")),
			remedy: "the configuration asks for it (repair: " + r.rule + "); mend the source to do without",
		})
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
