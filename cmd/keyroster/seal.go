package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"keyroster/io/plainfile"
	"keyroster/io/rundir"
	"keyroster/io/sealio"
	"keyroster/reconcile"
)

func (s *session) seal() error {
	_, recipient, err := sealio.KeyFile(s.state.SealKey())
	if err != nil {
		return err
	}
	d := s.draft
	return s.dir.Write(rundir.SealedFile, func(w io.Writer) error {
		return sealio.Seal(w, recipient, &sealio.Snapshot{Plan: d.plan, Roster: d.roster, Listing: d.listing, Meta: s.meta()})
	})
}

// The members of a snapshot's Meta.
const (
	metaRun      = "run_id"
	metaDigest   = "plan_digest"
	metaAccount  = "account"
	metaTenant   = "tenant"
	metaProvider = "provider"
	metaCommand  = "command"
	metaStarted  = "started_at"
	metaHolders  = "holders"
	metaColumns  = "columns"
	metaLimit    = "limit."
	metaLifted   = "lifted."
)

func (s *session) meta() map[string]string {
	m := map[string]string{
		metaRun: s.dir.ID, metaDigest: s.digest, metaProvider: s.spec.Name,
		metaAccount: s.acc.config.Name, metaTenant: s.acc.tenant.ID, metaCommand: s.command,
		metaStarted: s.draft.started.Format(time.RFC3339Nano), metaHolders: strings.Join(s.flags.holders, "\n"),
		metaColumns: strings.Join(s.flags.columns, "\n"),
	}
	if s.migration != nil {
		s.migration.remember(m)
		s.secrecy.remember(m)
	}
	for name, l := range s.draft.limits {
		m[metaLimit+name] = l.String()
	}
	for n, l := range s.draft.lifted {
		m[fmt.Sprintf("%s%d", metaLifted, n)] = l.name + "\n" + l.value + "\n" + l.reason
	}
	return m
}

// draftOf is the draft that a snapshot was made from.
func draftOf(snapshot *sealio.Snapshot, flags *planFlags) (*draft, error) {
	d := &draft{roster: snapshot.Roster, plan: snapshot.Plan, listing: snapshot.Listing, limits: reconcile.Limits{}}
	var err error
	if d.started, err = time.Parse(time.RFC3339Nano, snapshot.Meta[metaStarted]); err != nil {
		return nil, fmt.Errorf("read the run's sealed copy: %w", err)
	}
	if holders := snapshot.Meta[metaHolders]; holders != "" {
		flags.holders, flags.found = strings.Split(holders, "\n"), true
		d.holders = flags.holders
	}
	if columns := snapshot.Meta[metaColumns]; columns != "" {
		flags.columns = strings.Split(columns, "\n")
	}
	for name, value := range snapshot.Meta {
		if limit, ok := strings.CutPrefix(name, metaLimit); ok {
			if d.limits[limit], err = reconcile.ParseLimit(limit, value); err != nil {
				return nil, fmt.Errorf("read the run's sealed copy: %w", err)
			}
		}
	}
	for n := 0; ; n++ {
		parts := strings.SplitN(snapshot.Meta[fmt.Sprintf("%s%d", metaLifted, n)], "\n", 3)
		if len(parts) < 3 {
			return d, nil
		}
		d.lifted = append(d.lifted, lifted{parts[0], parts[1], parts[2]})
	}
}

// unseal removes the sealed copy of a run that is done, after its reports are
// written: until then resume can still write them.
func (s *session) unseal() error {
	if s.journal == nil {
		return nil
	}
	return s.dir.Unseal()
}

// openSeal opens the sealed copy of an interrupted run and takes it over, once
// it is proved to be that run's.
func (s *session) openSeal(ctx context.Context) error {
	identity, _, err := sealio.KeyFile(s.state.SealKey())
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	f, err := plainfile.Open(s.dir.Path(rundir.SealedFile), plainfile.Unlimited)
	if err != nil {
		return &failure{code: exitError, err: fmt.Errorf("read the run's sealed copy: %w", err)}
	}
	defer func() { _ = f.Close() }()
	snapshot, err := sealio.Unseal(f, identity)
	if err != nil {
		return beyond(s.dir.Path(""), err)
	}
	if tenant := snapshot.Meta[metaTenant]; tenant != s.acc.tenant.ID {
		return fail(exitUnsafe, "", "run %s worked on tenant %s, and account %s opens %s", s.dir.ID, tenant, s.acc.config.Name, s.acc.tenant.ID)
	}
	if s.draft, err = draftOf(snapshot, s.flags); err != nil {
		return beyond(s.dir.Path(""), err)
	}
	if err := s.tied(ctx, snapshot.Meta); err != nil {
		return err
	}
	if s.migration = recallMigration(snapshot.Meta); s.migration != nil {
		s.draft.additive, s.secrecy = true, recall(snapshot.Meta)
	}
	return nil
}

// tied refuses a sealed copy that is not of this run: what another run wanted,
// or found, must not be written. Copies of versions that did not put the run
// into them are held against the plan, which is computed from them again.
func (s *session) tied(ctx context.Context, sealed map[string]string) error {
	foreign := func(format string, args ...any) error {
		why := fmt.Errorf(format, args...)
		return &failure{code: exitUnsafe, err: fmt.Errorf("run %s: %w; nothing was sent", s.dir.ID, why), hint: beyond(s.dir.Path(""), nil).hint}
	}
	for _, part := range []struct{ what, name, want string }{
		{"run", metaRun, s.dir.ID}, {"account", metaAccount, s.config.Name}, {"provider", metaProvider, s.spec.Name},
	} {
		if is, said := sealed[part.name]; said && is != part.want {
			return foreign("its %s is that of %s %s", rundir.SealedFile, part.what, is)
		}
	}
	plan, err := planOf(s.dir)
	if err != nil {
		return beyond(s.dir.Path(""), err)
	}
	defer plan.close()
	switch digest, said := sealed[metaDigest]; {
	case plan.RunID != "" && plan.RunID != s.dir.ID:
		return foreign("its %s is that of run %s", rundir.PlanFile, plan.RunID)
	case plan.Tenant != "" && plan.Tenant != s.acc.tenant.ID:
		return foreign("its %s is for tenant %s, not %s", rundir.PlanFile, plan.Tenant, s.acc.tenant.ID)
	case said && digest != plan.Digest:
		return foreign("its %s belongs to plan %s, and its %s is %s", rundir.SealedFile, digest, rundir.PlanFile, plan.Digest)
	case !plan.CreatedAt.Equal(s.draft.started):
		return foreign("its %s and its %s were made at different times", rundir.SealedFile, rundir.PlanFile)
	}
	if began, ok := rundir.Began(s.dir.ID); ok && plan.CreatedAt.Before(began) {
		return foreign("its %s was made before it began: it is another run's", rundir.PlanFile)
	}
	again, err := s.app.planFile(ctx, s.acc, s.draft, s.state)
	if err != nil {
		return err
	}
	differs, err := otherThan(again, plan)
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	if differs {
		return foreign("its %s holds another plan than its %s", rundir.SealedFile, rundir.PlanFile)
	}
	return nil
}

// otherThan reports whether a plan that was computed again is not the one that
// was saved: by its digest, and line by line with the fingerprints of its values
// where both were made with one key.
func otherThan(again *markedPlan, saved *savedPlan) (bool, error) {
	digest, err := again.ComputeDigest()
	if err != nil || digest != saved.Digest || again.KeyID != saved.KeyID {
		return digest != saved.Digest, err
	}
	next, stop := iter.Pull2(saved.Lines)
	defer stop()
	for line, err := range again.Lines {
		if err != nil {
			return false, err
		}
		other, err, ok := next()
		if err != nil {
			return false, err
		}
		if !ok || other.Line != line.Line || approval(other) != approval(line) {
			return true, nil
		}
	}
	_, err, more := next()
	return more, err
}
