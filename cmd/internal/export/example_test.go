package export_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/export"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/io/exportio"
	"keyroster/io/store/memory"
)

// Example reads the chosen accounts, side by side if there are several, and writes what was read as
// one export.
func Example() {
	ctx := context.Background()
	config, err := account.LoadConfig("../run/testdata/keyroster.yaml", os.Getenv)
	check(err)
	hq, spec, err := account.Pick(config, "hq")
	check(err)
	opener := account.Opener{Getenv: os.Getenv}
	checked, err := export.Options{Out: export.Stdout, Format: "csv"}.Check()
	check(err)
	job := export.Job{
		Checked: checked, Store: memory.New(), ExitCode: func(failure.Kind) int { return 1 },
		Chosen: &accounts.Chosen{Targets: []accounts.Target{{Config: hq, Spec: spec}}},
	}

	read, err := job.Read(ctx, job.Chosen.Targets[0], &opener, sink.Sinks{Log: zerolog.Nop()})
	check(err)
	fmt.Println(read.Name, read.Totals.Credentials, "credentials, values:", read.Revealed)
	var file strings.Builder
	_, err = job.Write(&exportio.Export{Tool: "keyroster"}, &file, zerolog.Nop())
	revealed := strings.Contains(file.String(), "0010000001")
	fmt.Println(strings.Count(file.String(), "\n"), "lines,", "a value:", revealed, err)
	// Output:
	// hq 6 credentials, values: false
	// 7 lines, a value: false <nil>
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
