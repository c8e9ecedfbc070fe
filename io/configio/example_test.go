package configio_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"keyroster/io/configio"
)

// Everything that is wrong with a configuration is reported at once, with its place. A secret
// written in the file is refused, and appears in no message.
func Example() {
	folder, err := os.MkdirTemp("", "keyroster")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "keyroster.yaml")
	text := "accounts:\n  hq:\n    provider: latchkeep\n" +
		"    time_zome: Europe/Berlin\n    auth:\n      api_key: lk_made_up\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		fmt.Println(err)
		return
	}

	_, err = configio.Load(path, []configio.Provider{{
		Name: "latchkeep", TenantKey: "site", Concurrency: 4,
		Auth: [][]configio.Member{{{Name: "api_key", Secret: true}}},
	}})
	var wrong *configio.Error
	if !errors.As(err, &wrong) {
		fmt.Println(err)
		return
	}
	for _, p := range wrong.Problems {
		fmt.Printf("%d:%d: %s\n", p.Line, p.Column, p.Message)
	}
	// Output:
	// 4:5: unknown key `time_zome`
	// 6:16: `api_key` must not be written in this file
}
