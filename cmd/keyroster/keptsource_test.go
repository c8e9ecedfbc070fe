package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// keeper searches a package for places that deal with the store's files.
type keeper struct {
	path  string
	pkg   *types.Package
	files []*ast.File
	info  *types.Info
	// carries has the variables that were given a file name of the store, or a path (true).
	carries map[types.Object]bool
	// members has the struct fields that were given a path, in any package.
	members map[string]bool
}

// newKeeper makes the keeper of a package; all keepers share members.
func newKeeper(path string, files []*ast.File, info *types.Info, members map[string]bool) *keeper {
	var pkg *types.Package
	for _, object := range info.Defs {
		if object != nil && object.Pkg() != nil {
			pkg = object.Pkg()
			break
		}
	}
	return &keeper{path, pkg, files, info, map[types.Object]bool{}, members}
}

// keeping is a place that deals with one of the store's files.
type keeping struct {
	at token.Pos
	// name is the file's name, or the expression that stands for it there.
	name, how string
}

// follow notes the variables and fields that are given a path or file name of the store.
func (k *keeper) follow() {
	for _, file := range k.files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i := range n.Lhs {
					if len(n.Lhs) == len(n.Rhs) {
						k.give(n.Lhs[i], n.Rhs[i])
					}
				}
			case *ast.ValueSpec:
				for i := range n.Names {
					if len(n.Names) == len(n.Values) {
						k.give(n.Names[i], n.Values[i])
					}
				}
			case *ast.CompositeLit:
				k.fill(n)
			case *ast.CallExpr:
				k.pass(n)
			}
			return true
		})
	}
}

// pass notes the parameters of the package's own functions that are given one.
func (k *keeper) pass(call *ast.CallExpr) {
	to := k.called(call.Fun)
	if to == nil || to.Pkg() != k.pkg {
		return
	}
	params := to.Signature().Params()
	for i, arg := range call.Args {
		if of, path := k.keptIn(arg); of != "" && textual(k.info.TypeOf(arg)) && params.Len() > 0 {
			param := params.At(min(i, params.Len()-1))
			k.carries[param] = k.carries[param] || path
		}
	}
}

func (k *keeper) give(to, from ast.Expr) {
	if !textual(k.info.TypeOf(from)) {
		return
	}
	of, path := k.keptIn(from)
	switch to := to.(type) {
	case *ast.Ident:
		for _, object := range []types.Object{k.info.Defs[to], k.info.Uses[to]} {
			if object != nil && of != "" {
				k.carries[object] = k.carries[object] || path
			}
		}
	case *ast.SelectorExpr:
		if s := k.info.Selections[to]; s != nil && path {
			k.members[memberName(s)] = true
		}
	}
}

// fill notes the fields that a literal gives a path.
func (k *keeper) fill(of *ast.CompositeLit) {
	t := k.info.TypeOf(of)
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return
	}
	for _, part := range of.Elts {
		pair, ok := part.(*ast.KeyValueExpr)
		if !ok || !textual(k.info.TypeOf(pair.Value)) {
			continue
		}
		if _, path := k.keptIn(pair.Value); path {
			k.members[named.Obj().Pkg().Name()+"."+named.Obj().Name()+"."+types.ExprString(pair.Key)] = true
		}
	}
}

// keepings returns the places in the package that deal with files of runs or of what is
// remembered, either by name or by the path that the store tells for messages.
func (k *keeper) keepings() []keeping {
	var found []keeping
	for _, file := range k.files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit, *ast.BinaryExpr:
				if name := k.spelt(n.(ast.Expr)); name != "" {
					found = append(found, keeping{n.Pos(), name, "names " + name + ", which a store keeps"})
					return false
				}
			case *ast.CallExpr:
				found = append(found, k.given(n)...)
			}
			return true
		})
	}
	return found
}

// spelt returns the store's file name that a constant expression spells out, or empty.
func (k *keeper) spelt(e ast.Expr) string {
	v := k.info.Types[e].Value
	if v == nil || v.Kind() != constant.String || !slices.Contains(keptNames, constant.StringVal(v)) {
		return ""
	}
	return constant.StringVal(v)
}

// given returns the arguments that a call must not get: functions that deal with files get
// nothing of the store's, and functions that do more than tell people get no path.
func (k *keeper) given(call *ast.CallExpr) []keeping {
	if k.info.Types[call.Fun].IsType() || k.info.Types[call.Fun].IsBuiltin() {
		return nil
	}
	var found []keeping
	from := k.packageOf(call.Fun)
	own := from == k.pkg.Path() // what its functions do with their parameters is checked there
	for _, arg := range call.Args {
		of, path := k.keptIn(arg)
		if files := slices.Contains(filing, from); of != "" && (files || path && !own && !slices.Contains(telling, from)) {
			found = append(found, keeping{call.Pos(), of, types.ExprString(call.Fun) + " is given " + of + ", which a store keeps"})
		}
	}
	return found
}

// packageOf returns the path of the package whose function or method a call calls, or empty for a
// function in a variable.
func (k *keeper) packageOf(fun ast.Expr) string {
	of := k.called(fun)
	if of == nil || of.Pkg() == nil || of.FullName() == module+"/io/plainfile.Capped" {
		return ""
	}
	return of.Pkg().Path()
}

// called returns the function or method that a call calls, or nil for one in a variable.
func (k *keeper) called(fun ast.Expr) *types.Func {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		of, _ := k.info.Uses[fun].(*types.Func)
		return of
	case *ast.SelectorExpr:
		of, _ := k.info.Uses[fun.Sel].(*types.Func)
		return of
	}
	return nil
}

// keptIn returns what an expression takes from the store, a file name or a path, or empty.
// Function and struct literals in it, and the parts that texts are made of, are checked on their
// own.
func (k *keeper) keptIn(e ast.Expr) (found string, path bool) {
	take := func(what ast.Expr, isPath bool) {
		if found == "" || isPath {
			found, path = types.ExprString(what), path || isPath
		}
	}
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.CompositeLit:
			return false
		case *ast.BinaryExpr:
			return !k.sentence(n)
		case *ast.CallExpr:
			return !slices.Contains([]string{"fmt", "errors"}, k.packageOf(n.Fun))
		case *ast.Ident:
			if isPath, carries := k.carries[k.info.Uses[n]]; carries {
				take(n, isPath)
			}
		case *ast.SelectorExpr:
			k.selected(n, take)
		}
		return true
	})
	return found, path
}

// sentence reports whether a concatenation has a part of several words.
func (k *keeper) sentence(of *ast.BinaryExpr) bool {
	for _, part := range []ast.Expr{of.X, of.Y} {
		if v := k.info.Types[part].Value; v != nil && v.Kind() == constant.String && strings.Contains(constant.StringVal(v), " ") {
			return true
		}
	}
	return false
}

// selected takes a selector that is the store's.
func (k *keeper) selected(of *ast.SelectorExpr, take func(what ast.Expr, isPath bool)) {
	object := k.info.Uses[of.Sel]
	if s := k.info.Selections[of]; s != nil {
		object = s.Obj()
		if s.Kind() == types.FieldVal && k.members[memberName(s)] {
			take(of, true)
		}
	}
	if object == nil || object.Pkg() == nil || !below(strings.TrimPrefix(object.Pkg().Path(), module+"/"), storeFolder) {
		return
	}
	_, constant := object.(*types.Const)
	if path := slices.Contains([]string{"Path", "Place", "Argument", "Scratch"}, object.Name()); constant || path {
		take(of, !constant)
	}
}
