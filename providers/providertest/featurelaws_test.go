package providertest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"testing"

	"keyroster/providers"
	"keyroster/providers/providertest"
)

// saysNil finds what a comment says about a function that is nil.
var saysNil = regexp.MustCompile(`(?m)\bnil:`)

// TestEveryFeatureHasItsLaw: each feature function has a law by its name, a name in documents, and
// a comment that says what a caller gets if it is nil.
func TestEveryFeatureHasItsLaw(t *testing.T) {
	features, laws := providers.FeatureList(), providertest.FeatureLaws()
	if len(features) != len(laws) {
		t.Fatalf("%d features and %d laws", len(features), len(laws))
	}
	file, err := parser.ParseFile(token.NewFileSet(), "../features.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	comments := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.Name == "Features" {
			for _, field := range spec.Type.(*ast.StructType).Fields.List {
				comments[field.Names[0].Name] = field.Doc.Text()
			}
		}
		return true
	})
	for n, f := range features {
		if laws[n] != f.Func {
			t.Errorf("law %d is %s, want that of %s", n, laws[n], f.Func)
		}
		if f.Name == "" || f.Help == "" {
			t.Errorf("%s has no name in documents, or no help", f.Func)
		}
		if !saysNil.MatchString(comments[f.Func]) {
			t.Errorf("the comment of %s does not say what nil means", f.Func)
		}
	}
}
