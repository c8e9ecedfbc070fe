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
	// StripSpaces removes spaces, also invisible ones, before and after codes and
	// words. Prose and JSON keep theirs.
	StripSpaces bool
	// Pad has, by the name of the column, the number of digits to which shorter numbers
	// are padded with leading zeros.
	Pad map[string]Padding
	// Alike reports whether two texts name one type of the account; nil: they do where
	// they are equal but for case.
	Alike func(a, b string) bool
}

// Padding is a number of digits, or one for each type of credential, by a name of the type;
// other types are not padded.
type Padding struct {
	Digits int
	Types  map[string]int
}

// of is the number of digits for a row of a type; 0 leaves it as it is. alike is only called
// if no name is spelt as in the row.
func (p Padding) of(kind string, alike func(a, b string) bool) int {
	kind = strings.TrimSpace(kind)
	if len(p.Types) == 0 || kind == "" {
		return p.Digits
	}
	names := slices.Sorted(maps.Keys(p.Types))
	for _, name := range names {
		if strings.EqualFold(kind, name) {
			return p.Types[name]
		}
	}
	for _, name := range names {
		if alike != nil && alike(kind, name) {
			return p.Types[name]
		}
	}
	return 0
}

// String is the padding as a configuration spells it.
func (p Padding) String() string {
	if len(p.Types) == 0 {
		return fmt.Sprint(p.Digits)
	}
	var types []string
	for _, name := range slices.Sorted(maps.Keys(p.Types)) {
		types = append(types, fmt.Sprintf("%s: %d", typeWord(name), p.Types[name]))
	}
	return "{" + strings.Join(types, ", ") + "}"
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
		rules = append(rules, fmt.Sprintf("%s: {%s: %s}", RepairPad, column, r.Pad[column]))
	}
	return rules
}

// repaired counts what one rule did in one column.
type repaired struct {
	rule        string
	at, line, n int
	column      *reconcile.Column
}

// cell applies the rules to a cell of a column, in a row of a type. A cell to which no rule
// applies comes back as it is, even damaged.
func (r *Repair) cell(c class, col *reconcile.Column, kind string, cell cellio.Cell) (cellio.Cell, []string) {
	var rules []string
	if r.StripSpaces && cell.Kind == cellio.Text && c != classText && c != classJSON {
		text := strings.TrimFunc(cell.Text, func(x rune) bool { return unicode.IsSpace(x) || invisible(x) })
		// A repair must never produce the marker that clears a value.
		if text != cell.Text && text != "" && !strings.EqualFold(text, reconcile.EmptyMarker) {
			cell.Text, rules = text, append(rules, RepairStripSpaces)
		}
	}
	digits := r.Pad[col.Name].of(kind, r.Alike)
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
		mended, rules := r.cell(f.class, f.column, d.kindOf(line), *cell)
		for _, rule := range rules {
			d.noteRepair(rule, line.Number, f)
		}
		return &mended
	}
	return cell
}

// kindOf is the type of a row's credential, from its cell or the map of columns; empty where
// neither says it.
func (d *decoder) kindOf(line *cellio.Line) string {
	if d.wide != nil {
		return d.wide.at.kind
	}
	for i := range d.fields {
		if f := &d.fields[i]; f.column.Means == reconcile.TypeID && f.at < len(line.Cells) {
			return trimInvisible(line.Cells[f.at].Text)
		}
	}
	return ""
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
		what := "surrounding spaces were removed"
		if r.rule == RepairPad {
			what = "leading zeros were added"
			if p := d.options.Repair.Pad[r.column.Name]; len(p.Types) == 0 {
				what += fmt.Sprintf(", up to %d digits,", p.Digits)
			}
		}
		d.warn(r.line, r.at, r.column, &fault{
			kind: KindRepaired, message: fmt.Sprintf("%s in %s, the first of them here", what, count(r.n, "cell")),
			remedy: "by the configuration (repair: " + r.rule + "); correct the source to avoid it",
		})
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
