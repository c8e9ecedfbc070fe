package run

import (
	"encoding/json"
	"fmt"
	"io"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/sealio"
	"keyroster/io/store"
)

// seal stores what a resumed run needs: rows, records and plan, encrypted with the tenant's key.
func (p *Planned) seal() error {
	_, recipient, err := store.SealKeyOf(p.known.Tenant)
	if err != nil {
		return err
	}
	d := p.draft
	return p.run.Write(store.SealedFile, func(w io.Writer) error {
		return sealio.Seal(w, recipient, &sealio.Snapshot{
			Plan: d.Plan, Roster: d.Roster, Listing: d.Listing, Meta: p.meta(),
		})
	})
}

// meta is the other data in a seal.
func (p *Planned) meta() map[string]string {
	m := map[string]string{
		history.MetaRun: p.run.ID(), history.MetaDigest: p.digest, history.MetaProvider: p.account.Spec.Name,
		history.MetaAccount: p.account.Config.Name, history.MetaTenant: p.account.Tenant.ID, history.MetaCommand: p.options.Command,
	}
	p.draft.PutMeta(m)
	if p.moved != nil {
		m[history.MetaMigration] = p.moved.Folder
		words, _ := json.Marshal(p.moved.Words)
		report, _ := json.Marshal(p.moved.Report)
		m[history.MetaWords], m[history.MetaMoved] = string(words), string(report)
		p.options.Secrecy.save(m)
	}
	return m
}

// movedOf returns the transfer in a snapshot's Meta, nil if the run is none.
func movedOf(meta map[string]string) *Moved {
	if meta[history.MetaMigration] == "" {
		return nil
	}
	moved := &Moved{Folder: meta[history.MetaMigration]}
	_ = json.Unmarshal([]byte(meta[history.MetaWords]), &moved.Words) // older versions stored none
	_ = json.Unmarshal([]byte(meta[history.MetaMoved]), &moved.Report)
	return moved
}

// openSeal opens the sealed copy of an interrupted run, checks that it belongs to the run, and
// restores the options of the run's command.
func (b *startedRun) openSeal() (*Planned, error) {
	identity, _, err := store.SealKeyOf(b.known.Tenant)
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	snapshot, err := history.Unseal(b.run, identity)
	if err != nil {
		return nil, err
	}
	if tenant := snapshot.Meta[history.MetaTenant]; tenant != b.account.Tenant.ID {
		return nil, failure.New(failure.Unsafe, "", "run %s worked on tenant %s, but account %s opens %s",
			b.run.ID(), tenant, b.account.Config.Name, b.account.Tenant.ID)
	}
	d, err := draft.Restore(b.account, b.known, snapshot)
	if err != nil {
		return nil, history.UnrecoverableError(b.run.Argument(), err)
	}
	digest, err := b.checkSeal(d, snapshot.Meta)
	if err != nil {
		return nil, err
	}
	p := &Planned{startedRun: b, draft: d, digest: digest, moved: movedOf(snapshot.Meta)}
	if p.moved != nil {
		d.Options.Additive, b.options.Secrecy = true, loadSecrecy(snapshot.Meta)
	}
	return p, nil
}

// checkSeal refuses a sealed copy of another run: what that run wanted or found must not be
// written. The plan is computed again from the copy and compared with the run's, since copies
// of older versions do not name their run. It returns the plan's digest.
func (b *startedRun) checkSeal(d *draft.Draft, sealed map[string]string) (string, error) {
	foreign := func(format string, args ...any) error {
		why := fmt.Errorf(format, args...)
		return &failure.Error{
			Kind: failure.Unsafe, Err: fmt.Errorf("run %s: %w; nothing was sent", b.run.ID(), why),
			Hint: history.UnrecoverableError(b.run.Argument(), nil).Hint,
		}
	}
	for _, part := range []struct{ what, name, want string }{
		{"run", history.MetaRun, b.run.ID()},
		{"account", history.MetaAccount, b.account.Config.Name},
		{"provider", history.MetaProvider, b.account.Spec.Name},
	} {
		if is, said := sealed[part.name]; said && is != part.want {
			return "", foreign("its %s is that of %s %s", store.SealedFile, part.what, is)
		}
	}
	plan, err := history.PlanOf(b.run)
	if err != nil {
		return "", history.UnrecoverableError(b.run.Argument(), err)
	}
	defer plan.Close()
	switch digest, said := sealed[history.MetaDigest]; {
	case plan.RunID != "" && plan.RunID != b.run.ID():
		return "", foreign("its %s is that of run %s", store.PlanFile, plan.RunID)
	case plan.Tenant != "" && plan.Tenant != b.account.Tenant.ID:
		return "", foreign("its %s is for tenant %s, not %s", store.PlanFile, plan.Tenant, b.account.Tenant.ID)
	case said && digest != plan.Digest:
		return "", foreign(
			"its %s belongs to plan %s, and its %s is %s", store.SealedFile, digest, store.PlanFile,
			plan.Digest,
		)
	case !plan.CreatedAt.Equal(d.Started):
		return "", foreign("its %s and its %s were made at different times", store.SealedFile, store.PlanFile)
	}
	if began, ok := store.Began(b.run.ID()); ok && plan.CreatedAt.Before(began) {
		return "", foreign("its %s was made before the run started: it belongs to another run", store.PlanFile)
	}
	again, err := d.PlanFile(b.options.Tool)
	if err != nil {
		return "", err
	}
	differs, err := again.Differs(plan)
	if err != nil {
		return "", failure.Wrap(failure.Stopped, err)
	}
	if differs {
		return "", foreign("its %s holds another plan than its %s", store.SealedFile, store.PlanFile)
	}
	return plan.Digest, nil
}
