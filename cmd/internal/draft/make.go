package draft

import (
	"context"
	"slices"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/sink"
	"keyroster/io/reportio"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// Input is what a draft is made from.
type Input struct {
	Account *account.Account
	// Known is what is remembered of the account's tenant; nil for nothing.
	Known  *history.Known
	Roster *reconcile.Roster
	// Options may come from an earlier draft. Columns are kept for a resumed run, as in [Reading].
	Options Options
	Columns []string
	Sinks   sink.Sinks

	// against is the provider backed by an export; see [Export.Input].
	against *exported
}

// Make lists the account, compares, and checks the plan against the limits: a plan that exceeds
// them is no error, see [Draft.Refusal]. Problems of the roster found by comparing are added to
// its problems. If the account cannot be listed or compared, the draft is returned with the
// error, with the roster and listing as far as they are known; other errors come alone.
func Make(ctx context.Context, in Input) (*Draft, error) {
	acc, log := in.Account, in.Sinks.Log
	o, err := resolved(ctx, in)
	if err != nil {
		return nil, failure.Of(err)
	}
	d, err := begin(acc, in.Roster, o)
	if err != nil {
		return nil, err
	}
	d.Known, d.Columns, d.against = in.Known, in.Columns, in.against
	if d.against == nil && o.Undo == nil {
		if d.Types, err = typeLimitsOf(acc.Config.TypeLimits, o.Limits); err != nil {
			return nil, err
		}
		for _, rule := range acc.Config.Repair.Rules() {
			d.Lifted = append(d.Lifted, reportio.Override{Name: "repair", Value: rule, Reason: "the configuration"})
		}
	}
	seen, err := d.compare(ctx, in.Sinks)
	if err == nil && d.against == nil && len(d.Scope.Holders) > 0 && d.takesUniqueValue() {
		// Anyone may hold the value, so the whole account is needed.
		log.Debug().Msg("a unique value changes: listing the whole account")
		d.Scope = reconcile.Scope{}
		seen, err = d.compare(ctx, in.Sinks)
	}
	if err != nil {
		return d, failure.Of(err)
	}
	d.Base = d.Listing.Records.Len()
	if last := d.memory().LastGood; len(o.Holders) > 0 && last != nil && last.Records > 0 {
		d.Base = last.Records
	}
	d.warn(seen)
	d.checkSafety()
	d.namePeopleLosingAccess(ctx, log)
	if o.Undo != nil {
		d.NameWritten(ctx, log)
	}
	d.NameUnlisted(ctx, log)
	return d, nil
}

// resolved returns the options with holders given by the provider's ids.
func resolved(ctx context.Context, in Input) (Options, error) {
	o := in.Options
	if len(o.Holders) == 0 || o.Found {
		return o, nil
	}
	ids, unknown, err := in.Account.FindHolders(ctx, in.Sinks.Log, o.Holders)
	if err != nil {
		return o, err
	}
	where := "account " + in.Account.Config.Name
	if in.against != nil {
		where = "the export"
	}
	return o.scopedTo(ids, unknown, where)
}

// compare lists, resolves and diffs within the draft's scope. seen are warnings that only the
// comparison can give.
func (d *Draft) compare(ctx context.Context, sinks sink.Sinks) (seen []reconcile.Problem, err error) {
	if err := d.list(ctx, sinks); err != nil {
		return nil, err
	}
	account.LimitMemory(d.Listing.Records.Len())
	acc := d.Account
	if d.Mask, err = acc.Masker(ctx, sinks.Log); err != nil {
		return nil, err
	}
	c := acc.Config
	policy := reconcile.Policy{
		Prune: d.Options.Prune, Holders: d.Options.Holders, Move: c.Move, Recreate: c.Recreate, Park: c.Park,
		StoredAs: acc.StoredAs,
	}
	if d.Known != nil {
		policy.Remembered = d.Known.LastWritten.Remembered()
		policy.KeptSpelling = d.Known.LastWritten.KeptSpelling(d.Listing.Records.Schema())
	}
	known, err := d.build(ctx, &policy)
	if err != nil {
		return nil, err
	}
	find := exportedTypes(acc, d.Listing.Records, sinks.Log)
	if d.against == nil || acc.Types != nil {
		if find, err = d.typesOf(ctx); err != nil {
			return nil, err
		}
		if err := d.findWide(find); err != nil {
			return nil, err
		}
		if err := d.findPadded(find); err != nil {
			return nil, err
		}
	}
	wanted, err := acc.Provider.Resolve(ctx, d.Roster, d.Listing)
	if err != nil {
		return nil, err
	}
	known(wanted)
	policy.Protect = c.Protect
	if d.against == nil {
		if policy.Protect, err = acc.Protections(ctx, sinks.Log); err != nil {
			return nil, err
		}
	}
	if policy.Shapes, err = d.shapes(find, &seen); err != nil {
		return nil, err
	}
	if p := d.against; p != nil {
		policy.Remembered = p.export.held.Remembered(p.marks)
	}
	d.Wanted = wanted
	d.Plan = reconcile.Diff(d.Roster, wanted, d.Listing, policy)
	if policy.Prune && d.Roster.HasNotes() && d.against == nil {
		d.NameUnlisted(ctx, sinks.Log)
	}
	if d.against == nil {
		d.FlagUnlisted(policy.Protect)
		d.warnIdleProtections(sinks.Log)
	}
	return seen, nil
}

// warnIdleProtections warns of protections that match nothing: a mistyped id or title would leave its
// record unprotected. [account.Account.Protections] warns about those it looks up.
func (d *Draft) warnIdleProtections(log zerolog.Logger) {
	if len(d.Scope.Holders) > 0 {
		return
	}
	schema := d.Plan.Have.Schema()
	own := slices.DeleteFunc(slices.Clone(d.Account.Config.Protect), func(p reconcile.Protection) bool {
		return p[schema.NameOf(reconcile.HolderEmail)] != "" || p[schema.NameOf(reconcile.HolderRef)] != "" ||
			p[schema.NameOf(reconcile.TypeID)] != ""
	})
	for _, p := range reconcile.Idle(own, d.Plan.Have, d.Plan.Want) {
		log.Warn().Interface("protect", p).Msg("protect: it matches no record and no row")
	}
}

// list lists the account within the draft's scope.
func (d *Draft) list(ctx context.Context, sinks sink.Sinks) error {
	bar := sinks.Bar("listing", -1)
	listing, err := d.Account.List(ctx, d.Scope, bar.Set)
	bar.Done()
	d.Listing = listing
	if listing != nil {
		sinks.Log.Debug().Str("strategy", listing.Strategy).Str("why", listing.Why).
			Str("evidence", string(listing.Evidence)).
			Int("records", listing.Records.Len()).Int("pages", listing.Pages).Msg("listed")
	}
	if err != nil {
		return err
	}
	listing.Replaced = d.memory().Replaced
	if len(d.Scope.Holders) > 0 || d.against != nil {
		return nil
	}
	return d.Account.Sentinels(listing)
}

// shapes returns the shapes for the comparison, by the type ids that find returns. Warnings are
// added to seen.
func (d *Draft) shapes(find typeFinder, seen *[]reconcile.Problem) (reconcile.Shapes, error) {
	out := reconcile.Shapes{
		Cards: d.Mask.CardTypes(), Joining: d.Options.Additive, Accepted: map[string][]shape.Shape{},
		Warn: func(p reconcile.Problem) { *seen = append(*seen, p) },
	}
	said, err := statedShapes(d.Account.Config.Shapes, d.Options.Shapes)
	if err != nil {
		return out, err
	}
	for _, s := range said {
		ids, err := find(s.kind, "a shape is given for")
		if err != nil {
			return out, err
		}
		for _, id := range ids {
			out.Accepted[id] = append(out.Accepted[id], s.shape)
		}
	}
	return out, nil
}

// takesUniqueValue reports whether the plan writes a value that only one record may hold.
func (d *Draft) takesUniqueValue() bool {
	for _, u := range d.Plan.Want.Schema().Unique {
		col := d.Plan.Want.Schema().Index(u.Column)
		for i := range d.Plan.Lines {
			if l := &d.Plan.Lines[i]; l.Sends() && l.Fields.Has(col) {
				return true
			}
		}
	}
	return false
}
