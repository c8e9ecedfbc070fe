package storage_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/storage"
)

// Example shows that, without a fleet in the configuration, state and runs lie in folders, which
// are opened when a caller asks for them, and made when there is something to keep.
func Example() {
	base, err := os.MkdirTemp("", "keyroster")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(base) }()
	kept := storage.New(storage.Options{
		Config: filepath.Join("..", "run", "testdata", "keyroster.yaml"),
		State:  filepath.Join(base, "state"), Runs: filepath.Join(base, "runs"),
		Getenv: func(string) string { return "" }, Log: zerolog.Nop(),
	})
	defer kept.Close()

	fmt.Println("opened:", kept.Opened() != nil)
	store, err := kept.Store()
	if err != nil {
		fmt.Println(err)
		return
	}
	runs, err := store.Runs()
	fmt.Println("opened:", kept.Opened() != nil, "runs:", len(runs), err)
	_, err = kept.Fleet()
	fmt.Println("a fleet:", err == nil)
	// Output:
	// opened: false
	// opened: true runs: 0 <nil>
	// a fleet: false
}
