// Package export reads accounts into a file of every credential: a compliance export, or a
// roster that plans no changes. It writes nothing to a provider.
//
// Invariants:
//
//   - A listing that is not proved complete is not exported. An account that fails is named in
//     the export, and stops no other.
//   - A credential on a temporary value of an interrupted run is named.
package export

import (
	"context"
	"sync"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/io/exportio"
	"keyroster/io/store"
	"keyroster/reconcile/rescue"
)

// Job exports accounts, reading them in parallel, each within its own rate and concurrency.
type Job struct {
	Checked
	Store  store.Store
	Chosen *accounts.Chosen
	// Baseline are earlier exports or runs to compare with, by account.
	Baseline map[string]*exportio.Baseline
	// Look is called with each account while it is open; may be nil.
	Look func(acc *account.Account) error
	// ExitCode is the exit code of a kind of failure.
	ExitCode func(failure.Kind) int

	hits  hits
	types typeHits
	mu    sync.Mutex
	// read are the accounts read so far, and failed those that could not be read, by name.
	read   map[string]*exportio.Account
	failed map[string]*failure.Error
}

// Read reads one of the accounts. It is safe for concurrent use.
func (j *Job) Read(
	ctx context.Context, t accounts.Target, opener *account.Opener, sinks sink.Sinks,
) (*exportio.Account, error) {
	one, err := j.one(ctx, t, opener, sinks)
	j.mu.Lock()
	defer j.mu.Unlock()
	if err != nil {
		if j.failed == nil {
			j.failed = map[string]*failure.Error{}
		}
		failed := failure.Of(err)
		j.failed[t.Config.Name] = failed
		return nil, failed
	}
	if j.read == nil {
		j.read = map[string]*exportio.Account{}
	}
	j.read[t.Config.Name] = one
	return one, nil
}

// one reads an account; a panic becomes that account's failure.
func (j *Job) one(
	ctx context.Context, t accounts.Target, opener *account.Opener, sinks sink.Sinks,
) (one *exportio.Account, err error) {
	defer func() {
		if p := recover(); p != nil {
			one, err = nil, failure.Wrap(failure.Stopped, rescue.Panicked(p))
		}
	}()
	if t.Err != nil {
		return nil, t.Err
	}
	acc, err := opener.Open(ctx, t.Config, t.Spec, account.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer acc.Close()
	before := j.Baseline[t.Config.Name]
	r := &reader{
		Checked: j.Checked, kept: j.Store, sinks: sinks, hits: &j.hits, types: &j.types, several: j.Chosen.Several,
		uncompared: j.Baseline != nil && before == nil,
	}
	if one, err = r.read(ctx, acc, before); err == nil && j.Look != nil {
		err = j.Look(acc)
	}
	return one, err
}

// fill adds the accounts to an export, in order, and those that could not be read. It fails if
// there is nothing to export, if the user interrupted, or if no account knows a holder or type
// named by a filter.
func (j *Job) fill(e *exportio.Export) error {
	for i := range j.Chosen.Targets {
		config := j.Chosen.Targets[i].Config
		if one := j.read[config.Name]; one != nil {
			e.Accounts = append(e.Accounts, one)
		}
		if f := j.failed[config.Name]; f != nil {
			if f.Kind == failure.Interrupted {
				return failure.New(f.Kind, "", "interrupted; nothing was written")
			}
			e.Failed = append(e.Failed, exportio.Failed{
				Account: config.Name, Provider: config.Provider, ExitCode: j.ExitCode(f.Kind), Error: f.Error(), Hint: f.Hint,
			})
		}
	}
	switch {
	case len(e.Accounts) == 0:
		return failure.New(failure.Stopped, "", "none of the accounts can be exported; nothing was written")
	case len(e.Failed) > 0:
		return nil // an account that could not be read may know them
	}
	if err := j.types.missed(j.Filters.Types); err != nil {
		return err
	}
	return j.hits.missed(j.Filters.Holders, j.Chosen)
}
