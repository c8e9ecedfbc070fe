package atomicio_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"keyroster/io/atomicio"
)

// A file is replaced whole or not at all: the second writer fails halfway, and what the
// first one wrote is still there.
func Example() {
	folder, err := os.MkdirTemp("", "keyroster")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "plan.json")

	err = atomicio.WriteFile(path, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, `{"rows":2}`)
		return err
	})
	fmt.Println("first:", err)
	errFull := errors.New("no space left")
	err = atomicio.WriteFile(path, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, `{"ro`)
		return errors.Join(err, errFull)
	})
	fmt.Println("second failed:", errors.Is(err, errFull))

	text, err := os.ReadFile(path)
	fmt.Println(string(text), err)
	entries, err := os.ReadDir(folder)
	fmt.Println(len(entries), "file", err)
	// Output:
	// first: <nil>
	// second failed: true
	// {"rows":2} <nil>
	// 1 file <nil>
}
