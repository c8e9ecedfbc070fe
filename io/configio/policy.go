package configio

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"keyroster/reconcile"
)

func (r *reader) limits(a *Account, v ast.Node) {
	entries, ok := r.mapping(v, "`limits`")
	if !ok {
		return
	}
	for _, e := range entries {
		if !slices.Contains(reconcile.LimitNames, e.key) {
			r.unknown(e, reconcile.LimitNames, "the limits are "+strings.Join(reconcile.LimitNames, ", "))
			continue
		}
		text, ok := r.text(e.value, "`"+e.key+"`")
		if !ok {
			continue
		}
		limit, err := reconcile.ParseLimit(e.key, text)
		if err != nil {
			r.fail(e.value, err.Error(), "")
			continue
		}
		a.Limits[e.key] = limit
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
		r.fail(v, "`stop_after` takes a number of errors above 0, or a share of the changes", "for example 20 errors, or 10%")
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
	if a.provider != nil && len(a.provider.Columns) > 0 {
		var known []string
		for _, c := range a.provider.Columns {
			if !c.Secret {
				known = append(known, c.Name)
			}
		}
		if !slices.Contains(known, e.key) {
			r.unknown(e, known, "an entry of `protect` names columns of the roster: "+strings.Join(known, ", "))
			return
		}
	}
	text, ok := r.text(e.value, "`"+e.key+"`")
	if ok && strings.Contains(strings.TrimSuffix(text, "*"), "*") {
		r.fail(e.value, "`"+e.key+"` has a * that is not at its end", "only a * at the end stands for anything")
		return
	}
	p[e.key] = text
}

func (r *reader) columns(a *Account, v ast.Node) {
	entries, _ := r.mapping(v, "`columns`")
	a.Columns = make(map[string]string, len(entries))
	for _, e := range entries {
		column, ok := r.text(e.value, "a value of `columns`")
		if !ok {
			continue
		}
		if a.provider != nil && len(a.provider.Columns) > 0 {
			known := make([]string, len(a.provider.Columns))
			for i, c := range a.provider.Columns {
				known[i] = c.Name
			}
			if _, ok = r.word(e.value, "a column", known...); !ok {
				continue
			}
		}
		a.Columns[e.key] = column
	}
}
