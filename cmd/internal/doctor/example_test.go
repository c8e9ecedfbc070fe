package doctor_test

import (
	"context"
	"fmt"
	"os"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/doctor"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/io/store/memory"
)

// Example checks beforehand all that an unattended run of an account needs.
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

	examination := doctor.New(doctor.Options{
		Config: hq, Spec: spec, Getenv: os.Getenv, Opener: &opener, Store: memory.New(), State: base, Runs: base,
		ExitCode: func(failure.Kind) int { return 1 }, Sinks: sink.Sinks{Log: zerolog.Nop()},
	})
	examination.Local(ctx) // what this machine has
	for _, c := range examination.Checks() {
		fmt.Println(c.Name+":", c.Result)
	}
	check(examination.Host(ctx)) // what the provider says: time, login, rights, and a plan
	fmt.Println("all is well:", examination.Counts()[doctor.OK] == len(examination.Checks()))
	// Output:
	// configuration: ok
	// roster: ok
	// secrets: ok
	// state folder: ok
	// runs folder: ok
	// all is well: true
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
