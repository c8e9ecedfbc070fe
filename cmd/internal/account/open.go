package account

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// Opener opens accounts. It may be used by several goroutines.
type Opener struct {
	// Getenv looks secrets up that the configuration takes from the environment.
	Getenv func(string) string
	// Version is the program's, as hosts are told it.
	Version string
	// Sinks.Bare gets the log lines of clients, which name account and provider.
	Sinks sink.Sinks
	// Mark is told which run an account that was opened is worked on by; nil where
	// no caller wants to know.
	Mark *RunMark
	// Tokens is where the rotating token of an account is kept whose configuration names a
	// file for it; nil, or a nil result, is that file.
	Tokens func(config *configio.Account, file httpapi.TokenStore) httpapi.TokenStore
	// Turn is the wait for a rate that other processes use too, by the provider's name;
	// nil, or a nil result, is none.
	Turn func(provider string) func(context.Context) error
	// RoundTripper replaces the network to an account, for tests; nil is the network.
	RoundTripper func(config *configio.Account) http.RoundTripper
	// ReadAgain is how long a read that shows what was there before a write of our
	// own is made again; 0 is [engine.ReadAgain].
	ReadAgain time.Duration
}

// Options say what an account is opened for.
type Options struct {
	// ReadOnly accounts cannot be written to: their transport refuses.
	ReadOnly bool
	// Observe is told of each call, by several goroutines; it may be nil.
	Observe func(httpapi.Event)
}

// Open makes the client of an account and proves that it is the tenant expected.
// The caller closes it.
func (o *Opener) Open(
	ctx context.Context, config *configio.Account, spec *providers.Spec, options Options,
) (*Account, error) {
	env, err := o.Env(ctx, config, spec, options.ReadOnly)
	if err != nil {
		return nil, err
	}
	opened := o.Offline(config, spec, reconcile.Tenant{})
	env.HTTP.Observe = options.Observe
	if !options.ReadOnly {
		env.HTTP.Gate = opened.fence.pass
	}
	env.Log, env.HTTP.Log = env.Log.Hook(opened.run), env.HTTP.Log.Hook(opened.run)
	if config.Sandbox != nil {
		stop, err := startSandbox(ctx, config, spec, &env)
		if err != nil {
			return nil, err
		}
		opened.ends = append(opened.ends, stop)
	}
	client, err := spec.Open(ctx, env)
	if err != nil {
		// It sends nothing: only the configuration can be wrong.
		err = failure.New(failure.Usage, "", "account %s: %v", config.Name, err)
	} else {
		opened.serve(client)
		opened.Tenant, err = opened.Provider.Tenant(ctx)
	}
	if err == nil {
		err = CheckExpected(config, spec, opened.Tenant)
	}
	if err != nil {
		opened.Close()
		return nil, failure.Of(err)
	}
	env.Log.Debug().Str("tenant", opened.Tenant.ID).Str("name", opened.Tenant.Name).Strs("facts", opened.Tenant.Facts).
		Msg("opened")
	return opened, nil
}

// Types are the types of credentials that an account of the configuration has; none where the
// provider does not tell. The account is opened for it, and closed.
func (o *Opener) Types(ctx context.Context, config *configio.Account, spec *providers.Spec) ([]reconcile.Type, error) {
	acc, err := o.Open(ctx, config, spec, Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer acc.Close()
	if acc.Types == nil {
		return nil, nil
	}
	return acc.Types(ctx)
}

// serve makes a client the one of the account.
func (a *Account) serve(client *providers.Client) {
	a.Provider, a.Features = client.Provider, client.Features
	if client.Close != nil {
		a.ends = append([]func(){client.Close}, a.ends...)
	}
}

// Offline is an account of a tenant that nothing is asked of: it has no provider,
// only what the configuration and the provider's description say.
func (o *Opener) Offline(config *configio.Account, spec *providers.Spec, tenant reconcile.Tenant) *Account {
	return &Account{
		Config: config, Spec: spec, Tenant: tenant, Recent: engine.NewRecentWrites(o.ReadAgain),
		getenv: o.Getenv, run: cmp.Or(o.Mark, new(RunMark)), fence: new(fence),
	}
}

// Env is what the provider of an account is opened with.
func (o *Opener) Env(
	ctx context.Context, config *configio.Account, spec *providers.Spec, readOnly bool,
) (providers.Env, error) {
	rate, err := httpapi.ParseRate(config.Rate)
	if err != nil {
		return providers.Env{}, failure.Wrap(failure.Usage, err)
	}
	env := providers.Env{
		Account: config.Name, BaseURL: config.BaseURL, Settings: config.Settings,
		Listing: config.Listing, PageSize: config.PageSize, Location: config.TimeZone,
		HTTP: httpapi.Config{
			Concurrency: config.Concurrency, Rate: rate, ReadOnly: readOnly, CAFile: config.CAFile,
			UserAgent: "keyroster/" + o.Version, Log: o.Sinks.Bare, Account: config.Name, Provider: spec.Name,
		},
		Log: o.Sinks.Bare.With().Str("account", config.Name).Str("provider", spec.Name).Logger(),
	}
	if o.Turn != nil {
		env.HTTP.Turn = o.Turn(spec.Name)
	}
	if o.RoundTripper != nil {
		env.HTTP.RoundTripper = o.RoundTripper(config)
	}
	var warnings []string
	if env.Auth, warnings, err = config.ResolveAuth(ctx, o.Getenv); err != nil {
		return providers.Env{}, NoAuth(err)
	}
	for _, w := range warnings {
		env.Log.Warn().Msg(w)
	}
	if file := loginFile(spec, env.Auth); file != "" && o.Tokens != nil {
		env.Tokens = o.Tokens(config, httpapi.TokenFile(file))
	}
	return env, nil
}

// NoAuth is the failure of a login whose secrets cannot be read.
func NoAuth(err error) error {
	return &failure.Error{
		Kind: failure.Usage, Err: err,
		Hint: "set the variables, or write the files, that the configuration's auth section refers to",
	}
}

// loginFile is the file that keeps a login, empty for none.
func loginFile(spec *providers.Spec, auth map[string]reconcile.Secret) string {
	for _, form := range spec.Auth {
		for _, m := range form.Members {
			if path, given := auth[m.Name]; given && m.Path {
				return path.Reveal()
			}
		}
	}
	return ""
}

// CheckExpected holds a tenant against the configuration's expect section.
func CheckExpected(config *configio.Account, spec *providers.Spec, tenant reconcile.Tenant) error {
	if want := config.Expect; want != "" && want != tenant.ID {
		hint := fmt.Sprintf("check the login, or expect.%s in the configuration", spec.TenantKey)
		return failure.New(
			failure.Unsafe, hint, "account %s opens %s %s (%s), but the configuration expects %s",
			config.Name, spec.TenantKey, tenant.ID, tenant.Name, want,
		)
	}
	return nil
}
