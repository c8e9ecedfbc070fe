package configio

import (
	"github.com/goccy/go-yaml/ast"

	"keyroster/io/rosterio"
)

// maxPad is longer than any card number or PIN.
const maxPad = 64

// repair reads [strip-spaces, pad: {value: 4}].
func (r *reader) repair(a *Account, v ast.Node) {
	const rules = "the rules are " + rosterio.RepairStripSpaces + " and " + rosterio.RepairPad +
		": {column: digits}, or {column: {type: digits}}"
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

// pad reads {value: 4}, or {value: {card: 10, pin: 4}}.
func (r *reader) pad(a *Account, v ast.Node) {
	entries, ok := r.mapping(v, "`pad`")
	if !ok {
		return
	}
	for _, e := range entries {
		if !r.isColumn(a, e, "`pad`", anyColumn) {
			continue
		}
		padding, ok := r.padding(e)
		if !ok {
			continue
		}
		if a.Repair.Pad == nil {
			a.Repair.Pad = map[string]rosterio.Padding{}
		}
		a.Repair.Pad[e.key] = padding
	}
}

// padding reads 4, or {card: 10, pin: 4}. The account's types are not known here.
func (r *reader) padding(e entry) (p rosterio.Padding, ok bool) {
	if _, mapped := r.resolve(e.value).(ast.MapNode); !mapped {
		digits, ok := r.integer(e.value, "`"+e.key+"`", 1, maxPad)
		return rosterio.Padding{Digits: int(digits)}, ok
	}
	types, _ := r.mapping(e.value, "`"+e.key+"`")
	if len(types) == 0 {
		r.fail(e.value, "`"+e.key+"` names no type", "write 4, or {card: 10, pin: 4}")
	}
	r.distinct(types, "`"+e.key+"`", typeKey)
	for _, of := range types {
		digits, read := r.integer(of.value, "`"+of.key+"`", 1, maxPad)
		if !read {
			continue
		}
		if p.Types == nil {
			p.Types = map[string]int{}
		}
		p.Types[of.key] = int(digits)
	}
	return p, p.Types != nil
}
