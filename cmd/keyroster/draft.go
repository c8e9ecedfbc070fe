package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keyroster/reconcile"
)

// planFlags are the flags that plan and apply share.
type planFlags struct {
	rosterFlags
	account string
	holders []string
	// found: holders are ids, as the provider knows them.
	found          bool
	limits         []string
	shapes         []string
	prune          bool
	acceptEmpty    bool
	shrunkenList   string
	shrunkenRoster string
	oldRoster      string
	// against is set for plan alone.
	against againstFlags
	// additive: the roster was made and not read, so that its invalid rows
	// count although it says nothing about those who are not in it.
	additive bool
}

func (f *planFlags) add(cmd *cobra.Command) {
	f.rosterFlags.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.account, "account", "", "the `ACCOUNT` to work on; may be left out when there is only one")
	flags.StringArrayVar(&f.holders, "holder", nil, "only the rows and records of the holder with this `ID`, reference or e-mail address (repeatable)")
	flags.StringArrayVar(&f.limits, "limit", nil, "`NAME=VALUE`: a limit for this run, as update=40% or delete=3 (repeatable)")
	flags.StringArrayVar(&f.shapes, "accept-shape", nil, shapeHelp)
	flags.BoolVar(&f.prune, "prune", false, "delete the records that no row names, within limits.delete")
	flags.BoolVar(&f.acceptEmpty, "accept-empty", false, "go on although the account holds no record yet")
	flags.StringVar(&f.shrunkenList, "accept-shrunken-listing", "", "go on although the account holds far fewer records than last time; `REASON` is recorded")
	flags.StringVar(&f.shrunkenRoster, "accept-shrunken-roster", "", "go on although the roster has far fewer rows than last time; `REASON` is recorded")
	flags.StringVar(&f.oldRoster, "accept-old-roster", "", "go on although a roster file is older than roster_max_age; `REASON` is recorded")
}

// draft is a plan with everything that it was made from.
type draft struct {
	roster  *reconcile.Roster
	listing *reconcile.Listing
	scope   reconcile.Scope
	// holders are the people that the run is limited to, none for everybody;
	// scope may be wider.
	holders []string
	// attended are the lines in no row that somebody has to look at.
	attended map[int]bool
	// additive: the roster says nothing about those who are not in it.
	additive bool
	wanted   *reconcile.Wanted
	plan     *reconcile.Plan
	limits   reconcile.Limits
	breaches []reconcile.Breach
	// types are the limits of single types.
	types map[string]reconcile.Limits
	// base is the number of records that limits as shares are of.
	base    int
	started time.Time
	// who has the names of the people whom a refusal names, by id.
	who map[string]string
	// lifted are the safety rules that flags lift, with their reasons.
	lifted []lifted
	// seen are warnings that only the comparison showed.
	seen []reconcile.Problem
	// noPrune says what to do where pruning is refused whatever the limits are;
	// empty where it is not.
	noPrune      string
	pruneRefused bool
}

type lifted struct{ name, value, reason string }

// draft lists the account, compares, and holds the plan against the limits.
// lastRecords is the size of the last good listing, or 0.
func (a *app) draft(ctx context.Context, f *planFlags, acc *account, roster *reconcile.Roster, lastRecords int) (*draft, error) {
	if len(f.holders) > 0 && !f.found {
		ids, unknown, err := a.findHolders(ctx, acc, f.holders)
		if err == nil {
			err = f.scopeTo(ids, unknown, "account "+acc.config.Name)
		}
		if err != nil {
			return nil, classify(err)
		}
	}
	d := &draft{roster: roster, scope: reconcile.Scope{Holders: f.holders}, holders: f.holders, additive: f.additive, started: time.Now()}
	limits, err := f.mergeLimits(acc.config.Limits)
	if err != nil {
		return nil, err
	}
	if d.types, err = f.mergeTypeLimits(acc.config.TypeLimits); err != nil {
		return nil, err
	}
	if roster.Partial() && !f.additive {
		// Many of its rows are wrong; that is what the file is for.
		delete(limits, reconcile.LimitInvalid)
	}
	said, err := f.saidShapes(acc.config.Shapes)
	if err != nil {
		return nil, err
	}
	d.limits, d.lifted = limits, append(f.lifted(), liftedShapes(said)...)
	for _, rule := range acc.config.Repair.Rules() {
		d.lifted = append(d.lifted, lifted{"repair", rule, "the configuration"})
	}
	if err := a.compare(ctx, f, acc, d); err != nil {
		return d, classify(err)
	}
	if len(d.scope.Holders) > 0 && d.takesUniqueValue() {
		// A value may be held by anybody: only the whole account tells.
		a.log.Debug().Msg("a unique value changes: listing the whole account")
		d.scope = reconcile.Scope{}
		if err := a.compare(ctx, f, acc, d); err != nil {
			return d, classify(err)
		}
	}
	d.base = d.listing.Records.Len()
	if len(f.holders) > 0 && lastRecords > 0 {
		d.base = lastRecords
	}
	d.check(f)
	a.nameLosers(ctx, acc, d)
	a.nameUnlisted(ctx, acc, d)
	return d, nil
}

// check holds the plan against the limits.
func (d *draft) check(f *planFlags) {
	d.warnOfSeen()
	d.breaches = append(d.plan.Check(d.limits, d.base, f.acceptEmpty), d.unsafePrune(f)...)
	for _, kind := range slices.Sorted(maps.Keys(d.types)) {
		breaches, known := d.plan.CheckType(kind, d.types[kind])
		d.breaches = append(d.breaches, breaches...)
		if !known {
			d.breaches = append(d.breaches, reconcile.Breach{
				Name: reconcile.LimitUpdate, Type: kind, Rule: true,
				Why: fmt.Sprintf("limits.types names type %s, and no record or row is of it: give its id or its display name", kind),
			})
		}
	}
	d.checkDoubt()
}

// compare lists, resolves and diffs within the draft's scope.
func (a *app) compare(ctx context.Context, f *planFlags, acc *account, d *draft) error {
	bar := a.progress("listing", -1)
	listing, err := acc.list(ctx, d.scope, bar.set)
	bar.done()
	d.listing = listing
	if listing != nil {
		a.log.Debug().Str("strategy", listing.Strategy).Str("why", listing.Why).Str("evidence", string(listing.Evidence)).
			Int("records", listing.Records.Len()).Int("pages", listing.Pages).Msg("listed")
	}
	if err != nil {
		return err
	}
	listing.Replaced = acc.replaced
	if len(d.scope.Holders) == 0 {
		if err := acc.sentinels(listing); err != nil {
			return err
		}
	}
	if err := a.learnMask(ctx, acc); err != nil {
		return err
	}
	wanted, err := acc.provider.Resolve(ctx, d.roster, listing)
	if err != nil {
		return err
	}
	protect, err := a.protections(ctx, acc)
	if err != nil {
		return err
	}
	shapes, err := d.shapesFor(f, acc, a.typeNamed(ctx, acc, listing.Records))
	if err != nil {
		return err
	}
	c := acc.config
	d.wanted = wanted
	keeper, _ := acc.provider.(reconcile.Keeper)
	d.plan = reconcile.Diff(d.roster, wanted, listing, reconcile.Policy{
		Prune: f.prune, Holders: f.holders, Move: c.Move, Recreate: c.Recreate, Park: c.Park, Protect: protect,
		Remembered: acc.written.remembered(), Keeper: keeper, Kept: acc.written.keeps(d.wanted.Rows.Schema()), Shapes: shapes,
	})
	d.attend(acc, protect)
	return nil
}

// takesUniqueValue reports whether the plan gives a record a value that no other
// may hold.
func (d *draft) takesUniqueValue() bool {
	for _, u := range d.plan.Want.Schema().Unique {
		col := d.plan.Want.Schema().Index(u.Column)
		for i := range d.plan.Lines {
			if l := &d.plan.Lines[i]; l.Sends() && l.Fields.Has(col) {
				return true
			}
		}
	}
	return false
}

func (f *planFlags) mergeLimits(limits reconcile.Limits) (reconcile.Limits, error) {
	out := maps.Clone(limits)
	for _, pair := range f.limits {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fail(exitUsage, "for example --limit update=40%", "--limit takes NAME=VALUE, not %q", pair)
		}
		if strings.Contains(name, ".") {
			continue // of one type: see mergeTypeLimits
		}
		limit, err := reconcile.ParseLimit(name, value)
		if err != nil {
			return nil, &failure{code: exitUsage, err: err}
		}
		out[name] = limit
	}
	return out, nil
}

// mergeTypeLimits are the limits of single types, those of --limit
// TYPE.NAME=VALUE over the configuration's.
func (f *planFlags) mergeTypeLimits(types map[string]reconcile.Limits) (map[string]reconcile.Limits, error) {
	out := map[string]reconcile.Limits{}
	for kind, limits := range types {
		out[kind] = maps.Clone(limits)
	}
	for _, pair := range f.limits {
		name, value, _ := strings.Cut(pair, "=")
		dot := strings.LastIndex(name, ".")
		if dot < 0 {
			continue
		}
		kind, name := name[:dot], name[dot+1:]
		limit, err := reconcile.ParseLimit(name, value)
		if err == nil && !slices.Contains(reconcile.TypeLimitNames, name) {
			err = fmt.Errorf("there is no limit %s of one type: those are %s", name, strings.Join(reconcile.TypeLimitNames, ", "))
		}
		if err != nil {
			return nil, &failure{code: exitUsage, err: err}
		}
		if out[kind] == nil {
			out[kind] = reconcile.Limits{}
		}
		out[kind][name] = limit
	}
	return out, nil
}

func (f *planFlags) lifted() []lifted {
	var out []lifted
	for _, pair := range f.limits {
		out = append(out, lifted{"limit", pair, ""})
	}
	if f.acceptEmpty {
		out = append(out, lifted{"accept-empty", "true", ""})
	}
	if f.shrunkenList != "" {
		out = append(out, lifted{"accept-shrunken-listing", "true", f.shrunkenList})
	}
	if f.shrunkenRoster != "" {
		out = append(out, lifted{"accept-shrunken-roster", "true", f.shrunkenRoster})
	}
	if f.oldRoster != "" {
		out = append(out, lifted{"accept-old-roster", "true", f.oldRoster})
	}
	return out
}

// refusal is the error for the breaches of a plan, or nil. Too many invalid
// rows alone are the roster's fault (5), all else is a safety rule (4).
func (d *draft) refusal() *failure {
	if len(d.breaches) == 0 {
		return nil
	}
	code := exitRoster
	var words, flags []string
	separator := " "
	for _, b := range d.breaches {
		words = append(words, b.String())
		if b.Name != reconcile.LimitInvalid {
			code = exitUnsafe
		}
		if d.liftable(b) {
			if len(flags) == 0 && b.Rule && b.Type == "" {
				separator = "; " // the first of them names two ways
			}
			flags = append(flags, b.Override())
		}
	}
	hint := d.noPrune
	if len(flags) > 0 {
		if hint != "" {
			hint += "; and "
		}
		hint += "if this is right, lift the limit for this run: " + strings.Join(flags, separator)
	}
	nameless := "the plan exceeds its limits: " + strings.Join(words, "; ")
	if names := d.losesAll(); names != "" {
		words = append(words, "loses all access: "+names)
	}
	return &failure{code: code, hint: hint, err: errors.New("the plan exceeds its limits: " + strings.Join(words, "; ")), nameless: nameless}
}

// liftable reports whether a flag for the breached limit would help. None does
// about deletions while pruning is refused for another reason.
func (d *draft) liftable(b reconcile.Breach) bool {
	if d.pruneRefused && (b.Name == reconcile.LimitDelete || b.Name == reconcile.LimitLastCredential) {
		return false
	}
	return !b.Rule || b.Name == reconcile.LimitCreate
}
