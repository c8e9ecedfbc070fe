package configio

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// readDefaults reads the defaults for the accounts of each provider. They are validated
// at once, so that a mistake is reported where it is, whether or not an account uses it.
func (r *reader) readDefaults(_ *Config, v ast.Node) {
	sections, _ := r.mapping(v, "`defaults`")
	for _, s := range sections {
		i := slices.IndexFunc(r.known, func(p Provider) bool { return p.Name == s.key })
		if i < 0 {
			known := r.providerNames()
			r.unknown(s, known, "`defaults` has a section for a provider: "+strings.Join(known, ", "))
			continue
		}
		entries, ok := r.mapping(s.value, "the defaults of "+s.key)
		if !ok {
			continue
		}
		r.defaults[s.key] = entries
		a := r.emptyAccount("")
		a.useDefaults(&r.known[i])
		r.fields(a, entries)
		r.auth(a, entries)
		for _, e := range entries {
			if e.key == "provider" {
				r.fail(e.at, "`provider` repeats the name of the section", "remove it")
			}
		}
	}
}

// rosterByDefault reports whether the accounts of a provider have a roster by default.
func (r *reader) rosterByDefault() bool {
	for _, entries := range r.defaults {
		if slices.ContainsFunc(entries, isRosterKey) {
			return true
		}
	}
	return false
}

// withDefaults are the entries of an account with those of its provider that it
// does not have. Sections are merged key by key, at any depth; everything else, lists
// included, is the account's or the default's as a whole. An auth section that is
// already one of the provider's forms stays as it is.
func (r *reader) withDefaults(p *Provider, own []entry) []entry {
	base := r.defaults[p.Name]
	i := indexOf(own, "auth")
	if i >= 0 && r.isForm(own[i].value, p) {
		base = slices.DeleteFunc(slices.Clone(base), func(e entry) bool { return e.key == "auth" })
	}
	return r.overlay(own, base)
}

func (r *reader) isForm(section ast.Node, p *Provider) bool {
	members, ok := r.sectionOf(section)
	if !ok {
		return true // whatever it is, it is the account's own
	}
	given := make([]string, len(members))
	for i, m := range members {
		given[i] = m.key
	}
	return slices.ContainsFunc(p.Auth, func(form []Member) bool {
		extra, lacks := compare(given, form)
		return len(extra)+len(lacks) == 0
	})
}

// overlay are the entries of own, and those of base whose keys own lacks.
func (r *reader) overlay(own, base []entry) []entry {
	out := slices.Clone(own)
	for _, b := range base {
		i := slices.IndexFunc(out, func(e entry) bool { return typeKey(e.key) == typeKey(b.key) })
		if i < 0 {
			out = append(out, b)
			continue
		}
		out[i].value = r.mergeSection(out[i].value, b.value)
	}
	return out
}

// mergeSection is the section own with the keys of base that it lacks, or just own if one
// of the two is not a section.
func (r *reader) mergeSection(own, base ast.Node) ast.Node {
	mine, isSection := r.sectionOf(own)
	theirs, both := r.sectionOf(base)
	if !isSection || !both {
		return own
	}
	var values []*ast.MappingValueNode
	for _, e := range r.overlay(mine, theirs) {
		if k, ok := e.at.(ast.MapKeyNode); ok {
			values = append(values, ast.MappingValue(e.at.GetToken(), k, e.value))
		}
	}
	whole := ast.Mapping(own.GetToken(), true, values...)
	r.origins[whole] = r.from(own)
	return whole
}

// sectionOf are the entries of a mapping; anything else has none, and is not reported here.
func (r *reader) sectionOf(n ast.Node) ([]entry, bool) {
	switch r.resolve(n).(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return r.mapping(n, "a section")
	}
	return nil, false
}
