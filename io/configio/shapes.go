package configio

import (
	"github.com/goccy/go-yaml/ast"

	"keyroster/reconcile/shape"
)

// shapes reads {Proximity card: "digits:8-10"}. The account's types are not known here.
func (r *reader) shapes(a *Account, v ast.Node) {
	entries, _ := r.mapping(v, "`shapes`")
	r.distinct(entries, "`shapes`", typeKey)
	for _, e := range entries {
		text, ok := r.text(e.value, "`"+e.key+"`")
		if !ok {
			continue
		}
		s, err := shape.Parse(text)
		if err != nil {
			r.fail(e.value, err.Error(), "write it as digits:8-10, hex:8, alnum:6-12 or digits:3+\":\"+digits:5")
			continue
		}
		if a.Shapes == nil {
			a.Shapes = map[string]shape.Shape{}
		}
		a.Shapes[e.key] = s
	}
}
