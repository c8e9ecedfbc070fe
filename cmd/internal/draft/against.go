package draft

import (
	"slices"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/providers"
	"keyroster/reconcile"
)

// Against compares a roster with an export, and holds the plan against the limits of
// the account of the configuration, if one was named. marks are those of
// [Export.Marks], nil for none.
func Against(
	e *Export, roster *reconcile.Roster, marks *reportio.HMAC, o Options, log zerolog.Logger,
) (*Draft, error) {
	acc := e.Account
	if len(o.Holders) > 0 {
		unnamed := func(string) (string, string) { return "", "" }
		ids, unknown, err := account.PickHolders(log, acc.Spec.Schema, o.Holders, e.held.HolderIDs, unnamed)
		if err == nil {
			o, err = o.scopedTo(ids, unknown, "the export")
		}
		if err != nil {
			return nil, err
		}
	}
	d, err := begin(acc, roster, o)
	if err != nil {
		return nil, err
	}
	d.Mask = reconcile.NewMasker(acc.Config.Mask, slices.Concat(acc.Spec.Schema.CardTypes, e.held.CardTypes))
	d.Listing = e.held.AsListing()
	if !d.Listing.Complete() {
		return nil, failure.Of(reconcile.ErrIncomplete)
	}
	var seen []reconcile.Problem
	shapes, err := d.shapes(exportedTypes(acc, d.Listing.Records, log), &seen)
	if err != nil {
		return nil, err
	}
	c := acc.Config
	d.Wanted = acc.Spec.Offline(providers.Offline{
		Roster: roster, Listing: d.Listing, Wanted: e.held.Resolve(roster, marks),
		Settings: c.Settings, Now: d.Started,
	})
	d.Plan = reconcile.Diff(roster, d.Wanted, d.Listing, reconcile.Policy{
		Prune: o.Prune, Holders: o.Holders, Move: c.Move, Recreate: c.Recreate,
		Park:    c.Park || e.Config == nil && acc.Spec.Park,
		Protect: c.Protect, Remembered: e.held.Remembered(marks), Shapes: shapes,
	})
	d.Base = d.Listing.Records.Len()
	d.warn(seen)
	d.judge()
	return d, nil
}
