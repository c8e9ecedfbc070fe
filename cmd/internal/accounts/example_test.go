package accounts_test

import (
	"context"
	"fmt"
	"io"
	"os"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/accounts"
)

// Example works on the accounts that a command line names, and shows the output of each in one
// piece once its work has ended.
func Example() {
	config, err := account.LoadConfig("../run/testdata/keyroster.yaml", os.Getenv)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = accounts.Selection{Terms: []string{"annex"}}.Choose(config, accounts.AllAccounts)
	fmt.Println("an account that is not there:", err != nil)
	chosen, err := accounts.Selection{All: true}.Choose(config, accounts.WithRoster)
	if err != nil {
		fmt.Println(err)
		return
	}

	job := accounts.Job{
		AtOnce: 2, Stdout: os.Stdout, Stderr: io.Discard, Worst: func(codes []int) int { return codes[0] },
		Verdicts: map[int]string{0: "as desired"},
		Work: func(_ context.Context, t accounts.Target, stdout, _ io.Writer) int {
			fmt.Fprintln(stdout, t.Config.Name, "is an account of", t.Spec.Title)
			return 0
		},
	}
	code, err := job.Run(context.Background(), chosen)
	fmt.Println(code, err)
	// Output:
	// an account that is not there: true
	// == hq
	// hq is an account of DoorFlow
	//
	// 1 account: 1 as desired (hq)
	// 0 <nil>
}
