package account

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"keyroster/io/configio"
)

// fits compiles the schema for the real providers. The function it returns reports what a
// third-party validator finds wrong with a configuration, or nil.
func fits(t *testing.T) func(text []byte) error {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(configio.Schema(ProviderKeys())))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("keyroster.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("keyroster.json")
	if err != nil {
		t.Fatal(err)
	}
	return func(text []byte) error {
		var value any
		if err := yaml.Unmarshal(text, &value); err != nil {
			return err
		}
		return schema.Validate(value)
	}
}

// TestSamplesFitTheSchema: every configuration among the samples is valid, fits the schema, keeps
// its runs for a limited time, and draws no warning from config check.
func TestSamplesFitTheSchema(t *testing.T) {
	fits, seen := fits(t), 0
	err := filepath.WalkDir("../../../samples", func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		whole, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := configurationIn(whole)
		if text == nil {
			return nil
		}
		seen++
		if err := fits(text); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if filepath.Base(filepath.Dir(path)) == "accounts.d" {
			return nil // part of a configuration that includes it
		}
		if !bytes.Equal(text, whole) {
			path = filepath.Join(t.TempDir(), "keyroster.yaml")
			if err := os.WriteFile(path, text, 0o600); err != nil {
				return err
			}
		}
		config, problems, err := CheckConfig(path, os.Getenv)
		if err != nil || len(problems)+len(config.Warnings) > 0 {
			t.Errorf("%s: %v %v %v", path, problems, config.Warnings, err)
		}
		for name, a := range config.Accounts {
			if a.KeepRuns == 0 {
				t.Errorf("%s: the account %s keeps its runs for ever", path, name)
			}
		}
		return nil
	})
	if err != nil || seen < 9 {
		t.Errorf("%d configurations, %v", seen, err)
	}
}

// TestReadmeFitsTheSchema: the configurations shown in the README and the manual are valid.
func TestReadmeFitsTheSchema(t *testing.T) {
	pages, err := filepath.Glob("../../keyroster/manual/*.md")
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, page := range append(pages, "../../../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		shown = append(shown, strings.Split(string(text), "\n```yaml\n")[1:]...)
	}
	fits, seen := fits(t), 0
	for _, block := range shown {
		text, _, _ := strings.Cut(block, "\n```")
		if !hasAccounts.MatchString(text) {
			continue
		}
		seen++
		path := filepath.Join(t.TempDir(), "keyroster.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, problems, err := CheckConfig(path, os.Getenv)
		if err := errors.Join(err, fits([]byte(text))); err != nil || len(problems) > 0 {
			t.Errorf("%s\n%v %v", text, problems, err)
		}
	}
	if seen < 4 {
		t.Errorf("README and manual show %d", seen)
	}
}

// hasAccounts matches a configuration and no other YAML.
var hasAccounts = regexp.MustCompile(`(?m)^(accounts|include):`)

// configurationIn returns the configuration that a sample is or, as a ConfigMap, holds; nil if
// there is none.
func configurationIn(text []byte) []byte {
	if hasAccounts.Match(text) {
		return text
	}
	var held struct {
		Data map[string]string `yaml:"data"`
	}
	first, _, _ := bytes.Cut(text, []byte("\n---\n"))
	if err := yaml.Unmarshal(first, &held); err != nil || held.Data["keyroster.yaml"] == "" {
		return nil
	}
	return []byte(held.Data["keyroster.yaml"])
}
