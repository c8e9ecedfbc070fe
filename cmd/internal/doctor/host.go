package doctor

import (
	"context"
	"fmt"
	"strings"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/run"
	"keyroster/io/exportio"
	"keyroster/io/store"
	"keyroster/io/termio"
	"keyroster/providers"
)

// Host checks the provider: who answers, its clock, what the login may do; then it compares as
// a run would. The only error is an interrupt.
func (e *Examination) Host(ctx context.Context) error {
	if e.StoreErr != nil || e.failed("secrets") {
		return nil // already reported; without a store there may be no login either
	}
	watch := &hostClock{}
	acc, err := e.Opener.Open(ctx, e.Config, e.Spec, account.Options{ReadOnly: true, Observe: watch.observe})
	if ctx.Err() != nil {
		return failure.Of(ctx.Err())
	}
	e.clock(watch)
	if err != nil {
		e.fail("login", err)
		return nil
	}
	defer acc.Close()
	run.Wipe(acc, e.Store, e.Sinks)
	e.login(acc)
	e.memory(ctx, acc)
	if acc.Examine != nil {
		e.providerChecks(acc.Examine(ctx))
	}
	e.plan(ctx, acc)
	if ctx.Err() != nil {
		return failure.Of(ctx.Err())
	}
	return nil
}

// providerChecks adds the provider's own checks.
func (e *Examination) providerChecks(exams []providers.Check) {
	for _, exam := range exams {
		switch {
		case exam.Err != nil:
			e.fail(exam.Name, exam.Err)
		case exam.Remedy != "":
			e.warn(exam.Name, exam.Remedy, "%s", exam.Detail)
		default:
			e.ok(exam.Name, "%s", exam.Detail)
		}
	}
}

// login describes what the login gives access to.
func (e *Examination) login(acc *account.Account) {
	tenant := acc.Tenant
	names := append([]string{tenant.Name}, tenant.Facts...)
	e.ok("login", "opens %s (%s)", tenant.ID, strings.Join(names, ", "))
	for _, words := range tenant.Troubles {
		e.warn("doors", "check the doors in the provider's console: changes may not reach them", "%s", words)
	}
	if e.Config.Expect == "" && e.Config.Sandbox == nil {
		remedy := fmt.Sprintf("add expect: {%s: %s}, so that a wrong login cannot write to another tenant",
			e.Spec.TenantKey, termio.Quote(tenant.ID))
		e.warn("tenant", remedy, "the configuration does not say which tenant to expect")
	}
}

// memory checks the lock and what earlier runs left. Without a writable state folder there is
// nothing to check: that was reported before.
func (e *Examination) memory(ctx context.Context, acc *account.Account) {
	const name = "state"
	if e.failed(stateFolder) {
		return
	}
	tenant, err := acc.OpenTenant(e.Store)
	if err != nil {
		e.fail(name, err)
		return
	}
	e.lock(tenant)
	known, err := history.Load(ctx, e.Store, tenant, acc, e.Sinks.Log)
	if err == nil && tenant.HasKey(store.SealKey) {
		_, _, err = store.SealKeyOf(tenant)
	}
	if err != nil {
		e.fail(name, failure.Wrap(failure.Of(err).Kind, err))
		return
	}
	if e.unrecoverable(name, known) {
		return
	}
	says, remedy := history.Advice(e.Store, tenant, known.State)
	switch {
	case says != "":
		e.warn(name, remedy, "%s", says)
	case known.SyncOwed:
		e.warn(name, "the next apply does it", history.DoorsBehind)
	case known.LastGood == nil:
		e.ok(name, "no successful run yet")
	default:
		e.ok(name, "last good run %s", known.LastGood.RunID)
	}
	e.known = known
}

// unrecoverable checks whether the run that was left open would stop the next one.
func (e *Examination) unrecoverable(name string, known *history.Known) bool {
	if known.OpenRun == "" {
		return false
	}
	one, err := history.OpenRun(e.Store, known.Tenant, known.OpenRun)
	if err != nil {
		one = nil
	}
	st := history.AssessOpen(e.Store, known.Tenant, known.State)
	if st.Status != store.RunDamaged || run.MayContinue(known, one, &st) {
		return false
	}
	e.fail(name, st.Refusal())
	return true
}

// lock checks whether a run could take the tenant's lock, by taking it for a moment.
func (e *Examination) lock(tenant store.Tenant) {
	lock, err := account.LockTenant(tenant)
	if err == nil {
		err = lock.Close()
	}
	if err != nil {
		e.fail("lock", err)
	}
}

// plan compares as a run would, and checks the plan against all safety rules. It is skipped if
// an earlier check would stop a run anyway.
func (e *Examination) plan(ctx context.Context, acc *account.Account) {
	if e.roster == nil || e.known == nil || e.failed("") {
		return
	}
	const name = "plan"
	if to := e.Config.BackupTo; to != "" {
		if _, err := exportio.ParseRecipients([]string{to}); err != nil {
			e.fail(name, failure.Wrap(failure.Usage, err))
			return
		}
	}
	d, err := draft.Make(ctx, draft.Input{Account: acc, Known: e.known, Roster: e.roster, Sinks: e.Sinks})
	if err == nil {
		err = d.CheckRoster()
	}
	if err == nil {
		if refusal := d.Refusal(); refusal != nil {
			err = refusal
		}
	}
	if err != nil {
		e.fail(name, err)
		return
	}
	changes := 0
	for _, chain := range d.Plan.Chains {
		changes += len(chain)
	}
	e.ok(
		name, "%s of %s would be sent, within the limits", failure.Plural(changes, "change"),
		failure.Plural(d.Listing.Records.Len(), "record"),
	)
}
