package account

import (
	"fmt"
	"slices"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
	"keyroster/reconcile/migration"
)

// ProviderKeys lists the keys that each provider accepts, for the configuration reader.
func ProviderKeys() []configio.Provider {
	var out []configio.Provider
	for _, spec := range all.Specs() {
		out = append(out, providerKeysOf(spec))
	}
	return out
}

func providerKeysOf(spec *providers.Spec) configio.Provider {
	p := configio.Provider{
		Name: spec.Name, TenantKey: spec.TenantKey, Settings: spec.Settings,
		Rate: spec.Rate.String(), Concurrency: spec.Concurrency, PageSize: spec.PageSize, Park: spec.Park,
	}
	for i := range spec.Schema.Columns {
		c := &spec.Schema.Columns[i]
		p.Columns = append(p.Columns, configio.Column{
			Name: c.Name, Secret: c.Secret(), Managed: c.Role == reconcile.RoleManaged, Set: migration.Settable(c),
		})
	}
	for _, form := range spec.Auth {
		var members []configio.Member
		for _, m := range form.Members {
			members = append(members, configio.Member{Name: m.Name, Secret: m.Secret, Path: m.Path, Help: m.Help})
		}
		p.Auth = append(p.Auth, members)
	}
	return p
}

// LoadConfig reads the configuration at path, or at the default location if path is empty.
// Mistakes in an account's section are no error here: they surface when the account is used.
// Any error is of kind Usage.
func LoadConfig(path string, getenv func(string) string) (*configio.Config, error) {
	path, err := configio.Find(path, getenv)
	if err != nil {
		return nil, failure.Wrap(failure.Usage, err)
	}
	config, err := configio.Open(path, ProviderKeys())
	if err != nil {
		return nil, failure.Wrap(failure.Usage, err)
	}
	return config, nil
}

// CheckConfig reads the configuration as [LoadConfig] does, but returns it whatever is wrong
// with it, together with all problems, including those that only the provider can find in an
// account's own keys.
func CheckConfig(path string, getenv func(string) string) (*configio.Config, []configio.Problem, error) {
	path, err := configio.Find(path, getenv)
	if err != nil {
		return nil, nil, failure.Wrap(failure.Usage, err)
	}
	config, problems, err := configio.Check(path, ProviderKeys(), checkAccount)
	if err != nil {
		return nil, nil, failure.Wrap(failure.Usage, err)
	}
	return config, problems, nil
}

// checkAccount returns an error for settings that the provider, or its sandbox, cannot use.
func checkAccount(config *configio.Account) error {
	spec := all.Lookup(config.Provider)
	env := providers.Env{
		Settings: config.Settings, Listing: config.Listing, PageSize: config.PageSize, BaseURL: config.BaseURL,
	}
	if s := config.Sandbox; s != nil {
		env.BaseURL = "http://" + sandbox.Loopback
		if _, err := all.Fake(spec.Name, sandbox.Options{Set: s.Set}); err != nil {
			return fmt.Errorf("read sandbox: %w", err)
		}
		if _, err := sandbox.ParseFaults(s.Faults); err != nil {
			return fmt.Errorf("read sandbox: %w", err)
		}
	}
	if spec.CheckSettings == nil {
		return nil
	}
	return spec.CheckSettings(env)
}

// Pick finds an account in the configuration by name; without a name, the only one.
func Pick(config *configio.Config, name string) (*configio.Account, *providers.Spec, error) {
	if name == "" {
		names := config.Names()
		if len(names) != 1 {
			return nil, nil, failure.New(failure.Usage, "name one with --account: "+failure.List(names),
				"%s has %d accounts", config.Path, len(names))
		}
		name = names[0]
	}
	account, err := config.Account(name)
	if err != nil {
		return nil, nil, failure.Wrap(failure.Usage, err)
	}
	spec, err := SpecOf(account)
	if err != nil {
		return nil, nil, err
	}
	return account, spec, nil
}

// Enabled refuses an account that is disabled.
func Enabled(config *configio.Account) error {
	if config.Disabled {
		return failure.New(failure.Usage, "remove disabled: true from the account to use it",
			"account %s is disabled", config.Name)
	}
	return nil
}

// SpecOf returns the provider of an account.
func SpecOf(config *configio.Account) (*providers.Spec, error) {
	spec := all.Lookup(config.Provider)
	if spec == nil {
		return nil, failure.New(
			failure.Usage, "", "account %s: unknown provider %q", config.Name, config.Provider,
		)
	}
	return spec, nil
}

// WarnBroken logs the accounts that have mistakes but are not in use, and settings that are
// probably unintended.
func WarnBroken(log zerolog.Logger, config *configio.Config, inUse ...string) {
	for _, name := range config.Names() {
		if err := config.Broken(name); err != nil && !slices.Contains(inUse, name) {
			log.Warn().Str("hint", "keyroster config check lists them").
				Msgf("account %s, not used by this command, has %s in the configuration",
					name, failure.Plural(len(err.Problems), "mistake"))
		}
	}
	for i := range config.Warnings {
		w := &config.Warnings[i]
		log.Warn().Str("hint", w.Remedy).Msgf("%s: %s", w.Place(), w.Message)
	}
}
