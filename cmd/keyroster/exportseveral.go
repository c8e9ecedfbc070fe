package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/sync/errgroup"

	"keyroster/io/configio"
	"keyroster/io/exportio"
)

// exportAccounts reads accounts side by side, each within its own rate and
// concurrency, and returns them in the order of the command line. One that fails
// stops no other, so that all that is wrong is told at once; half an export is
// none, so that there is an error then.
func (a *app) exportAccounts(ctx context.Context, f *exportFlags, accounts []*configio.Account, before map[string]*exportio.Before) ([]*exportio.Account, error) {
	out, errs := make([]*exportio.Account, len(accounts)), make([]error, len(accounts))
	var group errgroup.Group
	group.SetLimit(accountsAtOnce)
	for n, config := range accounts {
		own := *a
		own.log = a.log.With().Str("account", config.Name).Logger()
		if len(accounts) > 1 {
			own.stderr = io.Discard // one bar alone can be drawn; the log is heard
		}
		group.Go(func() error {
			errs[n] = (&session{}).guarded(func() (err error) {
				out[n], err = own.exportAccount(ctx, f, config, before[config.Name])
				return err
			})
			return nil
		})
	}
	_ = group.Wait()
	if len(accounts) == 1 {
		if errs[0] != nil {
			return nil, classify(errs[0])
		}
		return out, nil
	}
	return out, exportFailures(accounts, errs)
}

// exportFailures is the one error of several accounts: it names each that
// failed, and its exit code is the first that applies.
func exportFailures(accounts []*configio.Account, errs []error) error {
	var codes []int
	var words, hints []string
	for n, err := range errs {
		if err == nil {
			continue
		}
		failed := classify(err)
		codes = append(codes, failed.code)
		words = append(words, fmt.Sprintf("account %s: %v", accounts[n].Name, failed.err))
		if failed.hint != "" {
			hints = append(hints, fmt.Sprintf("account %s: %s", accounts[n].Name, failed.hint))
		}
	}
	if len(codes) == 0 {
		return nil
	}
	text := strings.Join(words, "; ") + "; nothing was written"
	if len(codes) > 1 {
		text = fmt.Sprintf("%d of %d accounts cannot be exported: %s", len(codes), len(accounts), text)
	}
	return &failure{code: worst(codes), err: errors.New(text), hint: strings.Join(hints, "; ")}
}
