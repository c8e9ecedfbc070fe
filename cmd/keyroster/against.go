package main

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keyroster/io/configio"
	"keyroster/io/exportio"
	"keyroster/io/reportio"
	"keyroster/io/statedir"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// againstFlags make a plan offline, against an export.
type againstFlags struct {
	file string
	key  string
}

func (f *againstFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.file, "against", "", "compare with this export `FILE` and not with an account: no network at all")
	flags.StringVar(&f.key, "fingerprint-key", "", "with --against: the key of its fingerprints, as env:NAME, file:PATH or exec:WORDS (default that of --account)")
}

// planAgainst compares a roster with an export.
func (a *app) planAgainst(ctx context.Context, flags *planFlags, args []string, view planView) error {
	if view.out != "" {
		return fail(exitUsage, "save a plan of the account itself", "a plan against an export is not saved: it cannot be applied")
	}
	acc, export, err := a.openExport(flags)
	if err != nil {
		return err
	}
	config := acc.config
	if flags.account == "" {
		config = nil
	}
	roster, err := a.readForPlan(ctx, flags, args, acc.spec, config)
	if err != nil {
		return err
	}
	marks, err := a.exportMarks(ctx, flags, acc, export)
	if err != nil {
		return err
	}
	acc.marks = marks
	d, err := a.draftAgainst(flags, acc, export, roster, marks)
	if err != nil {
		return err
	}
	report := a.report("plan", acc, d, nil)
	result := d.planResult(view.detailed)
	report.ExitCode = exitOf(result)
	if refusal := d.refusal(); refusal != nil {
		report.Stopped = refusal.Error()
	}
	if view.format == formatMarkdown {
		err = a.showMarkdown(report, "")
	} else {
		err = a.showPlan(report, d)
	}
	if err != nil {
		return err
	}
	if !a.quiet {
		a.sayUnchecked(flags.against.file, export, acc.spec)
	}
	return result
}

// sayUnchecked tells what a plan against an export cannot know, and by which
// clock the roster was read.
func (a *app) sayUnchecked(file string, export *exportio.Account, spec *providers.Spec) {
	a.log.Info().Str("export", file).Time("listed_at", export.ListedAt).Str("time_zone", export.TimeZone).
		Msg("compared with an export: what changed since it was listed is not seen, and times without a zone are read in the export's")
	a.log.Info().Str("export", file).Msg("only a plan with the account itself tells " + strings.Join(spec.Unchecked, ", and "))
}

// openExport reads the export that --against names, and picks the account in it
// that is meant. The account that it returns has no provider: nothing can be
// sent.
func (a *app) openExport(flags *planFlags) (*account, *exportio.Account, error) {
	e, err := exportio.Read(flags.against.file, schemaOf)
	if err != nil {
		return nil, nil, exportFailure(err)
	}
	var names []string
	var found *exportio.Account
	for _, one := range e.Accounts {
		names = append(names, one.Name)
		if one.Name == flags.account || flags.account == "" && len(e.Accounts) == 1 {
			found = one
		}
	}
	if found == nil {
		return nil, nil, fail(exitUsage, "name one with --account: "+strings.Join(names, ", "), "the export does not tell which account is meant")
	}
	if !found.Filters.None() {
		return nil, nil, fail(exitUnsafe, "export the account without filters", "the export has filters (%s), so that it does not show the whole account", found.Filters)
	}
	acc := &account{config: &configio.Account{Name: found.Name, Provider: found.Provider, Mask: configio.DefaultShown}, spec: all.Lookup(found.Provider), close: func() {}}
	acc.tenant = reconcile.Tenant{ID: found.Tenant.ID, Name: found.Tenant.Name}
	if flags.account != "" {
		var spec *providers.Spec
		if acc.config, spec, err = a.loadAccount(flags.account); err != nil {
			return nil, nil, err
		}
		if spec != acc.spec {
			return nil, nil, fail(exitUsage, "", "account %s is at %s, and the export's at %s", flags.account, spec.Title, acc.spec.Title)
		}
	}
	acc.mask = reconcile.NewMasker(acc.config.Mask, append(slices.Clone(acc.spec.Schema.CardTypes), found.CardTypes...))
	return acc, found, nil
}

// exportMarks makes fingerprints as the export's were made; nil when no key is
// known, or only another.
func (a *app) exportMarks(ctx context.Context, flags *planFlags, acc *account, export *exportio.Account) (reportio.Fingerprinter, error) {
	keys, err := a.exportKeys(ctx, flags, acc)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		marks, err := reportio.NewHMAC(key)
		if err != nil {
			return nil, &failure{code: exitUsage, err: err}
		}
		if marks.KeyID() == export.KeyID {
			return marks, nil
		}
	}
	if export.Revealed {
		return nil, nil
	}
	if len(keys) > 0 {
		a.log.Warn().Str("export", export.KeyID).Msg("the export was made with another fingerprint key: masked values cannot be compared")
	} else {
		a.log.Warn().Msg("no fingerprint key is known: masked values cannot be compared; give --account or --fingerprint-key")
	}
	return nil, nil
}

// exportKeys are the keys that the export's fingerprints may have been made
// with.
func (a *app) exportKeys(ctx context.Context, flags *planFlags, acc *account) ([][]byte, error) {
	if flags.against.key != "" {
		ref, err := configio.ParseReference(flags.against.key)
		if err != nil {
			return nil, &failure{code: exitUsage, err: err}
		}
		secret, err := ref.Resolve(ctx, ".", a.getenv)
		if err != nil {
			return nil, &failure{code: exitUsage, err: err}
		}
		keys := [][]byte{[]byte(secret.Reveal())}
		// The state folder's file holds the digits of the key's bytes.
		if plain, err := hex.DecodeString(secret.Reveal()); err == nil && len(plain) >= 16 {
			keys = append(keys, plain)
		}
		return keys, nil
	}
	if flags.account == "" {
		return nil, nil
	}
	var state *statedir.Dir
	if acc.config.FingerprintKey == nil {
		var err error
		if state, err = a.stateOf(acc); err != nil || state == nil {
			return nil, err
		}
	}
	key, err := a.fingerprintKey(ctx, acc, state)
	return [][]byte{key}, err
}

// stateOf is the state folder of the export's tenant, or nil when this machine
// has none: comparing must not make a key that fits nothing.
func (a *app) stateOf(acc *account) (*statedir.Dir, error) {
	root := a.state
	if root == "" {
		var err error
		if root, err = statedir.DefaultRoot(a.getenv); err != nil {
			return nil, &failure{code: exitUsage, err: err, hint: "name a folder with --state"}
		}
	}
	if !statedir.HasFingerprintKey(root, acc.spec.Name, acc.tenant.ID) {
		return nil, nil
	}
	return a.openState(acc)
}

// draftAgainst compares, and holds the plan against the account's limits where
// an account is named.
func (a *app) draftAgainst(flags *planFlags, acc *account, export *exportio.Account, roster *reconcile.Roster, marks reportio.Fingerprinter) (*draft, error) {
	if len(flags.holders) > 0 {
		ids, unknown, err := a.pickHolders(acc.spec.Schema, flags.holders, export.HolderIDs, func(string) (string, string) { return "", "" })
		if err == nil {
			err = flags.scopeTo(ids, unknown, "the export")
		}
		if err != nil {
			return nil, err
		}
	}
	d := &draft{roster: roster, listing: export.AsListing(), scope: reconcile.Scope{Holders: flags.holders}, holders: flags.holders, started: time.Now()}
	limits := acc.config.Limits
	if limits == nil {
		limits = reconcile.Limits{}
	}
	var err error
	if d.limits, err = flags.mergeLimits(limits); err != nil {
		return nil, err
	}
	if roster.Partial() {
		delete(d.limits, reconcile.LimitInvalid)
	}
	said, err := flags.saidShapes(acc.config.Shapes)
	if err != nil {
		return nil, err
	}
	d.lifted = append(flags.lifted(), liftedShapes(said)...)
	if !d.listing.Complete() {
		return nil, classify(reconcile.ErrIncomplete)
	}
	shapes, err := d.shapesFor(flags, acc, a.typeExported(acc, d.listing.Records))
	if err != nil {
		return nil, err
	}
	c := acc.config
	wanted := acc.spec.Offline(providers.Offline{
		Roster: roster, Listing: d.listing, Wanted: export.Resolve(roster, marks), Settings: c.Settings, Now: d.started,
	})
	d.wanted = wanted
	d.plan = reconcile.Diff(roster, wanted, d.listing, reconcile.Policy{
		Prune: flags.prune, Holders: flags.holders, Move: c.Move, Recreate: c.Recreate, Park: c.Park || flags.account == "" && acc.spec.Park,
		Protect: c.Protect, Remembered: export.Remembered(marks), Shapes: shapes,
	})
	d.base = d.listing.Records.Len()
	d.check(flags)
	return d, nil
}
