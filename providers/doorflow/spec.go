package doorflow

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

const (
	defaultBaseURL  = "https://api.doorflow.com"
	defaultPageSize = 500
	// maxPageSize is the largest page of credentials that DoorFlow is known to
	// serve; the real maximum is not published.
	maxPageSize     = 500
	defaultSyncWait = 2 * time.Minute
)

// Settings are DoorFlow's own keys of an account section.
type Settings struct {
	// Invite allows creations of mobile types, which send an invitation to the person.
	Invite bool `yaml:"invite" help:"true: mobile credentials may be created, each of which sends an invitation"`
	// SyncWait bounds the wait for DoorFlow's limit on syncs, as a Go duration; "0s" tries
	// once.
	SyncWait string `yaml:"sync_wait" help:"maximum wait for DoorFlow's limit on syncs (2m); 0s tries once"`
	// ValueCodes are codes of credential types that have a value, besides 10 (PIN) and 200
	// (card or fob).
	ValueCodes []int `yaml:"value_codes" help:"codes of credential types that have a value, besides 10 (PIN) and 200 (card or fob)"`
	// RedirectURI is the one registered with the OAuth application, for
	// keyroster login; empty is a free port of this machine.
	RedirectURI string `yaml:"redirect_uri" help:"redirect URI registered with the OAuth application, for keyroster login; default a free port on this machine"`
}

// Spec declares DoorFlow.
var Spec = providers.Spec{
	Name: "doorflow", Title: "DoorFlow", Help: "cards, fobs and PINs of the people of a DoorFlow account",
	TenantKey: "account",
	Schema:    Schema, Row: Row{},
	Check: func(row any, report func(reconcile.Finding)) { check(row.(*Row), report) },
	Auth: []providers.AuthForm{
		{
			Help: "OAuth with a rotating refresh token, for unattended runs (keyroster login makes the token file)",
			Members: []providers.AuthMember{
				{Name: "client_id", Secret: true, Help: "id of the OAuth application"},
				{Name: "client_secret", Secret: true, Help: "secret of the OAuth application"},
				{Name: "token_file", Path: true, Help: "file that holds the tokens; it is rewritten at every refresh"},
			},
		},
		{Help: "an access token, for runs of less than an hour", Members: []providers.AuthMember{
			{Name: "access_token", Secret: true, Help: "OAuth access token"},
		}},
		{Help: "a personal API key, if DoorFlow has enabled one for the user", Members: []providers.AuthMember{
			{Name: "api_key", Secret: true, Help: "sent as the user of HTTP Basic"},
		}},
	},
	Settings:    func() any { return &Settings{SyncWait: "2m"} },
	Rate:        httpapi.Rate{Requests: 5, Per: time.Second},
	Concurrency: 4, PageSize: defaultPageSize,
	// Doors keep their data until the sync, which is not sent while a record is parked.
	Park: true,
	Abilities: providers.Abilities{
		List: true, Unpaged: true, ParallelPages: true, Create: true, Delete: true, Effect: true,
		Notes: []string{
			"Only the value of a credential can be changed; another person or type means a deletion and a creation.",
			"Mobile credentials have no value, and creating one sends an invitation (invite: true).",
			"Doors get the changes with one sync after the last write.",
		},
	},
	Undo: providers.Undo{
		Facts: []string{
			"A changed value gets its old text; a value that DoorFlow masks is not known and is not restored.",
			"A deleted card or PIN is created again for the same person, with a new id.",
			"A deleted mobile credential is created again only by a new invitation (invite: true).",
		},
	},
	Features:      (&Client{}).features().Names(),
	CheckSettings: func(env providers.Env) error { _, err := clientFor(env); return err },
	Open:          open,
	Login:         login,
	People:        []string{"first_name", "last_name", "email", "system_id"},
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
	cfg.BaseURL = baseURL(env)
	auth, err := authorizer(env, cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	transport, err := httpapi.New(cfg, auth)
	if err != nil {
		return nil, err
	}
	c.http = transport
	c.log, c.concurrency = env.Log, max(1, cfg.Concurrency)
	c.Book = c.book()
	return &providers.Client{Provider: c, Features: c.features(), Close: transport.Close}, nil
}

// configure checks the settings of an account and makes a client that has no transport yet.
func configure(s *Settings, listing string, pageSize int) (*Client, error) {
	c := &Client{
		strategy: listing, invite: s.Invite, concurrency: 1, syncWait: defaultSyncWait,
		valueCodes: map[string]bool{codePIN: true, codeCard: true},
	}
	switch listing {
	case "":
		c.strategy = listAuto
	case listAuto, listPages, listUnpaged:
	default:
		return nil, fmt.Errorf(
			"read listing: want %[2]s, %[3]s or %[4]s, not %[1]q",
			listing,
			listAuto,
			listUnpaged,
			listPages,
		)
	}
	var err error
	if c.pageSize, err = providers.PageOf(pageSize, defaultPageSize, maxPageSize); err != nil {
		return nil, err
	}
	if s.SyncWait != "" {
		wait, err := time.ParseDuration(s.SyncWait)
		if err != nil || wait < 0 {
			return nil, fmt.Errorf("read sync_wait: want a duration such as 2m or 90s, not %q", s.SyncWait)
		}
		c.syncWait = wait
	}
	for _, code := range s.ValueCodes {
		c.valueCodes[strconv.Itoa(code)] = true
	}
	c.Book = c.book()
	return c, nil
}

// authorizer picks the login by the members that are set.
func authorizer(env providers.Env, base string) (httpapi.Authorizer, error) {
	auth := env.Auth
	switch {
	case !auth["token_file"].IsZero():
		if auth["client_id"].IsZero() || auth["client_secret"].IsZero() {
			return nil, errors.New("read auth: token_file needs client_id and client_secret beside it")
		}
		return httpapi.RotatingToken(tokens(env), tokenEndpoint(auth, base)), nil
	case !auth["access_token"].IsZero():
		return httpapi.Bearer(auth["access_token"]), nil
	case !auth["api_key"].IsZero():
		// A personal key, where enabled, is the user of HTTP Basic; the password is a
		// dummy.
		return httpapi.Basic(auth["api_key"], reconcile.NewSecret("X")), nil
	}
	return nil, errors.New("read auth: want client_id, client_secret and token_file, or access_token, or api_key")
}

// tokens returns the store for the tokens of a login with a token file.
func tokens(env providers.Env) httpapi.TokenStore {
	if env.Tokens != nil {
		return env.Tokens
	}
	return httpapi.TokenFile(env.Auth["token_file"].Reveal())
}
