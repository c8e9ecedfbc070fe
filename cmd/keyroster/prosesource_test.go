package main

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// source is where a text for people comes from.
type source int

const (
	noProse source = iota
	// answered: a variable or a result. Whether it is empty says whether there is anything to
	// say, just as an error is nil or not.
	answered
	// kept: a struct field, or something taken from one. Whether it is empty is a state hidden in
	// a text.
	kept
	// advised: what a person should do. It is printed if there is any.
	advised
)

// proseNames has the names of fields and variables that hold texts for people.
var proseNames = map[string]source{
	"reason": kept, "reasons": kept, "message": kept, "messages": kept, "warning": kept, "warnings": kept,
	"note": kept, "notes": kept, "says": kept, "detail": kept, "why": kept, "stopped": kept,
	"trouble": kept, "troubles": kept, "problem": kept, "description": kept, "verdict": kept,
	"hint": advised, "hints": advised, "remedy": advised, "advice": advised, "help": advised,
}

// called returns what a name promises. A field named Words holds what a program says; a variable
// words may hold any words.
func called(name string) source {
	if name == "Words" {
		return kept
	}
	return proseNames[strings.ToLower(name)]
}

// vocabulary has the fields that have such a name but hold something else.
var vocabulary = []string{"reconcile.Column.Words"}

// proseReader looks at one package.
type proseReader struct {
	info   *types.Info
	prints bool
	// carries has the variables that were given a text for people.
	carries map[types.Object]source
}

// follow notes which variables are given a text for people.
func (r *proseReader) follow(decl ast.Node) {
	give := func(to, from ast.Expr) {
		name, ok := to.(*ast.Ident)
		if !ok || from == nil || r.prose(from) == noProse || !textual(r.info.TypeOf(to)) {
			return
		}
		for _, object := range []types.Object{r.info.Defs[name], r.info.Uses[name]} {
			if object != nil && r.carries[object] != kept {
				r.carries[object] = r.prose(from)
			}
		}
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) {
					give(n.Lhs[i], n.Rhs[i])
				}
			}
		case *ast.RangeStmt:
			if n.Value != nil {
				give(n.Value, n.X)
			}
		case *ast.CallExpr:
			r.pass(n)
		}
		return true
	})
}

// pass notes the parameters of the package's own functions that are given one.
func (r *proseReader) pass(call *ast.CallExpr) {
	if r.prints {
		return // printers only lay texts out
	}
	var name *ast.Ident
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		name = fun
	case *ast.SelectorExpr:
		name = fun.Sel
	default:
		return
	}
	to, ok := r.info.Uses[name].(*types.Func)
	if !ok || to.Signature().Variadic() {
		return
	}
	for i, arg := range call.Args {
		if from := r.prose(arg); from != noProse && i < to.Signature().Params().Len() {
			param := to.Signature().Params().At(i)
			r.carries[param] = max(r.carries[param], min(from, answered))
		}
	}
}

// prose returns where an expression that is a text for people comes from.
func (r *proseReader) prose(e ast.Expr) source {
	if !textual(r.info.TypeOf(e)) {
		return noProse
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return r.prose(e.X)
	case *ast.StarExpr:
		return r.prose(e.X)
	case *ast.IndexExpr:
		return r.prose(e.X)
	case *ast.SliceExpr:
		return r.prose(e.X)
	case *ast.BinaryExpr:
		return max(r.prose(e.X), r.prose(e.Y))
	case *ast.Ident:
		if from := r.carries[r.info.Uses[e]]; from != noProse {
			return from
		}
		return min(called(e.Name), answered)
	case *ast.SelectorExpr:
		if s := r.info.Selections[e]; s != nil && s.Kind() == types.FieldVal && !slices.Contains(vocabulary, memberName(s)) {
			return called(e.Sel.Name)
		}
	case *ast.CallExpr:
		return r.answer(e)
	}
	return noProse
}

// answer returns where the text that a call returns comes from: it is an error's words, comes
// from a method named like such a text, or is made by a function out of others.
func (r *proseReader) answer(call *ast.CallExpr) source {
	if s, ok := call.Fun.(*ast.SelectorExpr); ok && r.info.Selections[s] != nil {
		if s.Sel.Name == "Error" && len(call.Args) == 0 {
			return kept
		}
		return min(called(s.Sel.Name), answered)
	}
	makes := []string{"strings", "bytes", "slices", "fmt"}
	if r.info.Types[call.Fun].IsType() || slices.Contains(makes, r.packageOf(call)) || types.ExprString(call.Fun) == "append" {
		from := noProse
		for _, arg := range call.Args {
			from = max(from, r.prose(arg))
		}
		return from
	}
	return noProse
}

func memberName(s *types.Selection) string {
	t := s.Recv()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := t.(*types.Named); ok && named.Obj().Pkg() != nil {
		return named.Obj().Pkg().Name() + "." + named.Obj().Name() + "." + s.Obj().Name()
	}
	return s.Obj().Name()
}

// textual reports whether a type is a text, texts, or the number of a text in a plan. A type with
// a name of its own is a value: its texts are a program's words.
func textual(t types.Type) bool {
	switch t := t.(type) {
	case *types.Basic:
		return t.Info()&types.IsString != 0
	case *types.Named:
		return t.Obj().Name() == "Text" && t.Obj().Pkg() != nil && t.Obj().Pkg().Name() == "reconcile"
	case *types.Slice:
		return textual(t.Elem()) || types.Identical(t.Elem(), types.Typ[types.Byte])
	case *types.Map:
		return textual(t.Elem())
	case *types.Pointer:
		return textual(t.Elem())
	}
	return false
}

// packageOf returns the path of the package whose function is called, or empty.
func (r *proseReader) packageOf(call *ast.CallExpr) string {
	fun := call.Fun
	if f, ok := fun.(*ast.IndexExpr); ok { // with explicit type arguments
		fun = f.X
	}
	if s, ok := fun.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok {
			if p, ok := r.info.Uses[x].(*types.PkgName); ok {
				return p.Imported().Path()
			}
		}
	}
	return ""
}
