package all_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// TestEveryProviderKeepsTheLaws: each provider's own tests prove the laws of package providertest
// for its Spec.
func TestEveryProviderKeepsTheLaws(t *testing.T) {
	for _, spec := range all.Specs() {
		files, err := filepath.Glob(filepath.Join("..", spec.Name, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		proved := false
		proof := regexp.MustCompile(`providertest\.Run\(t, (?s:.*)&` + spec.Name + `\.Spec\b`)
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			proved = proved || proof.Match(source)
		}
		if !proved {
			t.Errorf("no test of %s calls providertest.Run with its Spec", spec.Name)
		}
	}
}

func TestLookup(t *testing.T) {
	for _, spec := range all.Specs() {
		if spec.TenantKey == "" {
			t.Errorf("%s has no word for its tenants", spec.Name)
		}
		if all.Lookup(spec.Name) != spec {
			t.Errorf("%s is listed and not found", spec.Name)
		}
		if api, err := all.Fake(spec.Name, sandbox.Options{}); err != nil || api.Welcome("")["auth"] == nil {
			t.Errorf("the fake of %s: %v", spec.Name, err)
		}
	}
	if all.Lookup("nobody") != nil {
		t.Error("nobody is found")
	}
	if _, err := all.Fake("nobody", sandbox.Options{}); err == nil {
		t.Error("nobody is played")
	}
}
