package plainfile_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"keyroster/io/plainfile"
)

// A file that a person names is read, unless it is not a file or is larger than its use allows.
func Example() {
	folder, err := os.MkdirTemp("", "keyroster")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "people.csv")
	if err := os.WriteFile(path, []byte("mira\nodo\n"), 0o600); err != nil {
		fmt.Println(err)
		return
	}

	text, err := plainfile.Read(path, 1<<10)
	fmt.Printf("%q %v\n", text, err)
	_, err = plainfile.Read(path, 4)
	fmt.Println("too large:", errors.Is(err, plainfile.ErrSize))
	_, err = plainfile.Read(folder, 1<<10)
	fmt.Println("no file:", errors.Is(err, plainfile.ErrKind))
	// Output:
	// "mira\nodo\n" <nil>
	// too large: true
	// no file: true
}
