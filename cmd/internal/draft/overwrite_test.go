package draft_test

import (
	"os"
	"path/filepath"
	"testing"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
)

// TestSpare: a file that is read is not written to, by whatever name it is reached.
func TestSpare(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"keyroster.yaml", "more.yaml", "badges.xlsx", "other.csv", "no#1.csv", "old.json"} {
		if err := os.WriteFile(at(name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(at("badges.xlsx"), at("link.xlsx")); err != nil {
		t.Fatal(err)
	}
	config := &configio.Config{
		Files:    []string{at("keyroster.yaml"), at("more.yaml")},
		Accounts: map[string]*configio.Account{"hq": {Roster: []string{at("badges.xlsx#Doors")}}},
	}
	for out, refused := range map[string]bool{
		"": false, "old.json": false, "new.json": false,
		"keyroster.yaml": true, "more.yaml": true, "badges.xlsx": true, "link.xlsx": true,
		"other.csv": true, "no#1.csv": true,
	} {
		path := out
		if out != "" {
			path = at(out)
		}
		err := draft.RefuseOverwrite("--out", path, []string{at("other.csv"), at("no#1.csv")}, config)
		if (err != nil) != refused || refused && failure.Of(err).Kind != failure.Usage {
			t.Errorf("%s: %v", out, err)
		}
	}
	if err := draft.RefuseOverwrite("--out", at("badges.xlsx"), nil, nil); err != nil {
		t.Error(err)
	}
}
