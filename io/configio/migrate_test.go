package configio_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/configio"
	"keyroster/reconcile/migration"
)

func migrateSection(t *testing.T, section string) (*configio.Account, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	text := "accounts:\n  hq:\n    provider: doorflow\n    auth: {access_token: env:TOKEN}\n    migrate: " + section + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := configio.Load(path, known())
	if err != nil {
		return nil, err
	}
	return config.Account("hq")
}

func TestMigrate(t *testing.T) {
	a, err := migrateSection(t, `{types: {code: 31, Old fob: none}, cards: {card: {from: "facility:FFF-NNNNN", to: "hex:8"}}, lengths: {code: 4-7, Old fob: 5}, set: {holder_ref: x}, drop: [ends_at]}`)
	if err != nil {
		t.Fatal(err)
	}
	rules := a.Migrate
	if rules.Cards["card"].From.String() != "facility:FFF-NNNNN" || rules.Cards["card"].To.String() != "hex:8" {
		t.Errorf("cards: %v", rules.Cards)
	}
	rules.Cards = nil
	want := migration.Rules{Types: map[string]string{"code": "31", "Old fob": "none"}, Set: map[string]string{"holder_ref": "x"}, Drop: []string{"ends_at"}, Lengths: map[string]migration.Length{"code": {Least: 4, Most: 7}, "Old fob": {Least: 5, Most: 5}}}
	if diff := cmp.Diff(want, rules); diff != "" {
		t.Error(diff)
	}
	for section, want := range map[string]string{
		"{typs: {}}":                            "did you mean `types`",
		"{cards: {card: {from: decimal}}}":      "needs both formats",
		"{cards: {card: {from: x, to: hex}}}":   "no format of card numbers",
		"{cards: {card: {form: hex, to: hex}}}": "did you mean `from`",
		"{lengths: {code: 7-4}}":                "write 4-7, or 5 for exactly five",
		"{lengths: {code: four}}":               "a length is a number of characters",
		"{lengths: 4-7}":                        "`lengths`",
		"{set: {value: 1}}":                     "unknown key",
		"{set: {holder_reff: 1}}":               "did you mean `holder_ref`",
		"7":                                     "`migrate`",
	} {
		if _, err := migrateSection(t, section); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", section, err, want)
		}
	}
}
