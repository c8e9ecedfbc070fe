package configio_test

import (
	"bytes"
	"os"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"keyroster/io/configio"
)

// compiled is the schema as a third-party validator reads it.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(configio.Schema(known())))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("keyroster.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("keyroster.json")
})

// fits returns what the schema has against a file, nil for nothing.
func fits(t *testing.T, text string) error {
	t.Helper()
	s, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return err
	}
	return s.Validate(doc)
}

// fitting asserts that the schema accepts the files of a configuration that loaded.
func fitting(t *testing.T, c *configio.Config) {
	t.Helper()
	for _, path := range c.Files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := fits(t, string(text)); err != nil {
			t.Errorf("the schema does not take %s, which is a configuration: %v", text, err)
		}
	}
}

// TestSchemaFindsMistakes: the schema finds mistakes that can be judged where they are. It accepts
// those that take more context than that, or more than a pattern.
func TestSchemaFindsMistakes(t *testing.T) {
	beyond := map[string]bool{
		// In JSON these are the numbers 4 and 16.
		"concurrency: 4.0": true, "concurrency: 0x10": true,
		// The schema knows neither the names of zones nor what a provider's own types accept.
		"time_zone: Europe/Lundon": true, "time_zone: Local": true, "time_zone: ../../etc/passwd": true, "limit: lots": true,
		// A pattern cannot tell that an hour does not exist, or that a time is too short.
		"schedule: 30 25 * * *": true, "schedule: none\nstart_within: 30s": true,
		// What is missing here may be in the defaults.
		"sandbox: {state: x}": true, "{provider: seam}": true, "{provider: seam, auth: {workspace_id: 7}}": true,
		"{provider: seam, base_url: sandbox, auth: {workspace_id: 7}}":     true,
		"{provider: doorflow, auth: {client_id: x, client_secret: env:Y}}": true,
		// Judging the words of a command takes a shell's grammar.
		"{provider: seam, auth: {api_key: 'exec:cat x | head'}}": true,
	}
	wrong := map[string]string{}
	for _, text := range []string{
		"accounts:", "accounts: {}", "accounts: []", "- accounts", "hello", "hq: {provider: seam}", "mask: {card: all}", "defaults: {}",
		"accounts: {'a b': {provider: seam}}", "accounts: {hq: }", "accounts: {hq: seam}", "include: ", "include: [{a: b}]",
		hq + "defaults: [seam]", hq + "defaults: {saem: {}}", hq + "defaults: {rate: 5/s}", hq + "defaults: {seam: {rat: 5/s}}",
		hq + "defaults: {seam: {provider: seam}}", hq + "defaults: {seam: {sync_wait: 5s}}", hq + "mask: {card: some}",
		hq + "defaults: {doorflow: {auth: {api_key: literal}}}", hq + "defaults: {seam: {limits: {delete: x}}}",
	} {
		if _, err := load(t, text); err == nil {
			t.Errorf("%q is a configuration", text)
		}
		wrong[text] = text
	}
	for _, test := range accountProblems {
		wrong[test.lines] = accountHead + indent(test.lines)
	}
	for text := range sectionProblems {
		wrong[text] = "accounts:\n  a: " + text + "\n"
	}
	for name, text := range wrong {
		if err := fits(t, text); (err == nil) != beyond[name] {
			t.Errorf("{%q, %v}", name, err)
		}
	}
}
