package transfer

import (
	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/sink"
	"keyroster/io/reportio"
	"keyroster/reconcile"
	"keyroster/reconcile/migration"
)

// Move is a move between two accounts that are open.
type Move struct {
	*Prepared
	source, target *account.Account
	// fromCalls and toCalls count what was asked of the accounts so far.
	fromCalls, toCalls *account.CallLog
	sinks              sink.Sinks
}

// Made is a move whose roster is made.
type Made struct {
	*Move
	listing *reconcile.Listing
	// from and to are the accounts with what was read of them.
	from, to migration.Side
	move     *migration.Move
	// first is a draft of the roster that was made on the way, nil where it is not good
	// any more.
	first *draft.Draft
	// budget is what the whole run takes, once there is a plan.
	budget []reportio.MigrationCalls
	// expected is how long that takes at the rates of the accounts, in seconds.
	expected int
	// files are the names of those that were written.
	files []string
}
