// Package export reads accounts for a file of every credential: a compliance export,
// or a roster that plans to no changes. It writes nothing to a provider.
//
// Invariants:
//
//   - A listing that is not proved complete leaves no export, and half of the accounts
//     that were asked for is none.
//   - A credential on a temporary value of an interrupted run is named.
package export

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/io/configio"
	"keyroster/io/exportio"
	"keyroster/io/store"
	"keyroster/reconcile/rescue"
)

// Job is an export of accounts.
type Job struct {
	Checked
	Store    store.Store
	Accounts []*configio.Account
	// Before are earlier exports or runs to compare with, by account.
	Before map[string]*exportio.Before
	// Opener makes an opener of accounts that tells some sinks.
	Opener func(sink.Sinks) *account.Opener
	// Sinks are told of an account, by name; of several, none shows progress.
	Sinks func(name string) sink.Sinks
	// AtOnce bounds the accounts that are read side by side; each is held whole.
	AtOnce int
	// Worst is the one kind that stands for several.
	Worst func(kinds []failure.Kind) failure.Kind
}

// Read reads the accounts side by side, each within its own rate and concurrency, and
// returns them in their order. One that fails stops no other, so that all that is wrong
// is told at once; half an export is none, so that there is an error then.
func (j *Job) Read(ctx context.Context) ([]*exportio.Account, error) {
	found := &hits{several: len(j.Accounts) > 1}
	out, errs := make([]*exportio.Account, len(j.Accounts)), make([]error, len(j.Accounts))
	var group errgroup.Group
	group.SetLimit(j.AtOnce)
	for n, config := range j.Accounts {
		group.Go(func() error {
			out[n], errs[n] = j.one(ctx, config, found)
			return nil
		})
	}
	_ = group.Wait()
	if len(j.Accounts) == 1 && errs[0] != nil {
		return nil, failure.Of(errs[0])
	}
	if err := j.failures(errs); err != nil {
		return nil, err
	}
	return out, found.missed(j.Filters.Holders, j.Accounts)
}

// one reads an account; a panic in it is that account's failure.
func (j *Job) one(
	ctx context.Context, config *configio.Account, found *hits,
) (one *exportio.Account, err error) {
	defer func() {
		if p := recover(); p != nil {
			one, err = nil, failure.Wrap(failure.Stopped, rescue.Panicked(p))
		}
	}()
	spec, err := account.SpecOf(config)
	if err != nil {
		return nil, err
	}
	sinks := j.Sinks(config.Name)
	acc, err := j.Opener(sinks).Open(ctx, config, spec, account.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer acc.Close()
	r := &reader{Checked: j.Checked, kept: j.Store, sinks: sinks, hits: found}
	return r.read(ctx, acc, j.Before[config.Name])
}

// failures is the one error of several accounts: it names each that failed, and its
// kind is the first that applies.
func (j *Job) failures(errs []error) error {
	var kinds []failure.Kind
	var words, hints []string
	for n, err := range errs {
		if err == nil {
			continue
		}
		failed := failure.Of(err)
		kinds = append(kinds, failed.Kind)
		words = append(words, fmt.Sprintf("account %s: %v", j.Accounts[n].Name, failed.Err))
		if failed.Hint != "" {
			hints = append(hints, fmt.Sprintf("account %s: %s", j.Accounts[n].Name, failed.Hint))
		}
	}
	if len(kinds) == 0 {
		return nil
	}
	text := strings.Join(words, "; ") + "; nothing was written"
	if len(kinds) > 1 {
		text = fmt.Sprintf("%d of %d accounts cannot be exported: %s", len(kinds), len(j.Accounts), text)
	}
	return &failure.Error{Kind: j.Worst(kinds), Err: errors.New(text), Hint: strings.Join(hints, "; ")}
}
