package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"keyroster/providers/all"
)

// spellsColumns are the files outside providers that may spell names of columns, each with the
// reason.
var spellsColumns = map[string]string{
	"cmd/internal/starter/demo.go": "writes the headers of the demo's roster",
	"cmd/internal/audit/lines.go":  "names a member of report.json",
	"io/migrationio/people.go":     "reads the headers of a list of pairs, which customers make",
	"io/migrationio/write.go":      "writes the headers of lost.csv",
	"io/reportio/columns.go":       "writes the headers of report.csv and of the workbook",
	"io/sealio/legacy.go":          "reads snapshots of versions before 4, which have no meanings",
}

// TestNoColumnIsSpeltOutsideProviders: whatever a provider calls a column, code finds it by its
// meaning: outside providers no column is looked up by name.
func TestNoColumnIsSpeltOutsideProviders(t *testing.T) {
	set, check := checker(t)
	names, needed := columnNames(), map[string]bool{}
	for _, p := range modulePackages(t) {
		if below(p.path(), "providers") || len(p.GoFiles) == 0 {
			continue
		}
		var files []*ast.File
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		var info *types.Info
		for i, file := range files {
			path := p.path() + "/" + p.GoFiles[i]
			if !spellsAny(file, names) {
				continue
			}
			if info == nil {
				info = check(p.ImportPath, files)
			}
			for _, found := range spellings(file, info, names) {
				if needed[path] = true; spellsColumns[path] == "" {
					t.Errorf("%s: column %s is looked for by its name: a reconcile.Meaning finds it", set.Position(found.Pos()), found.Value)
				}
			}
		}
	}
	for path := range spellsColumns {
		if !needed[path] {
			t.Errorf("%s may spell columns, and spells none", path)
		}
	}
}

// columnNames returns the names of all columns of all providers.
func columnNames() map[string]bool {
	names := map[string]bool{}
	for _, spec := range all.Specs() {
		for i := range spec.Schema.Columns {
			names[spec.Schema.Columns[i].Name] = true
		}
	}
	return names
}

func spellsAny(file *ast.File, names map[string]bool) bool {
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		if text, ok := n.(*ast.BasicLit); ok {
			found = found || names[literal(text)]
		}
		return !found
	})
	return found
}

func literal(text *ast.BasicLit) string {
	if text.Kind != token.STRING {
		return ""
	}
	value, err := strconv.Unquote(text.Value)
	if err != nil {
		return ""
	}
	return value
}

// spellings returns the literals of a file that are names of columns: those that can be nothing
// else (holder_id) anywhere but in struct tags, and words such as type or value where a schema, a
// record, a column or something kept by column is asked for them.
func spellings(file *ast.File, info *types.Info, names map[string]bool) []*ast.BasicLit {
	var found []*ast.BasicLit
	asks, tags := map[*ast.BasicLit]bool{}, map[*ast.BasicLit]bool{}
	ask := func(list ...ast.Expr) {
		for _, e := range list {
			if text, ok := ast.Unparen(e).(*ast.BasicLit); ok {
				asks[text] = true
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if n.Tag != nil {
				tags[n.Tag] = true
			}
		case *ast.CallExpr:
			if takesColumn(n, info) {
				ask(n.Args...)
			}
		case *ast.BinaryExpr:
			if isColumnName(n.X, info) || isColumnName(n.Y, info) {
				ask(n.X, n.Y)
			}
		case *ast.SwitchStmt:
			if n.Tag != nil && isColumnName(n.Tag, info) {
				for _, clause := range n.Body.List {
					ask(clause.(*ast.CaseClause).List...)
				}
			}
		case *ast.IndexExpr:
			if byColumn(info.TypeOf(n.X)) {
				ask(n.Index)
			}
		case *ast.CompositeLit:
			if byColumn(info.TypeOf(n)) {
				for _, element := range n.Elts {
					if pair, ok := element.(*ast.KeyValueExpr); ok {
						ask(pair.Key)
					}
				}
			}
		case *ast.BasicLit:
			if value := literal(n); !tags[n] && names[value] && (asks[n] || strings.ContainsAny(value, "_.")) {
				found = append(found, n)
			}
		}
		return true
	})
	return found
}

// takesColumn reports whether a call is one of a schema or a record, or takes a column's name.
func takesColumn(call *ast.CallExpr, info *types.Info) bool {
	of, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	if slices.ContainsFunc(call.Args, func(arg ast.Expr) bool { return isColumnName(arg, info) }) {
		return true
	}
	name := typeName(info.TypeOf(of.X))
	return name == "reconcile.Schema" || name == "reconcile.Record"
}

// isColumnName reports whether an expression is the name of a column.
func isColumnName(e ast.Expr, info *types.Info) bool {
	of, ok := ast.Unparen(e).(*ast.SelectorExpr)
	return ok && of.Sel.Name == "Name" && typeName(info.TypeOf(of.X)) == "reconcile.Column"
}

// byColumn reports whether something is keyed by the names of columns.
func byColumn(t types.Type) bool {
	if t == nil {
		return false
	}
	if typeName(t) == "reconcile.Protection" {
		return true
	}
	table, ok := t.Underlying().(*types.Map)
	if !ok {
		return false
	}
	list, ok := table.Elem().(*types.Slice)
	return ok && typeName(list.Elem()) == "reconcile.Choice"
}

// typeName returns the name of a type with its package, without the package's path.
func typeName(t types.Type) string {
	if t == nil {
		return ""
	}
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := t.(*types.Named); ok && named.Obj().Pkg() != nil {
		return named.Obj().Pkg().Name() + "." + named.Obj().Name()
	}
	return ""
}

func TestSpellingColumnsIsSeen(t *testing.T) {
	const source = `package reconcile
import "strings"
type Column struct{ Name string }
type Schema struct{ Columns []Column }
func (*Schema) Index(string) int { return 0 }
type Record struct{}
func (Record) Text(string) string { return "" }
type Protection map[string]string
type Choice struct{}
type document struct { HolderID string ` + "`json:\"holder_id\"`" + ` }
func f(s *Schema, r Record, p Protection, c Column, choices map[string][]Choice, log func(string, string)) {
	_, _ = s.Index("type"), r.Text("value")
	_ = strings.HasPrefix(c.Name, "type") || c.Name == "status"
	switch c.Name { case "title": }
	_, _ = p["type"], choices["type"]
	_ = Protection{"type": "x"}
	log("type", "value")
	_ = []string{"holder_id"}
}`
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "bad.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noPackages{}}
	if _, err := config.Check("reconcile", set, []*ast.File{file}, info); err != nil {
		t.Fatal(err)
	}
	if found := spellings(file, info, columnNames()); len(found) != 9 {
		t.Errorf("found %d of 9", len(found))
		for _, one := range found {
			t.Log(set.Position(one.Pos()), one.Value)
		}
	}
}

// noPackages stands in for packages of which only a function of two texts is known.
type noPackages struct{}

func (noPackages) Import(path string) (*types.Package, error) {
	pkg := types.NewPackage(path, path)
	text := types.Typ[types.String]
	params := types.NewTuple(types.NewVar(0, pkg, "", text), types.NewVar(0, pkg, "", text))
	results := types.NewTuple(types.NewVar(0, pkg, "", types.Typ[types.Bool]))
	pkg.Scope().Insert(types.NewFunc(0, pkg, "HasPrefix", types.NewSignatureType(nil, nil, nil, params, results, false)))
	pkg.MarkComplete()
	return pkg, nil
}
