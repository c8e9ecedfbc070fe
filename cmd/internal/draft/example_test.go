package draft_test

import (
	"context"
	"fmt"
	"os"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/reconcile"
)

// Example makes a plan as the command plan does: the roster is read, the account is listed and
// compared, and the limits say whether a run may carry the plan out.
func Example() {
	ctx := context.Background()
	config, err := account.LoadConfig("../run/testdata/keyroster.yaml", os.Getenv)
	check(err)
	hq, spec, err := account.Pick(config, "hq")
	check(err)
	opener := account.Opener{Getenv: os.Getenv}
	roster, err := draft.ReadForPlan(ctx, draft.Reading{}, draft.Options{}, spec, hq, nil)
	check(err)
	acc, err := opener.Open(ctx, hq, spec, account.Options{ReadOnly: true})
	check(err)
	defer acc.Close()

	for _, options := range []draft.Options{{}, {Limits: []string{"update=1"}}} {
		d, err := draft.Make(ctx, draft.Input{Account: acc, Roster: roster, Options: options})
		check(err)
		fmt.Println(d.Plan.Changes()[reconcile.Update], "updates, refused:", d.Refusal() != nil, d.Breaches)
	}
	// Output:
	// 3 updates, refused: false []
	// 3 updates, refused: true [3 updates, but limits.update allows 1]
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
