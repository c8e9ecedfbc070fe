package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// readsProse has the functions that may read a text for people, each with the reason. A commit
// that moves one changes its name here; one that no longer reads any text has no place here.
var readsProse = map[string]string{
	"legacyNotListed":         "reports of versions before the member not_listed tell it in words alone; theirs do not change any more",
	"addOutcome":              "leaves out a warning that the line has already",
	"(*differ).join":          "leaves out a note that the line has already",
	"(*differ).setEffect":     "leaves out a note that the row has already",
	"(*Error).Remedies":       "leaves out a remedy that is there already",
	"ConsentText":             "prints a note where there is one",
	"(*call).record":          "logs the words of a trouble where it has any",
	"(*Plan).AddText":         "gives equal texts one number",
	"(EffectState).Known":     "asks for the zero value, words and all",
	"(*Options).lifted":       "a person lifts the rule by giving a reason: it is the value of the option",
	"clauses":                 "cuts a verdict to the width of a subject",
	"wantsBody":               "servers of OAuth say it in a sentence alone: no code of it is published",
	"(*apiError).needsIssuer": "PingOne says it in a sentence alone: no code of it is published",
}

// printers are the packages that only lay out what others found. There, whether a text is empty
// decides only whether it is printed, in a column, line or block of its own.
var printers = []string{"io/reportio"}

// TestProseDecidesNothing: no code reads a reason, message, warning or note to know a state. What
// a program must know is a value of its own, so that the wording can always be improved.
func TestProseDecidesNothing(t *testing.T) {
	set, check := checker(t)
	needed := map[string]string{}
	for _, p := range modulePackages(t) {
		if strings.HasSuffix(p.path(), "test") || len(p.GoFiles) == 0 {
			continue // test kits read words, since words are what they test
		}
		files := p.parse(t, set)
		for _, r := range readings(files, check(p.ImportPath, files), slices.Contains(printers, p.path())) {
			other, known := needed[r.function]
			folder := strings.SplitN(p.path(), "/", 2)[0]
			if _, allowed := readsProse[r.function]; allowed && (!known || other == folder) {
				needed[r.function] = folder
				continue
			}
			t.Errorf("%s: %s reads words to know a state: %s", set.Position(r.at), r.function, r.how)
		}
	}
	for name := range readsProse {
		if needed[name] == "" {
			t.Errorf("%s may read words, and reads none", name)
		}
	}
}

// parse reads the package's files.
func (p *pkg) parse(t *testing.T, set *token.FileSet) (files []*ast.File) {
	t.Helper()
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// checker returns a function that finds the types of a package's expressions, using the export
// data that the compiler left for the packages it imports.
func checker(t *testing.T) (*token.FileSet, func(path string, files []*ast.File) *types.Info) {
	t.Helper()
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export", "./...")
	cmd.Dir = rootDir
	var failure bytes.Buffer
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list packages: %v\n%s", err, &failure)
	}
	compiled := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		compiled[p.ImportPath] = p.Export
	}
	set := token.NewFileSet()
	imports := importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(compiled[path]) })
	return set, func(path string, files []*ast.File) *types.Info {
		info := &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
		}
		if _, err := (&types.Config{Importer: imports}).Check(path, set, files, info); err != nil {
			t.Fatalf("check %s: %v", path, err)
		}
		return info
	}
}

// reading is a place that looks into a text for people.
type reading struct {
	at            token.Pos
	function, how string
}

// readings returns the readings in a package; prints says that it is one of the printers.
func readings(files []*ast.File, info *types.Info, prints bool) []reading {
	var found []reading
	r := &proseReader{info: info, prints: prints, carries: map[types.Object]source{}}
	for range 3 { // a text may be passed on several times
		for _, file := range files {
			r.follow(file)
		}
	}
	for _, file := range files {
		for _, decl := range file.Decls {
			name := "a declaration"
			if f, ok := decl.(*ast.FuncDecl); ok {
				name = functionName(f)
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				if how := r.reads(n); how != "" {
					found = append(found, reading{n.Pos(), name, how})
				}
				return true
			})
		}
	}
	return found
}

func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	return "(" + types.ExprString(f.Recv.List[0].Type) + ")." + f.Name.Name
}

// looks are the functions that look into a text, or for a text among others.
var looks = map[string][]string{
	"strings": {
		"Contains", "ContainsAny", "ContainsFunc", "ContainsRune", "HasPrefix", "HasSuffix", "EqualFold", "Cut", "CutPrefix", "CutSuffix", "Count",
		"Index", "IndexAny", "IndexByte", "IndexFunc", "IndexRune", "LastIndex", "LastIndexAny", "LastIndexByte", "LastIndexFunc",
	},
	"slices": {"Contains", "ContainsFunc", "Index", "IndexFunc", "Equal", "BinarySearch"},
	"regexp": {"Match", "MatchString"},
}

// reads returns how a node looks into a text for people, or empty if it does not.
func (r *proseReader) reads(n ast.Node) string {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if n.Op == token.EQL || n.Op == token.NEQ || n.Op == token.LSS || n.Op == token.GTR {
			return r.compares(n)
		}
	case *ast.SwitchStmt:
		if n.Tag != nil && r.prose(n.Tag) != noProse {
			return "switch " + types.ExprString(n.Tag)
		}
	case *ast.IndexExpr:
		if _, ok := under(r.info.TypeOf(n.X)).(*types.Map); ok && r.prose(n.Index) != noProse {
			return types.ExprString(n)
		}
	case *ast.CallExpr:
		if r.looksInto(n) {
			return types.ExprString(n)
		}
	}
	return ""
}

func under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

// compares returns a comparison of a text for people with another text, of its length, or with
// the empty text where that is a state; otherwise empty.
func (r *proseReader) compares(n *ast.BinaryExpr) string {
	for _, sides := range [][2]ast.Expr{{n.X, n.Y}, {n.Y, n.X}} {
		one, other := sides[0], sides[1]
		if call, ok := one.(*ast.CallExpr); ok && types.ExprString(call.Fun) == "len" {
			one = call.Args[0]
		}
		from := r.prose(one)
		if from == noProse || types.ExprString(other) == "nil" && !r.isList(one) {
			continue
		}
		if v := r.info.Types[other].Value; v != nil && (v.ExactString() == `""` || v.ExactString() == "0") || types.ExprString(other) == "nil" {
			if from != kept || r.prints {
				continue
			}
		}
		return types.ExprString(n)
	}
	return ""
}

func (r *proseReader) isList(e ast.Expr) bool {
	_, ok := under(r.info.TypeOf(e)).(*types.Slice)
	return ok
}

func (r *proseReader) looksInto(call *ast.CallExpr) bool {
	s, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.ContainsFunc(call.Args, func(arg ast.Expr) bool { return r.prose(arg) != noProse }) {
		return false
	}
	if slices.Contains(looks[strings.Replace(r.packageOf(call), "bytes", "strings", 1)], s.Sel.Name) {
		return true
	}
	found := r.info.Selections[s]
	return found != nil && strings.HasSuffix(found.Recv().String(), "regexp.Regexp") &&
		(strings.HasPrefix(s.Sel.Name, "Match") || strings.HasPrefix(s.Sel.Name, "Find"))
}

// TestReadingProseIsSeen: each line that is marked as found is found, and no other.
func TestReadingProseIsSeen(t *testing.T) {
	const text = `package p

import ("bytes"; "errors"; "fmt"; "regexp"; "slices"; "strings")

type code string

type result struct {
	Reason, Message, Hint, name string
	Warnings []string
	Cause    code
	parent   *result
}

func (r *result) Why() string { return r.Reason } 

var pattern = regexp.MustCompile("x")

func decides(r result, err error, reason string, known map[string]bool) bool {
	_ = strings.Contains(r.Reason, "x") // found
	_ = strings.HasPrefix(r.parent.Message, "x") // found
	_ = strings.HasSuffix(strings.ToLower(r.Hint), "x") // found
	_ = strings.EqualFold("x", reason) // found
	_ = strings.Index(r.Why(), "x") // found
	_, _, _ = strings.Cut(err.Error(), ": ") // found
	_ = bytes.Contains([]byte(reason), nil) // found
	_ = pattern.MatchString(r.Message) // found
	_ = pattern.FindString(r.Message) // found
	_, _ = regexp.MatchString("x", r.Message) // found
	_ = slices.Contains(r.Warnings, "x") // found
	_ = slices.ContainsFunc(r.Warnings, func(s string) bool { return s == "x" }) // found
	_ = slices.ContainsFunc(append(slices.Clone(r.Warnings), r.name), nil) // found
	_ = known[reason] // found
	_ = err.Error() == "x" // found
	_ = "x" != reason // found
	_ = r.Reason == "" // found
	_ = len(r.Warnings) > 0 // found
	_ = r.Warnings == nil // found
	_ = r.Reason[0] == 'x' || r.Reason[:1] == "x" // found
	_ = r.Reason + r.name == "x" // found
	_ = fmt.Sprint(r.Reason) == "x" // found
	_ = gone(err.Error())
	switch r.Message { // found
	case "x":
	}
	switch {
	case reason == "x": // found
	}
	text := r.Message
	words := strings.TrimSpace(text)
	_ = words == "" // found
	for _, line := range r.Warnings {
		_ = line == "x" // found
	}
	return false
}

func gone(text string) bool { 
	return strings.Contains(text, "gone") // found
}

func decidesNothing(r result, err error, reason string, other []string) string {
	_ = r.Cause == "x" || r.name == "x" || r.parent == nil || err == nil || errors.Is(err, nil)
	_ = strings.Contains(r.name, "x") || slices.Contains(other, r.name)
	if reason != "" || r.Hint == "" || r.Why() == "" {
		reason = strings.Join(r.Warnings, "; ") + r.Reason + r.Hint
	}
	r.Warnings = append(r.Warnings, reason)
	return strings.ToUpper(r.Reason)
}
`
	set, check := checker(t)
	file, err := parser.ParseFile(set, "p.go", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := map[int]bool{}
	for _, r := range readings([]*ast.File{file}, check("p", []*ast.File{file}), false) {
		found[set.Position(r.at).Line] = true
	}
	for i, line := range strings.Split(text, "\n") {
		if want := strings.Contains(line, "// found"); want != found[i+1] {
			t.Errorf("found %v: %s", found[i+1], line)
		}
	}
}
