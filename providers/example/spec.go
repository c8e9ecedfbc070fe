package example

import (
	"context"
	"errors"
	"time"

	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

const (
	defaultBaseURL = "https://api.gatewright.example"
	maxPageSize    = 100
)

// Settings are Gatewright's own keys of an account section: it needs none.
type Settings struct{}

// Spec declares Gatewright.
var Spec = providers.Spec{
	Name: "example", Title: "Gatewright", Help: "cards and PINs of the holders of a Gatewright site", TenantKey: "site",
	Schema: Schema, Row: Row{},
	Check: func(row any, report func(reconcile.Finding)) { check(row.(*Row), report) },
	Auth: []providers.AuthForm{{Help: "an API key of the site", Members: []providers.AuthMember{
		{Name: "api_key", Secret: true, Help: "the key, which needs the right to write"},
	}}},
	Settings:    func() any { return &Settings{} },
	Rate:        httpapi.Rate{Requests: 5, Per: time.Second},
	Concurrency: 4, PageSize: maxPageSize,
	Abilities: providers.Abilities{
		List: true, ParallelPages: true, Create: true, Delete: true,
		Notes: []string{"Only the value of a credential can be changed."},
	},
	Undo: providers.Undo{
		Facts: []string{"A changed value gets its old text; a deleted credential is created again with a new id."},
	},
	Features: (&Client{}).features().Names(),
	Open:     open,
	Offline:  offline, Unchecked: []string{"whether the holders exist that the export does not show"},
	Endpoints: endpoints,
}

// open makes the client of one account; it sends nothing.
func open(_ context.Context, env providers.Env) (*providers.Client, error) {
	key := env.Auth["api_key"]
	if key.IsZero() {
		return nil, errors.New("read auth: want api_key")
	}
	config := env.HTTP
	if config.BaseURL = env.BaseURL; config.BaseURL == "" {
		config.BaseURL = defaultBaseURL
	}
	transport, err := httpapi.New(config, httpapi.Bearer(key))
	if err != nil {
		return nil, err
	}
	c := &Client{http: transport, log: env.Log, pageSize: maxPageSize, concurrency: max(1, config.Concurrency)}
	if env.PageSize > 0 {
		c.pageSize = min(env.PageSize, maxPageSize)
	}
	return &providers.Client{Provider: c, Features: c.features(), Close: transport.Close}, nil
}
