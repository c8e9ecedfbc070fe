package seam

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

const (
	defaultBaseURL  = "https://connect.getseam.com"
	defaultPageSize = 500
	// maxPageSize is the default of Seam's lists; the real maximum is not published.
	maxPageSize       = 500
	defaultSettleWait = time.Minute
)

// Settings are Seam's own keys of an account section.
type Settings struct {
	// SettleWait bounds the wait, after the last write, for the providers behind Seam to
	// accept the changes, as a Go duration; "0s" checks once.
	SettleWait string `yaml:"settle_wait" help:"how long to wait after the last write until the access systems confirm the changes (1m); 0s checks once"`
}

// Spec declares Seam.
var Spec = providers.Spec{
	Name: "seam", Title: "Seam", Help: "PINs, cards and mobile keys of the users of a Seam workspace's access systems",
	TenantKey: "workspace",
	Schema:    Schema, Row: Row{},
	Check: func(row any, report func(reconcile.Finding)) { check(row.(*Row), report) },
	Auth: []providers.AuthForm{
		{Help: "an API key of the workspace", Members: []providers.AuthMember{
			{Name: "api_key", Secret: true, Help: "API key; those of sandbox workspaces contain test"},
		}},
		{Help: "a personal access token and its workspace", Members: []providers.AuthMember{
			{Name: "personal_access_token", Secret: true, Help: "the token"},
			{Name: "workspace_id", Help: "id of the workspace; without it, Seam refuses the token"},
		}},
	},
	Settings:    func() any { return &Settings{SettleWait: "60s"} },
	Rate:        httpapi.Rate{Requests: 5, Per: time.Second},
	Concurrency: 4, PageSize: defaultPageSize,
	Abilities: providers.Abilities{
		List: true, Create: true, Delete: true, MoveHolder: true, Effect: true,
		Notes: []string{
			"Pages are read one after another by cursor; several access systems are listed in parallel.",
			"The code and the end of validity can be changed; a start can be set only at creation, and card numbers " +
				"cannot be written.",
			"Changes are accepted at once and reach the access system later; the run waits for that (settle_wait).",
			"Writes go one at a time in each access system.",
			"Unmanaged credentials and children of multi-phone sync credentials are listed but never changed.",
			"Salto KS and Latch generate their PINs.",
		},
	},
	Undo: providers.Undo{
		Never: map[string]string{
			methodMobile: "a mobile key is on a phone, where a person must accept a new one: it is not created again",
			methodCloud:  "a cloud key is in an app, where a person must accept a new one: it is not created again",
		},
		Remade: "what only the access system stores about it is not restored",
		Facts: []string{
			"Codes and ends of validity get their old values; a moved credential goes back to its user (move: true).",
			"A deleted code or card is created again with its code, times and entrances and a new id; the access system " +
				"assigns the card number.",
			"A deleted mobile or cloud key is not created again, and a value that Seam does not show is not restored.",
		},
	},
	Features:      (&Client{}).features().Names(),
	CheckSettings: func(env providers.Env) error { _, err := clientFor(env); return err },
	Open:          open,
	People:        []string{"full_name", "email_address", "acs_system_id"},
	Offline:       offline, Unchecked: unchecked, Endpoints: endpoints,
}

// clientFor makes a client with an account's settings, without its login.
func clientFor(env providers.Env) (*Client, error) {
	return configure(providers.SettingsOf[Settings](env.Settings), env.Listing, env.PageSize)
}

// open makes the client of one account; it sends nothing.
func open(_ context.Context, env providers.Env) (*providers.Client, error) {
	c, err := clientFor(env)
	if err != nil {
		return nil, err
	}
	cfg := env.HTTP
	cfg.BaseURL = env.BaseURL
	if cfg.BaseURL == "" {
		cfg.BaseURL = defaultBaseURL
	}
	auth, err := login(env.Auth, &cfg)
	if err != nil {
		return nil, err
	}
	transport, err := httpapi.New(cfg, auth)
	if err != nil {
		return nil, err
	}
	c.http = transport
	c.log, c.concurrency, c.zone = env.Log, max(1, cfg.Concurrency), env.Location
	c.Book = c.book()
	return &providers.Client{Provider: c, Features: c.features(), Close: transport.Close}, nil
}

// The strategies of a listing.
const (
	listAuto    = "auto"
	listPages   = "pages"
	listSystems = "systems"
)

// configure checks the settings of an account and makes a client that has no transport yet.
func configure(s *Settings, listing string, pageSize int) (*Client, error) {
	c := newClient()
	switch listing {
	case "", listAuto:
	case listPages:
		c.sequential = true
	default:
		return nil, fmt.Errorf(
			"read listing: Seam's lists are paged: %q is none of %s and %s", listing, listAuto,
			listPages,
		)
	}
	var err error
	if c.pageSize, err = providers.PageOf(pageSize, c.pageSize, maxPageSize); err != nil {
		return nil, err
	}
	if s.SettleWait != "" {
		wait, err := time.ParseDuration(s.SettleWait)
		if err != nil || wait < 0 {
			return nil, fmt.Errorf("read settle_wait: want a duration such as 60s or 2m, not %q", s.SettleWait)
		}
		c.settleWait = wait
	}
	return c, nil
}

// login picks the login by the members that are set. A personal access token needs the
// header that names the workspace: without it, Seam answers as to a wrong token.
func login(auth map[string]reconcile.Secret, cfg *httpapi.Config) (httpapi.Authorizer, error) {
	switch {
	case !auth["api_key"].IsZero():
		return httpapi.Bearer(auth["api_key"]), nil
	case auth["personal_access_token"].IsZero():
		return nil, errors.New("read auth: want api_key, or personal_access_token and workspace_id")
	case auth["workspace_id"].IsZero():
		return nil, errors.New("read auth: personal_access_token needs workspace_id beside it")
	}
	header := http.Header{}
	for name, values := range cfg.Header {
		header[name] = values
	}
	header.Set("seam-workspace", auth["workspace_id"].Reveal())
	cfg.Header = header
	return httpapi.Bearer(auth["personal_access_token"]), nil
}
