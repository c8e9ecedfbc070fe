package draft

import (
	"context"
	"time"

	"keyroster/cmd/internal/sink"
	"keyroster/io/reportio"
	"keyroster/providers"
	"keyroster/reconcile"
)

// List implements [reconcile.Provider]. An export always holds the whole account.
func (p *exported) List(context.Context, reconcile.Scope, func(done, total int)) (*reconcile.Listing, error) {
	return p.export.held.AsListing(), nil
}

// Resolve implements [reconcile.Provider].
func (p *exported) Resolve(
	_ context.Context, roster *reconcile.Roster, listing *reconcile.Listing,
) (*reconcile.Wanted, error) {
	acc := p.export.Account
	return acc.Spec.Offline(providers.Offline{
		Roster: roster, Listing: listing, Wanted: p.export.held.Resolve(roster, p.marks), Settings: acc.Config.Settings, Now: time.Now(),
	}), nil
}

// Input returns the input for [Make] to compare a roster with the export. The plan is checked
// against the limits of the configured account, if one was named, but against no rule about the
// account's current state. marks come from [Export.Marks]; nil for none.
func (e *Export) Input(roster *reconcile.Roster, marks *reportio.HMAC, o Options, sinks sink.Sinks) Input {
	acc, p := *e.Account, &exported{export: e, marks: marks}
	acc.Provider, acc.Features = p, providers.Features{
		HolderIDs: func(_ context.Context, column, text string) ([]string, error) { return e.held.HolderIDs(column, text) },
		CardTypes: func(context.Context) ([]string, error) { return e.held.CardTypes, nil },
	}
	if len(e.held.Types) > 0 {
		acc.Types = func(context.Context) ([]reconcile.Type, error) { return e.held.Types, nil }
	}
	return Input{Account: &acc, Roster: roster, Options: o, Sinks: sinks, against: p}
}
