package userdir_test

import (
	"fmt"
	"path/filepath"

	"keyroster/io/userdir"
)

// Where the configuration of a user is, according to the environment; if that says nothing, as in a
// service, there is no such folder.
func Example() {
	base, err := filepath.Abs("mira")
	if err != nil {
		fmt.Println(err)
		return
	}
	env := map[string]string{"XDG_CONFIG_HOME": base, "APPDATA": base}
	path := userdir.Config.In(func(name string) string { return env[name] }, "keyroster")
	folder, err := filepath.Rel(base, path)
	fmt.Println(folder, err)
	fmt.Printf("%q\n", userdir.State.In(func(string) string { return "" }, "keyroster"))
	// Output:
	// keyroster <nil>
	// ""
}
