package starter

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/providers/all"
)

// Options describe a first configuration. Missing ones are asked for, or get a default if the
// user cannot be asked.
type Options struct {
	// Path is the file to write.
	Path string
	// Provider is its name, Account the account's name, Auth a member of the login form, and
	// BaseURL the API's URL if it is not the provider's default.
	Provider, Account, Auth, BaseURL string
	// Ask asks a question and returns the answer; nil if no user can answer.
	Ask func(question string) (string, error)
}

// choice is complete and valid options.
type choice struct {
	Options
	spec *providers.Spec
	form providers.AuthForm
}

// plainName matches names that need no quotes, in a file and on a command line.
var plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// choose asks for missing options.
func (o Options) choose() (*choice, error) {
	var err error
	if o.Provider == "" {
		names := account.ProviderNames()
		if o.Ask == nil {
			return nil, account.NoProvider("init needs a provider, or --demo for a made-up account")
		}
		if o.Provider, err = o.Ask("Which provider: " + strings.Join(names, ", ") + "?"); err != nil {
			return nil, err
		}
	}
	c := &choice{Options: o, spec: all.Lookup(strings.ToLower(o.Provider))}
	if c.spec == nil {
		return nil, account.UnknownProvider(o.Provider)
	}
	if c.Account = cmp.Or(c.Account, "hq"); !plainName.MatchString(c.Account) {
		return nil, failure.New(failure.Usage, "use letters, digits, - and _", "invalid account name %q", c.Account)
	}
	if err = c.base(); err != nil {
		return nil, err
	}
	if c.form, err = c.login(); err != nil {
		return nil, err
	}
	return c, nil
}

// base asks for the URL of the API, unless it is given; by default it is the provider's.
func (c *choice) base() error {
	if c.BaseURL == "" && c.Ask != nil {
		var err error
		if c.BaseURL, err = c.Ask("At which URL is its API?\n(" + c.spec.Title + "'s own if you say nothing)"); err != nil {
			return err
		}
	}
	if c.BaseURL == "" {
		return nil
	}
	if err := configio.CheckBaseURL(c.BaseURL); err != nil {
		return failure.New(failure.Usage, "leave it out where the API is at the provider's own host", "the API's %w", err)
	}
	return nil
}

// login returns the login form that has the chosen member; the first one by default.
func (c *choice) login() (providers.AuthForm, error) {
	own := make([]string, len(c.spec.Auth)) // the name of each form
	for i, form := range c.spec.Auth {
		own[i] = nameOf(form)
	}
	if c.Auth == "" && c.Ask != nil && len(own) > 1 {
		question := "How does it log in?"
		for i, form := range c.spec.Auth {
			question += fmt.Sprintf("\n  %s: %s", own[i], form.Help)
		}
		var err error
		if c.Auth, err = c.Ask(question + "\n(" + own[0] + " if you say nothing)"); err != nil {
			return providers.AuthForm{}, err
		}
	}
	n := 0
	if c.Auth != "" {
		n = slices.Index(own, c.Auth)
	}
	if n < 0 {
		return providers.AuthForm{}, failure.New(failure.Usage, "name one with --auth: "+strings.Join(own, ", "),
			"%s has no form of login %q", c.spec.Title, c.Auth)
	}
	return c.spec.Auth[n], nil
}

// nameOf is the member that names a form: its file, else its first secret.
func nameOf(form providers.AuthForm) string {
	n := slices.IndexFunc(form.Members, func(m providers.AuthMember) bool { return m.Path })
	if n < 0 {
		n = slices.IndexFunc(form.Members, func(m providers.AuthMember) bool { return m.Secret })
	}
	return form.Members[n].Name
}

// variable is the environment variable that a member is read from.
func (c *choice) variable(m providers.AuthMember) string {
	return strings.ToUpper(c.spec.Name + "_" + m.Name)
}

// text is the configuration, with comments on likely changes.
func (c *choice) text() string {
	var b strings.Builder
	line := func(indent int, text, comment string) {
		text = strings.Repeat("  ", indent) + text
		if comment == "" {
			fmt.Fprintf(&b, "%s\n", text)
			return
		}
		fmt.Fprintf(&b, "%-52s # %s\n", text, comment)
	}
	fmt.Fprintf(&b, "# keyroster: %s.\n", c.spec.Help)
	b.WriteString("# Check this file: keyroster config check. All keys: keyroster config schema.\n")
	b.WriteString("accounts:\n")
	line(1, c.Account+":", "your name for it, as in --account "+c.Account)
	line(2, "provider: "+c.spec.Name, "")
	if c.BaseURL != "" {
		line(2, "base_url: "+strconv.Quote(c.BaseURL), "")
	}
	line(2, "auth:", c.form.Help)
	for _, m := range c.form.Members {
		if m.Path {
			line(3, m.Name+": "+c.Account+".token", m.Help)
			continue
		}
		line(3, m.Name+": env:"+c.variable(m), m.Help)
	}
	line(2, "limits: {update: 20%, create: 20%, delete: 0}", "a plan that changes more is refused")
	line(2, "keep_runs: 90d", "older run folders are deleted; the last good run is kept")
	line(2, "# roster: [badges.xlsx]", "read where a command names none")
	if c.valued() {
		line(2, `# columns: {"Badge No": value}`, "headers of your own")
		line(2, "# time_zone: Europe/London", "of dates without one")
	}
	line(2, "# expect: {"+c.spec.TenantKey+": ID}", "the one that this must be; keyroster doctor names it")
	if own := c.settings(); own != "" {
		line(2, "# "+own, "keys of "+c.spec.Title+"'s own")
	}
	return b.String()
}

// valued reports whether the provider's records have values and belong to people.
func (c *choice) valued() bool { return c.spec.Schema.Value() >= 0 }

// settings are the provider's own keys, for the configuration.
func (c *choice) settings() string {
	if c.spec.Settings == nil {
		return ""
	}
	var names []string
	for field := range reflect.TypeOf(c.spec.Settings()).Elem().Fields() {
		if name := field.Tag.Get("yaml"); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// next is what to do next, in three lines.
func (c *choice) next() []string {
	var variables []string
	for _, m := range c.form.Members {
		if !m.Path {
			variables = append(variables, c.variable(m))
		}
	}
	more, reveal := " --account "+c.Account, ""
	if c.Path != DefaultPath {
		more += " --config " + c.Path
	}
	begin := "doctor"
	if c.spec.Login != nil && slices.ContainsFunc(c.form.Members, func(m providers.AuthMember) bool { return m.Path }) {
		begin = "login"
	}
	if c.valued() {
		reveal = " --reveal"
	}
	return []string{
		"set " + strings.Join(variables, ", ") + " in the environment",
		"keyroster " + begin + more,
		"keyroster template" + more + " --from-account" + reveal + " --out badges.xlsx",
	}
}
