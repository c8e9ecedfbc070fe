package configio

import (
	"github.com/goccy/go-yaml/ast"

	"keyroster/io/rosterio"
)

// maxPad is longer than any card number or PIN.
const maxPad = 64

// repair reads [strip-spaces, pad: {value: 4}].
func (r *reader) repair(a *Account, v ast.Node) {
	const rules = "the rules are " + rosterio.RepairStripSpaces + " and " + rosterio.RepairPad + ": {column: digits}"
	items, _ := r.list(v, "`repair`")
	for _, item := range items {
		if _, isText := r.resolve(item).(*ast.StringNode); isText {
			if _, ok := r.word(item, "a rule of `repair`", rosterio.RepairStripSpaces); ok {
				a.Repair.StripSpaces = true
			}
			continue
		}
		entries, ok := r.mapping(item, "a rule of `repair`")
		if !ok {
			continue
		}
		for _, e := range entries {
			if e.key != rosterio.RepairPad {
				r.unknown(e, []string{rosterio.RepairPad}, rules)
				continue
			}
			r.pad(a, e.value)
		}
	}
}

// pad reads {value: 4}.
func (r *reader) pad(a *Account, v ast.Node) {
	entries, ok := r.mapping(v, "`pad`")
	if !ok {
		return
	}
	for _, e := range entries {
		if !r.isColumn(a, e, "`pad`", anyColumn) {
			continue
		}
		digits, ok := r.integer(e.value, "`"+e.key+"`", 1, maxPad)
		if !ok {
			continue
		}
		if a.Repair.Pad == nil {
			a.Repair.Pad = map[string]int{}
		}
		a.Repair.Pad[e.key] = int(digits)
	}
}
