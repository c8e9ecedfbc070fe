package rights_test

import (
	"fmt"
	"os"
	"path/filepath"

	"keyroster/io/rights"
)

// The folder of a run belongs to its owner alone, and so does each file that is made in it.
func Example() {
	base, err := os.MkdirTemp("", "keyroster")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(base) }()
	folder := filepath.Join(base, "runs", "nightly")
	if err := rights.MkdirAll(folder); err != nil {
		fmt.Println(err)
		return
	}
	file, err := rights.CreateTemp(folder, "plan")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := file.Close(); err != nil {
		fmt.Println(err)
	}
	for _, path := range []string{folder, file.Name()} {
		exposure, err := rights.Of(path)
		fmt.Println("others may use it:", exposure.Others, err)
	}
	// Output:
	// others may use it: false <nil>
	// others may use it: false <nil>
}
