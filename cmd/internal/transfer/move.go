package transfer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/sink"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
	"keyroster/reconcile/migration"
)

// Between makes the move between two open accounts. The call logs must have observed them since
// they were opened. Two accounts of the same tenant are refused.
func (p *Prepared) Between(
	source, target *account.Account, fromCalls, toCalls *account.CallLog, sinks sink.Sinks,
) (*Move, error) {
	if source.Spec == target.Spec && source.Tenant.ID == target.Tenant.ID {
		return nil, failure.New(failure.Unsafe, "", "accounts %s and %s both open %s %s: there is nothing to move",
			p.options.From, target.Config.Name, target.Spec.Title, target.Tenant.ID)
	}
	return &Move{
		Prepared: p, source: source, target: target, fromCalls: fromCalls, toCalls: toCalls,
		sinks: sinks,
	}, nil
}

// Observed combines several observers of calls.
func Observed(observers ...func(httpapi.Event)) func(httpapi.Event) {
	return func(e httpapi.Event) {
		for _, one := range observers {
			one(e)
		}
	}
}

// Make reads the source account, and makes the target roster. Rows that the target can never hold are
// removed from it, which takes a trial plan. known is what is remembered of the target.
func (m *Move) Make(ctx context.Context, known *history.Known) (*Made, error) {
	made := &Made{Move: m, from: m.Prepared.from, to: m.Prepared.to}
	only, err := made.readSource(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.describe(ctx, m.target, &made.to); err != nil {
		return nil, err
	}
	if made.from.Schema.At(reconcile.Entrances) >= 0 && m.target.Places != nil {
		if made.to.Places, err = m.target.Places(ctx); err != nil {
			return nil, failure.Of(fmt.Errorf("account %s: read the doors: %w", m.target.Config.Name, err))
		}
	}
	in := migration.Input{
		From: made.from, To: made.to, Listing: made.listing, Rules: m.target.Config.Migrate,
		Pairs: m.pairs, Only: only, Now: m.began,
	}
	if err := made.checkNames(migration.UnknownNames(in)); err != nil {
		return nil, err
	}
	made.move = migration.Build(in)
	return made, made.trialPlan(ctx, known)
}

// trialPlan plans once, and removes rows that the target cannot hold.
func (m *Made) trialPlan(ctx context.Context, known *history.Known) error {
	if m.move.Roster.Rows.Len() == 0 {
		return nil
	}
	d, err := draft.Make(ctx, draft.Input{
		Account: m.target, Known: known, Roster: m.move.Roster, Options: m.options.Draft, Sinks: m.sinks,
	})
	if err != nil {
		return err
	}
	reasons := map[int]string{}
	for i := range d.Plan.Lines {
		l := &d.Plan.Lines[i]
		// A row in sync with no record is of one that would have ended: it is not made.
		if l.Situation == reconcile.Unsupported || l.Situation == reconcile.InSync && l.Record < 0 {
			for _, row := range d.Plan.RowsOf(i) {
				reasons[int(row)] = cmp.Or(d.Plan.TextOf(l.Reason), strings.Join(d.Plan.Notes(i), "; "))
			}
		}
	}
	if len(reasons) > 0 {
		m.move = m.move.Leave(reasons)
		return nil
	}
	m.first = d
	return nil
}

// readSource lists the source account with its people, and finds those to move; nil for all.
func (m *Made) readSource(ctx context.Context) (only map[string]bool, err error) {
	bar := m.sinks.Bar("listing "+m.source.Config.Name, -1)
	listing, err := m.source.List(ctx, reconcile.Scope{Beyond: true}, bar.Set)
	bar.Done()
	if err != nil {
		return nil, failure.Of(fmt.Errorf("account %s: %w", m.source.Config.Name, err))
	}
	if err := m.source.Sentinels(listing); err != nil {
		return nil, err
	}
	m.listing = listing
	if err := m.describe(ctx, m.source, &m.from); err != nil {
		return nil, err
	}
	return m.readOnly()
}

// describe reads what else a move needs to know of an account.
func (m *Move) describe(ctx context.Context, acc *account.Account, side *migration.Side) error {
	if side.Schema.At(reconcile.HolderID) < 0 {
		return nil
	}
	if acc.ReadHolders == nil {
		return failure.New(
			failure.Usage, "", "%s cannot list its people, so they cannot be matched",
			acc.Spec.Title,
		)
	}
	holders, err := acc.ReadHolders(ctx)
	if err != nil {
		return failure.Of(fmt.Errorf("account %s: read holders: %w", acc.Config.Name, err))
	}
	side.Holders = holders
	// The rest is only needed for types that no rule names.
	if acc.PINTypes != nil {
		if side.PINTypes, err = acc.PINTypes(ctx); err != nil {
			return m.withoutTypes(acc, err)
		}
	}
	if acc.Choices == nil {
		return nil
	}
	choices, err := acc.Choices(ctx)
	if err != nil {
		return m.withoutTypes(acc, err)
	}
	side.Types = choices[side.Schema.NameOf(reconcile.TypeID)]
	if side.Named, err = acc.OwnTypes(ctx); err != nil {
		return m.withoutTypes(acc, err)
	}
	return nil
}

// withoutTypes goes on if the login may not read types, since the configuration can name them.
func (m *Move) withoutTypes(acc *account.Account, err error) error {
	if errors.Is(err, context.Canceled) {
		return failure.Of(err)
	}
	m.sinks.Log.Warn().Str("account", acc.Config.Name).Err(err).
		Msg("could not read the types: only those in migrate.types are moved")
	return nil
}
