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
	return sectionOf(t, "doorflow", "{access_token: env:TOKEN}", "migrate: "+section)
}

func sectionOf(t *testing.T, provider, auth, section string) (*configio.Account, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	text := "accounts:\n  hq:\n    provider: " + provider + "\n    auth: " + auth + "\n    " + section + "\n"
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
	a, err := migrateSection(t, `{types: {code: 31, Old fob: none}, cards: {card: {from: "facility:FFF-NNNNN", to: "hex:8"}}, lengths: {code: 4-7, Old fob: 5}, drop: [ends_at]}`)
	if err != nil {
		t.Fatal(err)
	}
	rules := a.Migrate
	if rules.Cards["card"].From.String() != "facility:FFF-NNNNN" || rules.Cards["card"].To.String() != "hex:8" {
		t.Errorf("cards: %v", rules.Cards)
	}
	rules.Cards = nil
	want := migration.Rules{Types: map[string]string{"code": "31", "Old fob": "none"}, Drop: []string{"ends_at"}, Lengths: map[string]migration.Length{"code": {Least: 4, Most: 7}, "Old fob": {Least: 5, Most: 5}}}
	if diff := cmp.Diff(want, rules); diff != "" {
		t.Error(diff)
	}
	for section, want := range map[string]string{
		"{typs: {}}":                            "did you mean `types`",
		"{cards: {card: {from: decimal}}}":      "needs both formats",
		"{cards: {card: {from: x, to: hex}}}":   "unknown card number format",
		"{cards: {card: {form: hex, to: hex}}}": "did you mean `from`",
		"{lengths: {code: 7-4}}":                "write 4-7, or 5 for exactly five",
		"{lengths: {code: four}}":               "a length is a number of characters",
		"{lengths: 4-7}":                        "`lengths`",
		"{set: {value: 1}}":                     "cannot be given the column `value`",
		"{set: {holder_ref: x}}":                "`set` takes no column of doorflow",
		"{types: {Card: a, card: b}}":           "`types` names `card` here and `Card` on line 5, but they are the same",
		"{lengths: {Card: 4, 'card ': 5}}":      "but they are the same",
		"{cards: {Card: {from: hex, to: decimal}, CARD: {from: decimal, to: hex}}}": "but they are the same",
		"{drop: [end_at]}":    "did you mean `ends_at`",
		"{drop: [holder_id]}": "a column of `drop` cannot be",
		"7":                   "`migrate`",
	} {
		if _, err := migrateSection(t, section); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", section, err, want)
		}
	}
}

// TestMigrateSet: `set` takes what every new record may be given, and nothing that says whose it is
// or whether it exists.
func TestMigrateSet(t *testing.T) {
	const auth = "{api_key: env:KEY}"
	if a, err := sectionOf(t, "seam", auth, "migrate: {set: {acs_system_id: s1, ends_at: 2027-01-01}}"); err != nil || len(a.Migrate.Set) != 2 {
		t.Errorf("%v", err)
	}
	for key, want := range map[string]string{
		"state": "cannot be given the column `state`; `set` takes what every new seam record may be given: acs_system_id, starts_at, ends_at", "type": "cannot be given the column `type`",
		"value": "cannot be given the column `value`", "end_at": "did you mean `ends_at`",
	} {
		if _, err := sectionOf(t, "seam", auth, "migrate: {set: {"+key+": x}}"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestKeysThatAreTheSame: two spellings of one name are refused wherever names are keys.
func TestKeysThatAreTheSame(t *testing.T) {
	for _, section := range []string{
		"limits: {types: {PIN: {update: 1}, pin: {update: 2}}}",
		"shapes: {Card: \"digits:8\", card: \"digits:9\"}",
	} {
		if _, err := sectionOf(t, "doorflow", "{access_token: env:TOKEN}", section); err == nil ||
			!strings.Contains(err.Error(), "but they are the same") {
			t.Errorf("%s: %v", section, err)
		}
	}
}
