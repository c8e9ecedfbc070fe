package draft

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/exportio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// ReadExport reads an export of any provider.
func ReadExport(file string) (*exportio.Export, error) {
	e, err := exportio.Read(file, func(provider string) *reconcile.Schema {
		if spec := all.Lookup(provider); spec != nil {
			return spec.Schema
		}
		return nil
	})
	switch {
	case err == nil:
		return e, nil
	case errors.Is(err, exportio.ErrChanged):
		return nil, &failure.Error{
			Kind: failure.Unsafe, Err: err,
			Hint: "use the export unchanged; to edit it, save it under another name",
		}
	}
	return nil, failure.Wrap(failure.Usage, err)
}

// Export is an account as recorded in an export, to compare with a roster.
type Export struct {
	// Account has no provider: it cannot be queried or written. Its configuration comes from
	// the export if none was named.
	Account *account.Account
	// Config is the account in the configuration; nil if none was named.
	Config *configio.Account

	file string
	held *exportio.Account
}

// OpenExport reads an export file and picks one account in it: the named one, or else the only
// one. load finds a named account in the configuration.
func OpenExport(
	opener *account.Opener, file, name string,
	load func() (*configio.Account, *providers.Spec, error),
) (*Export, error) {
	read, err := ReadExport(file)
	if err != nil {
		return nil, err
	}
	var names []string
	e := &Export{file: file}
	for _, one := range read.Accounts {
		names = append(names, one.Name)
		if one.Name == name || name == "" && len(read.Accounts) == 1 {
			e.held = one
		}
	}
	if e.held == nil {
		return nil, failure.New(failure.Usage, "name one with --account: "+strings.Join(names, ", "),
			"no account of the export is named")
	}
	if !e.held.Filters.None() {
		return nil, failure.New(failure.Unsafe, "export the account without filters",
			"the export has filters (%s), so it does not show the whole account", e.held.Filters)
	}
	config := &configio.Account{Name: e.held.Name, Provider: e.held.Provider, Mask: configio.DefaultShown}
	spec := all.Lookup(e.held.Provider)
	if name != "" {
		var configured *providers.Spec
		if e.Config, configured, err = load(); err != nil {
			return nil, err
		}
		if configured != spec {
			return nil, failure.New(failure.Usage, "", "account %s is at %s, but the export is from %s",
				name, configured.Title, spec.Title)
		}
		config = e.Config
	} else {
		config.Park = spec.Park
	}
	e.Account = opener.Offline(config, spec, reconcile.Tenant{ID: e.held.Tenant.ID, Name: e.held.Tenant.Name})
	return e, nil
}

// Types are the account's credential types; whole: the export lists them all.
func (e *Export) Types() (types []reconcile.Type, whole bool) {
	return e.held.Types, len(e.held.Types) > 0
}

// Unchecked logs what a plan against the export cannot check, and in which time zone the roster
// was read.
func (e *Export) Unchecked(log zerolog.Logger) {
	log.Info().Str("export", e.file).Time("listed_at", e.held.ListedAt).Str("time_zone", e.held.TimeZone).
		Msg("compared with an export: changes since it was made are not included, " +
			"and times without a zone are read in the export's zone")
	log.Info().Str("export", e.file).
		Msg("only a plan against the account itself shows " + strings.Join(e.Account.Spec.Unchecked, ", and "))
}

// KeySource is where to look for the key of an export's fingerprints.
type KeySource struct {
	// Reference is env:NAME, file:PATH or exec:WORDS; empty to use the key of the named
	// account, if any.
	Reference string
	Getenv    func(string) string
	// Store may have the tenant's key; nothing is created in it.
	Store store.Store
	Log   zerolog.Logger
}

// Marks makes fingerprints with the export's key; nil if that key is not known.
func (e *Export) Marks(ctx context.Context, from KeySource) (*reportio.HMAC, error) {
	keys, err := e.keys(ctx, from)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		marks, err := reportio.NewHMAC(key)
		if err != nil {
			return nil, failure.Wrap(failure.Usage, err)
		}
		if marks.KeyID() == e.held.KeyID {
			return marks, nil
		}
	}
	switch {
	case e.held.Revealed:
	case len(keys) > 0:
		from.Log.Warn().Str("export", e.held.KeyID).
			Msg("the export was made with another fingerprint key: masked values cannot be compared")
	default:
		from.Log.Warn().
			Msg("no fingerprint key is known: masked values cannot be compared; give --account or --fingerprint-key")
	}
	return nil, nil
}

// keys returns the keys that the export's fingerprints may have been made with.
func (e *Export) keys(ctx context.Context, from KeySource) ([][]byte, error) {
	if from.Reference != "" {
		return givenKeys(ctx, from)
	}
	if e.Config == nil {
		return nil, nil
	}
	var tenant store.Tenant
	if e.Config.FingerprintKey == nil {
		var err error
		tenant, err = from.Store.Look(e.Account.Spec.Name, e.Account.Tenant.ID)
		switch {
		case errors.Is(err, store.ErrNoPlace):
			return nil, &failure.Error{Kind: failure.Usage, Err: err, Hint: "name a folder with --state"}
		case err != nil:
			return nil, failure.Wrap(failure.Stopped, err)
		case !tenant.HasKey(store.FingerprintKey):
			return nil, nil
		}
	}
	key, err := e.Account.FingerprintKey(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return [][]byte{key}, nil
}

// givenKeys returns the keys that a reference may mean.
func givenKeys(ctx context.Context, from KeySource) ([][]byte, error) {
	ref, err := configio.ParseReference(from.Reference)
	if err != nil {
		return nil, failure.Wrap(failure.Usage, err)
	}
	secret, err := ref.Resolve(ctx, ".", from.Getenv)
	if err != nil {
		return nil, failure.Wrap(failure.Usage, err)
	}
	keys := [][]byte{[]byte(secret.Reveal())}
	// The state folder keeps a tenant's key as hexadecimal digits.
	if plain, err := hex.DecodeString(secret.Reveal()); err == nil && len(plain) >= 16 {
		keys = append(keys, plain)
	}
	return keys, nil
}
