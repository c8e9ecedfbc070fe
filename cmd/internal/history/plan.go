// Package history is what is known of the runs before this one: what is remembered of
// a tenant, how a run of earlier stands, and what its plan, its sealed copy and its
// report say of it.
//
// Invariants:
//
//   - It looks, and changes nothing but what was last written to records ([LastWritten])
//     and the manifest of a run that is over ([WriteMissingManifest]).
//   - What is lost says nothing false: where the memory of a tenant is gone, the runs
//     that are kept say the same, or that a run is open and the doors are behind.
//   - How a run stands is judged in one place, and said in the same words by every
//     command.
package history

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/io/sealio"
	"keyroster/io/store"
	"keyroster/reconcile"
	"keyroster/reconcile/inverse"
)

// SavedPlan is a saved plan, open for its lines to be read.
type SavedPlan struct {
	*reportio.PlanFile
	file io.Closer
}

// Close closes the file of the plan, whose lines cannot be read any more. A nil plan,
// and one that is not from a file, has none.
func (s *SavedPlan) Close() {
	if s != nil && s.file != nil {
		_ = s.file.Close() // it was only read
	}
}

// ReadPlan reads a saved plan. The file belongs to the plan from then on, and is
// closed if there is an error, which is that of [reportio.ReadPlan].
func ReadPlan(file io.ReadSeekCloser) (*SavedPlan, error) {
	plan, err := reportio.ReadPlan(file)
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &SavedPlan{plan, file}, nil
}

// PlanOf opens the plan of a run. The caller closes it.
func PlanOf(run *store.Run) (*SavedPlan, error) {
	f, err := run.Open(store.PlanFile)
	if err != nil {
		return nil, fmt.Errorf("read the run's plan: %w", err)
	}
	return ReadPlan(f)
}

// Approval is what makes a change the one that was approved: the row, the record,
// and the values before and after. Equal texts are one change.
func Approval(l *reportio.PlanLine) string {
	text := fmt.Sprintf("%s\x00%s\x00%s\x00%s", l.Action, l.CredentialID, l.HolderID, l.Type)
	if l.Source != nil {
		text += fmt.Sprintf("\x00%s\x00%s", l.Source.Sheet, l.Source.At())
	}
	for _, f := range l.Fields {
		text += fmt.Sprintf("\x00%s=%s>%s", f.Name, f.FingerprintBefore, f.FingerprintAfter)
	}
	return text
}

// Head is what the report of a run says of the run as a whole.
func Head(run *store.Run) (*reportio.Report, error) {
	f, err := run.Open(store.ReportJSONFile)
	if err != nil {
		return nil, fmt.Errorf("read run: %w", err)
	}
	defer func() { _ = f.Close() }()
	return reportio.ReadHead(f)
}

// The members of the Meta of a run's sealed copy. MetaLimit and MetaLifted begin the
// names of several; the last four are those of a migration.
const (
	MetaRun       = "run_id"
	MetaDigest    = "plan_digest"
	MetaAccount   = "account"
	MetaTenant    = "tenant"
	MetaProvider  = "provider"
	MetaCommand   = "command"
	MetaStarted   = "started_at"
	MetaHolders   = "holders"
	MetaColumns   = "columns"
	MetaUndoes    = "undoes"
	MetaLimit     = "limit."
	MetaLifted    = "lifted."
	MetaMigration = "migration"
	MetaWords     = "migration.words"
	MetaEncryptTo = "encrypt_to"
	MetaReveal    = "reveal"
)

// Unseal opens the sealed copy of a run. Where its key does not open it, or it is
// damaged, the error is [UnrecoverableError].
func Unseal(run *store.Run, identity reconcile.Secret) (*sealio.Snapshot, error) {
	f, err := run.Open(store.SealedFile)
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, fmt.Errorf("read the run's sealed copy: %w", err))
	}
	defer func() { _ = f.Close() }()
	snapshot, err := sealio.Unseal(f, identity)
	if err != nil {
		return nil, UnrecoverableError(run.Argument(), err)
	}
	return snapshot, nil
}

// Kept opens what a run keeps for its undo; fs.ErrNotExist when it keeps nothing. Where
// the key of its tenant does not open it, or it is damaged, the error says so.
func Kept(run *store.Run, tenant store.Tenant) (inverse.Kept, error) {
	f, err := run.Open(store.UndoFile)
	if err != nil {
		return inverse.Kept{}, failure.Wrap(failure.Stopped, fmt.Errorf("read the run's old values: %w", err))
	}
	defer func() { _ = f.Close() }() // it was only read
	identity, _, err := store.SealKeyOf(tenant)
	if err != nil {
		return inverse.Kept{}, failure.Wrap(failure.Stopped, err)
	}
	digest := sha256.New()
	snapshot, err := sealio.Unseal(io.TeeReader(f, digest), identity)
	if err != nil {
		return inverse.Kept{}, failure.Wrap(failure.Stopped, fmt.Errorf("read %s: %w", run.Path(store.UndoFile), err))
	}
	kept, err := inverse.Open(snapshot)
	if err != nil {
		return inverse.Kept{}, failure.Wrap(failure.Stopped, fmt.Errorf("read %s: %w", run.Path(store.UndoFile), err))
	}
	kept.Roster.Files[0].SHA256 = hex.EncodeToString(digest.Sum(nil))
	return kept, nil
}

// UnrecoverableError is the error about a run whose files do not say any more what it did.
// run is how a command line names the run: its argument, or its id.
func UnrecoverableError(run string, err error) *failure.Error {
	return &failure.Error{
		Kind: failure.Stopped, Err: err,
		Hint: "restore the run folder from a backup; without one, give the run up to see what it may have left behind " +
			"and let the next apply make a new plan: keyroster resume " + run + " --abandon",
	}
}
