package transfer

import (
	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/sink"
	"keyroster/io/reportio"
	"keyroster/reconcile"
	"keyroster/reconcile/migration"
)

// Move is a move between two open accounts.
type Move struct {
	*Prepared
	source, target *account.Account
	// fromCalls and toCalls count the calls to the accounts so far.
	fromCalls, toCalls *account.CallLog
	sinks              sink.Sinks
}

// Made is a move whose roster is made.
type Made struct {
	*Move
	listing *reconcile.Listing
	// from and to are the accounts and what was read of them.
	from, to migration.Side
	move     *migration.Move
	// first is the draft that was made together with the roster, nil if it is no longer valid.
	first *draft.Draft
	// budget is the calls of the whole run, once there is a plan.
	budget []reportio.MigrationCalls
	// expected is how long they take at the accounts' rates, in seconds.
	expected int
	// files are the names of the files written.
	files []string
}
