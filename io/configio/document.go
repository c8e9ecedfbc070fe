package configio

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// document parses data as one YAML document and returns its root, or nil after
// reporting why there is none.
func (r *reader) document(data []byte) (root ast.Node) {
	if !utf8.Valid(data) {
		r.fail(nil, "the file is not UTF-8 text", "save it as UTF-8")
		return nil
	}
	defer func() {
		// The parser panics on some malformed input.
		if recover() != nil {
			root = nil
			r.fail(nil, "the file is not valid YAML", "")
		}
	}()
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(err)
		return nil
	}
	docs := slices.DeleteFunc(file.Docs, func(d *ast.DocumentNode) bool { return d.Body == nil })
	switch len(docs) {
	case 0:
		r.fail(nil, "the file is empty", "write `accounts:` and below it one section for each account")
		return nil
	case 1:
	default:
		r.fail(docs[1].Body, "a second YAML document starts here", "keep everything in one document")
		return nil
	}
	r.anchors = map[string]ast.Node{}
	ast.Walk(anchorVisitor{r}, docs[0].Body)
	return docs[0].Body
}

// syntax reports an error of the parser by its message and place alone: its
// text quotes the source, and some messages quote a word of it.
func (r *reader) syntax(err error) {
	p := Problem{Message: "the file is not valid YAML"}
	if e, ok := errors.AsType[yaml.Error](err); ok {
		words, _, _ := strings.Cut(e.GetMessage(), `"`)
		if words = strings.TrimRight(words, " :"); words != "" {
			p.Message += ": " + words
		}
		if tk := e.GetToken(); tk != nil && tk.Position != nil {
			p.Line, p.Column = tk.Position.Line, tk.Position.Column
		}
	}
	r.problems = append(r.problems, p)
}

type anchorVisitor struct{ r *reader }

// Visit implements [ast.Visitor]: it collects the anchors.
func (v anchorVisitor) Visit(n ast.Node) ast.Visitor {
	if a, ok := n.(*ast.AnchorNode); ok && a.Name != nil && a.Value != nil {
		name := a.Name.GetToken().Value
		if v.r.anchors[name] != nil {
			v.r.fail(a, "an anchor of this name stands further up", "give it another name")
		}
		v.r.anchors[name] = a.Value
	}
	return v
}
