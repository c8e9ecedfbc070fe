package configio

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

func (r *reader) limits(a *Account, v ast.Node) {
	entries, ok := r.mapping(v, "`limits`")
	if !ok {
		return
	}
	for _, e := range entries {
		if e.key == "types" {
			r.typeLimits(a, e.value)
			continue
		}
		r.limit(a.Limits, e, append(slices.Clone(reconcile.LimitNames), "types"))
	}
}

// limit reads one limit; names are those allowed here.
func (r *reader) limit(into reconcile.Limits, e entry, names []string) {
	if !slices.Contains(names, e.key) {
		r.unknown(e, names, "the limits are "+strings.Join(names, ", "))
		return
	}
	text, ok := r.text(e.value, "`"+e.key+"`")
	if !ok {
		return
	}
	limit, err := reconcile.ParseLimit(e.key, text)
	if err != nil {
		r.fail(e.value, err.Error(), "")
		return
	}
	into[e.key] = limit
}

// typeLimits reads limits of single types: {pin: {update: 5, delete: 0}}.
func (r *reader) typeLimits(a *Account, v ast.Node) {
	entries, _ := r.mapping(v, "`types`")
	r.distinct(entries, "`types`", typeKey)
	for _, e := range entries {
		limits := reconcile.Limits{}
		of, _ := r.mapping(e.value, "the limits of a type")
		for _, one := range of {
			r.limit(limits, one, reconcile.TypeLimitNames)
		}
		if a.TypeLimits == nil {
			a.TypeLimits = map[string]reconcile.Limits{}
		}
		a.TypeLimits[e.key] = limits
	}
}

// stopAfter reads 20 errors, 20 or 10%.
func (r *reader) stopAfter(a *Account, v ast.Node) {
	text, ok := r.text(v, "`stop_after`")
	if !ok {
		return
	}
	number, _ := strings.CutSuffix(text, " errors")
	if err := a.StopAfter.UnmarshalText([]byte(number)); err != nil || a.StopAfter == (reconcile.Limit{}) {
		r.fail(
			v,
			"`stop_after` takes a number of errors above 0, or a share of the changes",
			"for example 20 errors, or 10%",
		)
	}
}

func (r *reader) protect(a *Account, v ast.Node) {
	items, _ := r.list(v, "`protect`")
	for _, item := range items {
		entries, ok := r.mapping(item, "an entry of `protect`")
		if !ok {
			continue
		}
		if len(entries) == 0 {
			r.fail(item, "an entry of `protect` names nothing", "write {holder_id: …} or another column")
		}
		p := reconcile.Protection{}
		for _, e := range entries {
			r.protectColumn(a, p, e)
		}
		a.Protect = append(a.Protect, p)
	}
}

func (r *reader) protectColumn(a *Account, p reconcile.Protection, e entry) {
	if !r.isColumn(a, e, "an entry of `protect`", openColumn) {
		return
	}
	text, ok := r.text(e.value, "`"+e.key+"`")
	if ok && strings.Contains(strings.TrimSuffix(text, "*"), "*") {
		r.fail(e.value, "`"+e.key+"` has a * before its end", "a * is allowed only at the end")
		return
	}
	p[e.key] = text
}

// isColumn reports whether a key of what is a column that keep accepts, or may be one
// because the provider's columns are unknown. Others are reported.
func (r *reader) isColumn(a *Account, e entry, what string, keep func(Column) bool) bool {
	if a.provider == nil || len(a.provider.Columns) == 0 {
		return true
	}
	known := a.provider.columnNames(keep)
	if slices.Contains(known, e.key) {
		return true
	}
	r.unknown(e, known, what+" names columns of the roster: "+strings.Join(known, ", "))
	return false
}

func (r *reader) columns(a *Account, v ast.Node) {
	entries, _ := r.mapping(v, "`columns`")
	a.Columns = make(map[string]string, len(entries))
	for _, e := range entries {
		switch r.resolve(e.value).(type) {
		case *ast.MappingNode, *ast.MappingValueNode:
			r.wideColumn(a, e)
			continue
		}
		column, ok := r.text(e.value, "a value of `columns`")
		if !ok {
			continue
		}
		name, kind, typed := strings.Cut(column, rosterio.TypeMark)
		if a.provider != nil && len(a.provider.Columns) > 0 && (!typed || name != valueColumn(a.provider)) {
			known := append(a.provider.columnNames(anyColumn), rosterio.IgnoreColumn)
			if _, ok = r.word(e.value, "a column", known...); !ok {
				continue
			}
		}
		if typed && strings.TrimSpace(kind) == "" {
			r.fail(e.value, "the header "+shown(e.key)+" has no type", "such as "+name+rosterio.TypeMark+"pin")
			continue
		}
		a.Columns[e.key] = column
	}
}

// valueColumn is the column that may have a type in a map of columns, empty for none.
func valueColumn(p *Provider) string {
	for _, c := range p.Columns {
		if c.Secret && c.Managed {
			return c.Name
		}
	}
	return ""
}

// wideColumn reads {column: value, type: pin}.
func (r *reader) wideColumn(a *Account, of entry) {
	entries, _ := r.mapping(of.value, "a value of `columns`")
	var column, kind string
	for _, e := range entries {
		switch e.key {
		case "column":
			column, _ = r.text(e.value, "`column`")
			value := ""
			if a.provider != nil && len(a.provider.Columns) > 0 {
				if value = valueColumn(a.provider); value == "" {
					r.fail(of.value, a.Provider+" has no column whose values have types", "name only the column")
					return
				}
				if _, ok := r.word(e.value, "a column with a type", value); !ok {
					return
				}
			}
		case "type":
			kind, _ = r.text(e.value, "`type`")
		default:
			r.unknown(e, []string{"column", "type"}, "a value of `columns` has keys other than column and type")
		}
	}
	if !hasKey(entries, "column") || !hasKey(entries, "type") {
		r.fail(of.value, "the header "+shown(of.key)+" needs both `column` and `type`", "such as {column: value, type: pin}")
		return
	}
	if column != "" && kind != "" {
		a.Columns[of.key] = column + rosterio.TypeMark + kind
	}
}
