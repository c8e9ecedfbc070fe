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

// Opener opens accounts. It is safe for concurrent use.
type Opener struct {
	// Getenv looks up secrets that the configuration takes from the environment.
	Getenv func(string) string
	// Version is the program's version, sent to hosts in the User-Agent.
	Version string
	// Flags are repeated in the commands that hints propose; empty for none.
	Flags string
	// Sinks.Bare gets the clients' log lines, which already name account and provider.
	Sinks sink.Sinks
	// Mark receives the run that works on an opened account; nil if the caller does not need it.
	Mark *RunMark
	// Tokens returns the store for the rotating token of an account that configures a file for
	// it; if Tokens or its result is nil, the token is kept in that file.
	Tokens func(config *configio.Account, file httpapi.TokenStore) httpapi.TokenStore
	// Turn returns a function that waits for a slot of a provider's rate shared with other
	// processes; if Turn or its result is nil, there is no wait.
	Turn func(provider string) func(context.Context) error
	// RoundTripper replaces the network in tests; nil uses the network.
	RoundTripper func(config *configio.Account) http.RoundTripper
	// ReadAgain is how long to repeat a read that still shows the state before our own write; 0
	// means [engine.ReadAgain].
	ReadAgain time.Duration
}

// Options are the options of [Opener.Open].
type Options struct {
	// ReadOnly makes the account's transport refuse writes.
	ReadOnly bool
	// Observe is called for each call, by several goroutines; it may be nil.
	Observe func(httpapi.Event)
}

// Open makes the client of an account and proves that it is the expected tenant. The caller
// must close the account.
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
		// Nothing is sent yet, so only the configuration can be wrong.
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

// Types opens an account of the configuration, reads its credential types and closes it; none
// if the provider does not list them.
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

// serve attaches a client to the account.
func (a *Account) serve(client *providers.Client) {
	a.Provider, a.Features = client.Provider, client.Features
	if client.Close != nil {
		a.ends = append([]func(){client.Close}, a.ends...)
	}
}

// Offline returns an account that is never queried: it has no provider, only the configuration
// and the provider's description.
func (o *Opener) Offline(config *configio.Account, spec *providers.Spec, tenant reconcile.Tenant) *Account {
	return &Account{
		Config: config, Spec: spec, Tenant: tenant, Recent: engine.NewRecentWrites(o.ReadAgain),
		getenv: o.Getenv, run: cmp.Or(o.Mark, new(RunMark)), fence: new(fence),
	}
}

// Env is the environment in which an account's provider is opened.
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
			Flags: o.Flags,
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

// CheckExpected compares the tenant with the expect section of the configuration.
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
