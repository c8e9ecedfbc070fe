package transfer_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/sink"
	"keyroster/cmd/internal/transfer"
)

// Example makes a move between two accounts as far as its roster: the account to move from is read,
// and each of its records is moved, lost for a reason, or outside what was asked for.
func Example() {
	ctx := context.Background()
	base, err := os.MkdirTemp("", "keyroster")
	check(err)
	defer func() { _ = os.RemoveAll(base) }()
	for name, text := range map[string]string{"old.json": oldState, "new.json": newState, "keyroster.yaml": `accounts:
  old: {provider: doorflow, base_url: sandbox, rate: none, sandbox: {state: old.json}}
  new: {provider: seam, base_url: sandbox, rate: none, sandbox: {state: new.json}, migrate: ` + rules + `}
`} {
		check(os.WriteFile(filepath.Join(base, name), []byte(text), 0o600))
	}
	config, err := account.LoadConfig(filepath.Join(base, "keyroster.yaml"), os.Getenv)
	check(err)
	from, fromSpec, err := account.Pick(config, "old")
	check(err)
	to, toSpec, err := account.Pick(config, "new")
	check(err)

	prepared, err := transfer.Prepare(transfer.Options{
		From: "old", To: "new", Out: filepath.Join(base, "move"), Draft: draft.Options{Additive: true, AcceptEmpty: true},
	}, from, to, fromSpec, toSpec, time.Now())
	check(err)
	opener := account.Opener{Getenv: os.Getenv}
	fromCalls, toCalls := account.NewCallLog(fromSpec), account.NewCallLog(toSpec)
	source, err := opener.Open(ctx, from, fromSpec, account.Options{ReadOnly: true, Observe: fromCalls.Observe})
	check(err)
	defer source.Close()
	target, err := opener.Open(ctx, to, toSpec, account.Options{ReadOnly: true, Observe: toCalls.Observe})
	check(err)
	defer target.Close()
	move, err := prepared.Between(source, target, fromCalls, toCalls, sink.Sinks{Log: zerolog.Nop(), Bare: zerolog.Nop()})
	check(err)
	made, err := move.Make(ctx, nil)
	check(err)
	fmt.Println(made.Roster().Rows.Len(), "rows for", target.Spec.Title)
	// Output:
	// 3 rows for Seam
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
