package configio_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/configio"
)

// TestSizeOfConfigurations: a thousand accounts fit into one file. A file that is larger or more
// deeply nested than any configuration is refused before it is parsed, as parsing would use up all
// memory.
func TestSizeOfConfigurations(t *testing.T) {
	var accounts strings.Builder
	for n := range 1000 {
		fmt.Fprintf(&accounts, "  site-%04d:\n    provider: doorflow\n    auth: {access_token: env:TOKEN}\n"+
			"    roster: [rosters/site-%04d.xlsx]\n    schedule: \"30 1 * * *\"\n    time_zone: Europe/London\n"+
			"    start_within: 4h\n    keep_runs: 90d\n    run_files: small\n    # %s\n", n, n, strings.Repeat("x", 120))
	}
	for name, test := range map[string]struct{ text, want string }{
		"a thousand accounts": {accounts.String(), ""},
		"ten times as many":   {strings.Repeat(accounts.String(), 13), "include: accounts.d/*.yaml"},
		"brackets":            {"  a: " + strings.Repeat("[", 16_000), "nested too deeply"},
		"braces":              {"  a: " + strings.Repeat("{a: ", 16_000), "nested too deeply"},
		"lists":               {"  a:\n    " + strings.Repeat("- ", 16_000), "nested too deeply"},
		"mappings":            {strings.Repeat("a: ", 16_000), "nested too deeply"},
	} {
		path := filepath.Join(t.TempDir(), "keyroster.yaml")
		write(t, path, "accounts:\n"+test.text)
		_, err := configio.Open(path, known())
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
	}
}
