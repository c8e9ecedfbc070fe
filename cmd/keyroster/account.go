package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"keyroster/io/configio"
	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/providers/httpapi"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
	"keyroster/reconcile/migration"
)

// sandboxStateMax bounds the state file of a sandbox, which is held whole.
const sandboxStateMax = 1 << 30

// account is one configured account, opened: its provider answers, and it is
// the tenant that the configuration expects.
type account struct {
	config   *configio.Account
	spec     *providers.Spec
	provider reconcile.Provider
	tenant   reconcile.Tenant
	// recent knows what was written to the account a short while ago.
	recent *engine.Recent
	// written is what was last written where it cannot be read; nil while the
	// state is not open, and where nothing is remembered.
	written *written
	// replaced is what is remembered of records that runs replaced.
	replaced map[string]string
	// memory is what is known of earlier runs; nil while the state is not open.
	memory *reportio.Memory
	// mask says what may be shown of values; nothing before [app.learnMask].
	mask reconcile.Masker
	// marks makes the fingerprints of plan and report; nil while the key is not
	// read.
	marks reportio.Fingerprinter
	// run is named by the log lines of the account's calls.
	run *runMark
	// close ends the embedded sandbox, if there is one.
	close func()
}

// known tells the configuration reader what the providers take.
func known() []configio.Provider {
	var out []configio.Provider
	for _, spec := range all.Specs() {
		p := configio.Provider{Name: spec.Name, TenantKey: spec.TenantKey, Settings: spec.Settings, Rate: spec.Rate.String(), Concurrency: spec.Concurrency, PageSize: spec.PageSize, Park: spec.Park}
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
		out = append(out, p)
	}
	return out
}

// loadAccount reads the configuration and finds one account in it.
func (a *app) loadAccount(name string) (*configio.Account, *providers.Spec, error) {
	config, err := a.loadConfig()
	if err != nil {
		return nil, nil, err
	}
	account, spec, err := pickAccount(config, name)
	if err == nil {
		a.sayBroken(config, account.Name)
	}
	return account, spec, err
}

// sayBroken warns of the accounts that have mistakes and are not in use.
func (a *app) sayBroken(config *configio.Config, inUse ...string) {
	for _, name := range config.Names() {
		if err := config.Broken(name); err != nil && !slices.Contains(inUse, name) {
			a.log.Warn().Str("hint", "keyroster doctor --account "+name+" names them").Msgf("account %s, which is not in use here, has %s in the configuration", name, plural(len(err.Problems), "mistake"))
		}
	}
}

func (a *app) loadConfig() (*configio.Config, error) {
	path, err := configio.Find(a.config, a.getenv)
	if err != nil {
		return nil, &failure{code: exitUsage, err: err}
	}
	config, err := configio.Open(path, known())
	if err != nil {
		return nil, &failure{code: exitUsage, err: err}
	}
	return config, nil
}

// pickAccount finds an account; without a name, the only one.
func pickAccount(config *configio.Config, name string) (*configio.Account, *providers.Spec, error) {
	if name == "" {
		names := config.Names()
		if len(names) != 1 {
			return nil, nil, fail(exitUsage, "name one with --account: "+strings.Join(names, ", "), "%s has %d accounts", config.Path, len(names))
		}
		name = names[0]
	}
	account, err := config.Account(name)
	if err != nil {
		return nil, nil, &failure{code: exitUsage, err: err}
	}
	spec := all.Lookup(account.Provider)
	if spec == nil {
		return nil, nil, fail(exitUsage, "", "account %s: unknown provider %q", name, account.Provider)
	}
	return account, spec, nil
}

// open makes the client of an account, read-only for a dry run, and proves that
// it is the tenant expected.
func (a *app) open(ctx context.Context, config *configio.Account, spec *providers.Spec, readOnly bool) (*account, error) {
	return a.openObserved(ctx, config, spec, readOnly, nil)
}

// openObserved is open with somebody who is told of each call.
func (a *app) openObserved(ctx context.Context, config *configio.Account, spec *providers.Spec, readOnly bool, observe func(httpapi.Event)) (*account, error) {
	env, err := a.env(ctx, config, spec, readOnly)
	if err != nil {
		return nil, err
	}
	env.HTTP.Observe = observe
	opened := &account{config: config, spec: spec, run: new(runMark), recent: engine.NewRecent(readAgain), close: func() {}}
	env.Log, env.HTTP.Log = env.Log.Hook(opened.run), env.HTTP.Log.Hook(opened.run)
	if config.Sandbox != nil {
		if err := opened.startSandbox(ctx, &env); err != nil {
			return nil, err
		}
	}
	if opened.provider, err = spec.Open(ctx, env); err != nil {
		// It sends nothing: only the configuration can be wrong.
		err = fail(exitUsage, "", "account %s: %v", config.Name, err)
	} else {
		opened.tenant, err = opened.provider.Tenant(ctx)
	}
	if err == nil {
		err = opened.expect()
	}
	if err != nil {
		opened.close()
		return nil, classify(err)
	}
	env.Log.Debug().Str("tenant", opened.tenant.ID).Str("name", opened.tenant.Name).Strs("facts", opened.tenant.Facts).Msg("opened")
	return opened, nil
}

// env is what the account's provider is opened with.
func (a *app) env(ctx context.Context, config *configio.Account, spec *providers.Spec, readOnly bool) (providers.Env, error) {
	rate, err := httpapi.ParseRate(config.Rate)
	if err != nil {
		return providers.Env{}, &failure{code: exitUsage, err: err}
	}
	env := providers.Env{
		Account: config.Name, BaseURL: config.BaseURL, Settings: config.Settings,
		Listing: config.Listing, PageSize: config.PageSize, Location: config.TimeZone,
		HTTP: httpapi.Config{
			Concurrency: config.Concurrency, Rate: rate, ReadOnly: readOnly, CAFile: config.CAFile,
			UserAgent: "keyroster/" + version, Log: a.bare, Account: config.Name, Provider: spec.Name,
		},
		Log: a.bare.With().Str("account", config.Name).Str("provider", spec.Name).Logger(),
	}
	var warnings []string
	if env.Auth, warnings, err = config.ResolveAuth(ctx, a.getenv); err != nil {
		return providers.Env{}, &failure{code: exitUsage, err: err}
	}
	for _, w := range warnings {
		env.Log.Warn().Msg(w)
	}
	return env, nil
}

// startSandbox serves the provider's API in this process, from the account's
// state file, and points the account at it.
func (o *account) startSandbox(ctx context.Context, env *providers.Env) error {
	s := o.config.Sandbox
	options := sandbox.Options{Generate: s.Generate, Seed: s.Seed, Settle: s.Settle, Set: s.Set}
	if s.State != "" {
		state, err := plainfile.Read(s.State, sandboxStateMax)
		if err != nil {
			return fail(exitUsage, "", "read the sandbox's state: %v", err)
		}
		options.State = state
	}
	api, err := o.spec.Sandbox(options)
	if err != nil {
		return fail(exitUsage, "", "start the sandbox of account %s: %v", o.config.Name, err)
	}
	faults, err := sandbox.ParseFaults(s.Faults)
	if err != nil {
		return fail(exitUsage, "", "start the sandbox of account %s: %v", o.config.Name, err)
	}
	limit, err := perSecond(s.RateLimit)
	if err != nil {
		return fail(exitUsage, "", "start the sandbox of account %s: %v", o.config.Name, err)
	}
	url, stop, err := sandbox.Start(context.WithoutCancel(ctx), api, sandbox.Config{
		Provider: o.spec.Name, Latency: s.Latency, Rate: limit, Faults: faults, Seed: s.Seed,
	})
	if err != nil {
		return fail(exitError, "", "start the sandbox of account %s: %v", o.config.Name, err)
	}
	o.close = stop
	env.BaseURL = url
	welcome := api.Welcome(url)
	if len(env.Auth) == 0 {
		env.Auth = o.welcomeAuth(welcome)
	}
	return nil
}

// welcomeAuth picks the members of a form that need no file from what the
// sandbox says about itself.
func (o *account) welcomeAuth(welcome map[string]any) map[string]reconcile.Secret {
	given := func(name string) (string, bool) {
		for _, from := range []any{welcome["auth"], welcome} {
			if text := member(from, name); text != "" {
				return text, true
			}
		}
		return "", false
	}
	for _, form := range o.spec.Auth {
		out := map[string]reconcile.Secret{}
		for _, m := range form.Members {
			if text, ok := given(m.Name); ok && !m.Path {
				out[m.Name] = reconcile.NewSecret(text)
			}
		}
		if len(out) == len(form.Members) {
			return out
		}
	}
	return nil
}

// member is a text member of a decoded object, or empty.
func member(object any, name string) string {
	switch o := object.(type) {
	case map[string]any:
		text, _ := o[name].(string)
		return text
	case map[string]string:
		return o[name]
	}
	return ""
}

// expect holds the tenant against the configuration's expect section.
func (o *account) expect() error {
	if want := o.config.Expect; want != "" && want != o.tenant.ID {
		return fail(exitUnsafe, fmt.Sprintf("check the login, or expect.%s in the configuration", o.spec.TenantKey),
			"account %s opens %s %s (%s), but the configuration expects %s", o.config.Name, o.spec.TenantKey, o.tenant.ID, o.tenant.Name, want)
	}
	return nil
}

// perSecond reads a rate as requests a second; empty and none are 0.
func perSecond(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	rate, err := httpapi.ParseRate(text)
	if err != nil || rate.Requests == 0 {
		return 0, err
	}
	return float64(rate.Requests) / rate.Per.Seconds(), nil
}

// holderNamer is a provider that can tell a holder's name once it has read the
// people.
type holderNamer interface {
	HolderName(id string) (name, email string)
}

// holderLookup is a holderNamer whose listing leaves people out, so that those
// who are to be named have to be read first.
type holderLookup interface {
	LookUpHolders(ctx context.Context, ids []string) error
}

// names is the lookup of holders' names, empty when the provider has none.
func (o *account) names(id string) (name, email string) {
	if namer, ok := o.provider.(holderNamer); ok && id != "" {
		return namer.HolderName(id)
	}
	return "", ""
}

// spoken are the names for a sentence: a line break in one would begin a line that
// looks like one of the program's own.
func (o *account) spoken(id string) (name, email string) {
	name, email = o.names(id)
	return onOneLine(name), onOneLine(email)
}

// onOneLine is a text with blanks for line breaks.
func onOneLine(text string) string {
	breaks := func(r rune) bool { return r >= '\n' && r <= '\r' || r == 0x85 || r == 0x2028 || r == 0x2029 }
	return strings.Join(strings.FieldsFunc(text, breaks), " ")
}
