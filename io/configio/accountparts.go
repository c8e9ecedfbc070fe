package configio

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
)

func (r *reader) sandbox(a *Account, v ast.Node) {
	a.section = &Sandbox{}
	entries, ok := r.mapping(v, "`sandbox`")
	if !ok {
		return
	}
	readSection(r, a.section, entries, sandboxKeys, "")
}

// sandboxOrURL settles what base_url and sandbox say together.
func (r *reader) sandboxOrURL(a *Account, at entry, entries []entry) {
	switch {
	case a.baseURL == "sandbox" && a.section != nil:
		a.Sandbox = a.section
	case a.baseURL == "sandbox":
		a.Sandbox = &Sandbox{}
	case hasKey(entries, "sandbox"):
		r.fail(
			at.at,
			"the account `"+a.Name+"` has a `sandbox` section but does not use it",
			"write `base_url: sandbox`, or remove the section",
		)
	default:
		a.BaseURL = a.baseURL
	}
}

func (r *reader) roster(a *Account, v ast.Node) {
	for _, n := range r.oneOrMore(v) {
		name, ok := r.text(n, "an entry of `roster`")
		if ok && name != "-" {
			name = r.join(n, name)
		}
		a.Roster = append(a.Roster, name)
	}
}

// tags reads words that a command line can name, alone and in a list.
func (r *reader) tags(a *Account, v ast.Node) {
	nodes, _ := r.list(v, "`tags`")
	for _, n := range nodes {
		tag, ok := r.text(n, "an entry of `tags`")
		switch {
		case !ok:
		case !accountName.MatchString(tag):
			r.fail(n, "a tag "+nameRule, "")
		case !slices.Contains(a.Tags, tag):
			a.Tags = append(a.Tags, tag)
		}
	}
}
