// Package history is what is known of earlier runs: what is remembered of a tenant, the status
// of a run, and what its plan, sealed copy and report say.
//
// Invariants:
//
//   - It is read-only, except for the last written values ([LastWritten]) and the manifest of a
//     run that has ended ([WriteMissingManifest]).
//   - Lost data leads to no false statement: if a tenant's memory is gone, the kept runs give
//     the same answers, or say that a run is open and the doors are behind.
//   - The status of a run is determined in one place, and described in the same words by every
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

// SavedPlan is a saved plan, open for reading its lines.
type SavedPlan struct {
	*reportio.PlanFile
	file io.Closer
}

// Close closes the plan's file; its lines can no longer be read. It does nothing for a nil
// plan, or one that is not from a file.
func (s *SavedPlan) Close() {
	if s != nil && s.file != nil {
		_ = s.file.Close() // it was only read
	}
}

// ReadPlan reads a saved plan and takes ownership of the file, which is closed on error. The
// error is that of [reportio.ReadPlan].
func ReadPlan(file io.ReadSeekCloser) (*SavedPlan, error) {
	plan, err := reportio.ReadPlan(file)
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &SavedPlan{plan, file}, nil
}

// PlanOf opens the plan of a run. The caller must close it.
func PlanOf(run *store.Run) (*SavedPlan, error) {
	f, err := run.Open(store.PlanFile)
	if err != nil {
		return nil, fmt.Errorf("read the run's plan: %w", err)
	}
	return ReadPlan(f)
}

// Approval identifies a change for approval: by its row, its record, and the values before and
// after. Changes with equal texts are the same.
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

// Head is the part of a run's report about the run as a whole.
func Head(run *store.Run) (*reportio.Report, error) {
	f, err := run.Open(store.ReportJSONFile)
	if err != nil {
		return nil, fmt.Errorf("read run: %w", err)
	}
	defer func() { _ = f.Close() }()
	return reportio.ReadHead(f)
}

// The members of Meta in a run's sealed copy. MetaLimit and MetaLifted are prefixes; the last
// four are for migrations.
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
	MetaMoved     = "migration.report"
	MetaEncryptTo = "encrypt_to"
	MetaReveal    = "reveal"
)

// Unseal opens the sealed copy of a run. If the key does not fit, or the copy is damaged, the
// error is [UnrecoverableError].
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

// Kept opens what a run kept for its undo; fs.ErrNotExist if it kept nothing. The error says if
// the tenant's key does not fit, or the file is damaged.
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

// UnrecoverableError is the error for a run whose files no longer show what it did. run is its
// argument on the command line, or its id.
func UnrecoverableError(run string, err error) *failure.Error {
	return &failure.Error{
		Kind: failure.Stopped, Err: err,
		Hint: "restore the run folder from a backup; without one, give the run up to see what it may have left behind " +
			"and let the next apply make a new plan: keyroster resume " + run + " --abandon",
	}
}
