package export

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/run"
	"keyroster/cmd/internal/sink"
	"keyroster/io/exportio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// reader reads accounts for an export.
type reader struct {
	Checked
	kept  store.Store
	sinks sink.Sinks
	hits  *hits
	types *typeHits
	// several: more than one account is exported. uncompared: only other accounts have a
	// baseline to compare with.
	several, uncompared bool
}

// read reads one account that is open.
func (r *reader) read(
	ctx context.Context, acc *account.Account, before *exportio.Baseline,
) (*exportio.Account, error) {
	tenant, err := acc.OpenTenant(r.kept)
	if err != nil {
		return nil, err
	}
	key, err := acc.FingerprintKey(ctx, tenant)
	if err != nil {
		return nil, err
	}
	marks, err := reportio.NewHMAC(key)
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	source, err := r.source(ctx, acc)
	if err != nil {
		return nil, err
	}
	source.Marks = marks
	source.Notes = append(source.Notes, source.Listing.Unseen...)
	source.Notes = append(source.Notes, r.notesOfRuns(tenant, acc.Config.Name, key, source.Listing.Records)...)
	if r.uncompared {
		source.Notes = append(source.Notes,
			"The export or run in --since does not include this account, so there is nothing to compare it with.")
		r.sinks.Log.Warn().
			Msg("the export or run in --since does not include this account: exporting it without a comparison")
	}
	if len(r.Filters.Holders) > 0 {
		if source.HolderIDs, err = r.hits.find(ctx, r.sinks, acc, r.Filters.Holders, r.several); err != nil {
			return nil, err
		}
	}
	source.TypeIDs = r.types.find(source, r.Filters.Types)
	one := exportio.New(*source)
	if len(r.Filters.Holders)+len(r.Filters.Types)+len(r.Filters.Statuses) > 0 && one.Totals.Credentials == 0 {
		r.sinks.Log.Warn().Msg("no credential matches the filters")
	}
	if before != nil {
		err := one.Compare(before)
		if errors.Is(err, exportio.ErrKeptSmall) {
			return nil, failure.New(
				failure.Usage,
				"name an export or an earlier run that keeps all lines; run_files: all keeps them for each run",
				"compare with --since: %w", err,
			)
		}
		if err != nil {
			return nil, failure.New(
				failure.Unsafe,
				"give all exports one fingerprint_key in the configuration, and the same filters",
				"compare with --since: %v", err,
			)
		}
	}
	return one, nil
}

// source lists an account and reads the other data of an export.
func (r *reader) source(ctx context.Context, acc *account.Account) (*exportio.Source, error) {
	bar := r.sinks.Bar("listing", -1)
	listing, err := acc.List(ctx, reconcile.Scope{}, bar.Set)
	bar.Done()
	if err != nil {
		return nil, err
	}
	account.LimitMemory(listing.Records.Len())
	if err := acc.Sentinels(listing); err != nil {
		return nil, err
	}
	mask, err := acc.Masker(ctx, r.sinks.Log)
	if err != nil {
		return nil, err
	}
	s := &exportio.Source{
		Mask: mask, Account: acc.Config.Name, Title: acc.Spec.Title, Tenant: acc.Tenant, Listing: listing,
		Location: acc.Zone(), Filters: r.Filters, Reveal: r.Reveal,
	}
	if s.Types, err = acc.OwnTypes(ctx); err != nil {
		return nil, err
	}
	if err := r.complete(ctx, acc, s); err != nil {
		return nil, err
	}
	if r.NoNames {
		return s, nil
	}
	return s, r.people(ctx, acc, s)
}

// people reads the people and issued cards of an export.
func (r *reader) people(ctx context.Context, acc *account.Account, s *exportio.Source) error {
	s.Name = acc.Names
	var err error
	if acc.ReadHolders != nil {
		if s.Holders, err = acc.ReadHolders(ctx); err != nil {
			return fmt.Errorf("read holders (--no-names does without): %w", err)
		}
	}
	if acc.IssuedCards != nil {
		if s.Issued, err = acc.IssuedCards(ctx, s.Listing.Records); err != nil {
			return fmt.Errorf("count the issued cards (--no-names does without): %w", err)
		}
	}
	if acc.PINTypes == nil {
		return nil
	}
	s.PINTypes, err = acc.PINTypes(ctx)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case err != nil:
		r.sinks.Log.Warn().Err(err).
			Msg("could not read the types: PINs are recognised by type name")
		s.PINTypes = nil
	}
	return nil
}

// complete reads those columns of With that the account's provider has.
func (r *reader) complete(ctx context.Context, acc *account.Account, s *exportio.Source) error {
	if acc.Complete == nil ||
		!slices.ContainsFunc(r.With, func(name string) bool { return readApart(acc.Spec.Schema, name) }) {
		return nil
	}
	records, notes, err := acc.Complete(ctx, s.Listing.Records)
	if err != nil {
		return err
	}
	s.Listing.Records, s.Notes = records, append(s.Notes, notes...)
	return nil
}

// notesOfRuns returns the sentences of an export about unfinished runs: what they left undone,
// and each credential that holds one of their temporary values, which must not be mistaken for
// the person's own. If they cannot be read, the export goes on.
func (r *reader) notesOfRuns(tenant store.Tenant, name string, key []byte, have *reconcile.Set) []string {
	memory, err := history.LoadMemory(r.kept, tenant, name, r.sinks.Log)
	if err != nil {
		r.sinks.Log.Warn().Err(err).Msg("could not check for open runs and temporary values")
		return nil
	}
	notes := history.Unfinished(r.kept, tenant, memory.State)
	found := run.LeftoversOf(&memory.State, key, have)
	for n := 0; n < have.Len() && len(found) > 0; n++ {
		id := have.Record(n).ID()
		if left, temporary := found[id]; temporary {
			notes = append(notes, fmt.Sprintf(
				"credential %s holds a temporary value left by run %s, not its own", id, left,
			))
		}
	}
	if len(found) > 0 {
		r.sinks.Log.Warn().Int("credentials", len(found)).Str("hint", "resume the run or apply, then export again").
			Msg("the export holds temporary values of interrupted runs")
	}
	return notes
}
