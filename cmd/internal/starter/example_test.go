package starter_test

import (
	"fmt"
	"os"
	"path/filepath"

	"keyroster/cmd/internal/starter"
)

// Example makes a folder to rehearse in, with an account that does not exist. Nothing is
// overwritten: the second time is an error.
func Example() {
	base, err := os.MkdirTemp("", "keyroster")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(base) }()
	folder := filepath.Join(base, starter.DemoFolder)

	made, err := starter.Demo(folder)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, file := range made.Files {
		fmt.Println(filepath.Base(file))
	}
	_, err = starter.Demo(folder)
	fmt.Println("again:", err != nil)
	// Output:
	// doorflow.json
	// roster.xlsx
	// keyroster.yaml
	// again: true
}
