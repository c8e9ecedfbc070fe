package doctor

import (
	"context"
	"slices"
	"strings"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/io/rosterio"
	"keyroster/io/store/pgstore"
	"keyroster/reconcile"
)

// Local checks what is on this machine: rosters, secrets, token file, folders.
func (e *Examination) Local(ctx context.Context) {
	e.rosters(ctx)
	e.tokenFile(ctx)
	e.references(ctx)
	e.folders()
}

// rosters reads the configured rosters as a run would.
func (e *Examination) rosters(ctx context.Context) {
	const name = "roster"
	switch {
	case len(e.Config.Roster) == 0:
		e.warn(
			name, "add roster: [FILE] for unattended runs, or name one on the command line",
			"the account has none",
		)
		return
	case slices.Contains(e.Config.Roster, rosterio.Stdin):
		e.ok(name, "standard input")
		return
	}
	reading := draft.Reading{Ask: func(ctx context.Context) ([]reconcile.Type, error) {
		types, _ := e.Opener.Types(ctx, e.Config, e.Spec) // a failure is reported by later checks
		return types, nil
	}}
	roster, err := draft.ReadForPlan(ctx, reading, draft.Options{}, e.Spec, e.Config, nil)
	if err != nil {
		f := *failure.Of(err)
		if f.Hint == "" {
			f.Hint = "check that the export exists and that this user can read it; keyroster check lists every problem"
		}
		e.fail(name, &f)
		return
	}
	e.roster = roster
	files := strings.Join(e.Config.Roster, ", ")
	if n := roster.Errors(); n > 0 {
		e.warn(
			name, e.next("check")+" lists them",
			"%s: %s in %s, which would be skipped", files, failure.Plural(n, "error"),
			failure.Plural(roster.Rows.Len(), "row"),
		)
		return
	}
	e.ok(name, "%s: %s", files, failure.Plural(roster.Rows.Len(), "row"))
}

const stateFolder = "state folder"

// folders checks whether state and runs can be kept, and for how long.
func (e *Examination) folders() {
	if e.StoreErr != nil || e.Database != nil {
		e.database()
		return
	}
	if e.StateErr != nil {
		e.fail(stateFolder, &failure.Error{
			Kind: failure.Usage, Err: e.StateErr, Hint: "name a folder with --state",
		})
	}
	for _, f := range []struct{ name, path, flag string }{{stateFolder, e.State, "--state"}, {"runs folder", e.Runs, "--runs"}} {
		if f.path == "" {
			continue
		}
		if err := mayWrite(f.path); err != nil {
			e.fail(f.name, failure.New(
				failure.Stopped,
				"give this user write permission there, or name another folder with "+f.flag, "%v", err,
			))
			continue
		}
		free, err := freeSpace(f.path)
		e.space(f.name, f.path, free, err)
	}
}

const database = "database"

// database says which database is used in place of folders.
func (e *Examination) database() {
	if e.StoreErr != nil {
		e.fail(database, e.StoreErr)
		return
	}
	e.ok(database, "%s: tables of version %d, locks are leases of %s",
		e.Database.Place, pgstore.Version, e.Database.Config.Fleet.Lease)
}

// Below leastSpace a run may fail to finish; below littleSpace it is time to clean up.
const (
	leastSpace  = 64 << 20
	littleSpace = 1 << 30
)

// space checks the bytes free in a folder; err is why they are not known.
func (e *Examination) space(name, path string, free uint64, err error) {
	const remedy = "free some space, or set keep_runs: 90d in the account"
	switch {
	case err != nil:
		e.warn(name, "", "%s is writable; its free space is not known: %v", path, err)
	case free < leastSpace:
		e.fail(name, failure.New(failure.Stopped, remedy, "%s has %d MiB free", path, free>>20))
	case free < littleSpace:
		e.warn(name, remedy, "%s has %d MiB free", path, free>>20)
	default:
		e.ok(name, "%s is writable, %d GiB free", path, free>>30)
	}
}
