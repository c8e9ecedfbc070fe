package configio

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// source is one file of a configuration.
type source struct {
	// path is as people write it; id is the same for all paths to the file.
	path, dir, id string
	// within is the file that includes it, nil for the first.
	within  *source
	anchors map[string]ast.Node
}

// enter begins a file.
func (r *reader) enter(path, id string) {
	r.source = &source{
		path: path, dir: filepath.Dir(path), id: id, within: r.source, anchors: map[string]ast.Node{},
	}
	r.files = append(r.files, path)
	r.seen[id] = true
	r.visits = 0
}

// from is the file that a node is in.
func (r *reader) from(n ast.Node) *source {
	if s := r.origins[n]; s != nil {
		return s
	}
	return r.source
}

// join makes a path relative to the folder of the file that it is written in. It
// works on the text alone: a sheet after # stays as it is.
func (r *reader) join(n ast.Node, path string) string {
	return within(r.from(n).dir, path)
}

// within is a path as seen from a folder. On Windows, one that begins at the root of a
// drive means the folder's drive, and one that names a drive is not joined.
func within(dir, path string) string {
	switch {
	case filepath.IsAbs(path) || filepath.VolumeName(path) != "":
		return path
	case path != "" && os.IsPathSeparator(path[0]):
		return filepath.VolumeName(dir) + path
	}
	return filepath.Join(dir, path)
}

// document parses data as one YAML document and returns its root, or nil after
// reporting why there is none.
func (r *reader) document(data []byte) (root ast.Node) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
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
	ast.Walk(visitor{r}, docs[0].Body)
	return docs[0].Body
}

// syntax reports an error of the parser by its message and place alone: its
// text quotes the source, and some messages quote a word of it.
func (r *reader) syntax(err error) {
	p := Problem{File: r.source.path, Message: "the file is not valid YAML"}
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

type visitor struct{ r *reader }

// Visit implements [ast.Visitor]: it notes the file of each node, and collects the
// anchors.
func (v visitor) Visit(n ast.Node) ast.Visitor {
	v.r.origins[n] = v.r.source
	if a, ok := n.(*ast.AnchorNode); ok && a.Name != nil && a.Value != nil {
		anchors, name := v.r.source.anchors, a.Name.GetToken().Value
		if anchors[name] != nil {
			v.r.fail(a, "an anchor of this name is already defined above", "give it another name")
		}
		anchors[name] = a.Value
	}
	return v
}
