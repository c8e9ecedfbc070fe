package templates_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/sink"
	"keyroster/cmd/internal/templates"
	"keyroster/io/store/memory"
)

// Example makes a roster that begins with what an account holds, so that a plan of it changes
// nothing. Values stay out of it unless the caller asks to reveal them.
func Example() {
	ctx := context.Background()
	config, err := account.LoadConfig("../run/testdata/keyroster.yaml", os.Getenv)
	check(err)
	hq, spec, err := account.Pick(config, "hq")
	check(err)
	opener := account.Opener{Getenv: os.Getenv}
	base, err := os.MkdirTemp("", "keyroster")
	check(err)
	defer func() { _ = os.RemoveAll(base) }()
	options := templates.Options{Out: filepath.Join(base, "roster.csv"), Account: "hq", Filled: true}
	check(options.Check())

	document, err := options.Write(ctx, &templates.World{
		Of:    accounts.Target{Config: hq, Spec: spec},
		Store: memory.New(), Opener: &opener, Sinks: sink.Sinks{Log: zerolog.Nop()},
	}, io.Discard)
	check(err)
	file, err := os.ReadFile(options.Out)
	check(err)
	fmt.Println(document.Credentials, "credentials in", bytes.Count(file, []byte("\n")), "lines")
	fmt.Println("a value:", bytes.Contains(file, []byte("0010000001")))
	// Output:
	// 6 credentials in 7 lines
	// a value: false
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
