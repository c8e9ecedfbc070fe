package pingone

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// regions are the regions of PingOne and the ends of their host names (PingOne
// platform reference, hosts).
var regions = map[string]string{"NA": "com", "EU": "eu", "AP": "asia", "AU": "com.au", "CA": "ca", "SG": "sg"}

const defaultRegion = "NA"

// Settings are PingOne's own keys of an account section.
type Settings struct {
	// Region is NA (the default), EU, AP, AU, CA or SG, in any case.
	Region string `yaml:"region" help:"NA (default), EU, AP, AU, CA or SG"`
	// EnvironmentID is the environment whose credential types are edited; empty for the one
	// that owns the application.
	EnvironmentID string `yaml:"environment_id" help:"environment whose credential types are edited; default the one that owns the application"`
	// AuthURL is the host of the tokens, without /v1; it is set together with base_url.
	AuthURL string `yaml:"auth_url" help:"the token host without /v1, together with base_url"`
}

// Spec declares PingOne.
var Spec = providers.Spec{
	Name: "pingone", Title: "PingOne", Help: "credential types (card definitions) of a PingOne environment",
	TenantKey: "environment",
	Schema:    Schema, Row: Row{},
	Check: func(row any, report func(reconcile.Finding)) { check(row.(*Row), report) },
	Auth: []providers.AuthForm{
		{Help: "a worker application with roles on the environment", Members: []providers.AuthMember{
			{
				Name: "environment_id",
				Help: "the environment that owns the application; it may differ from the one that is edited",
			},
			{Name: "client_id", Help: "id of the worker application"},
			{Name: "client_secret", Secret: true, Help: "secret of the worker application"},
		}},
	},
	Settings:    func() any { return &Settings{Region: defaultRegion} },
	Rate:        httpapi.Rate{Requests: 3, Per: time.Second},
	Concurrency: 4,
	Abilities: providers.Abilities{
		List: true, Create: true, Delete: true, Version: true,
		Notes: []string{
			"A change replaces the whole document; members that the roster does not name are sent back unchanged.",
			"Switching a type to MANAGED disables its issuance rule for good.",
			"A type is deleted only by state=absent, and types with issued cards only within limits.issued.",
		},
	},
	Undo: providers.Undo{
		Remade: "its issuance rules, its issued cards and members without a column are not restored",
		Facts: []string{
			"Every member that a roster can write gets its old value; the version number keeps rising.",
			"A deleted type is created again with all columns and a new id, but without its issuance rules, its issued " +
				"cards and members without a column.",
			"A type that was switched to MANAGED is switched back, but its issuance rule stays disabled; a created type " +
				"that has issued cards is deleted only within limits.issued.",
		},
	},
	Features:      (&Client{}).features().Names(),
	CheckSettings: checkSettings,
	Open:          open,
	Offline:       offline, Unchecked: unchecked, Endpoints: endpoints,
}

func checkSettings(env providers.Env) error {
	settings := providers.SettingsOf[Settings](env.Settings)
	if id := settings.EnvironmentID; id != "" && !isID(id) {
		return errNoID("environment_id")
	}
	_, err := locate(settings, env.BaseURL)
	return err
}

func errNoID(name string) error {
	return fmt.Errorf("read %s: this is not a PingOne id", name)
}

// open makes the client of one account; it sends nothing.
func open(_ context.Context, env providers.Env) (*providers.Client, error) {
	settings := providers.SettingsOf[Settings](env.Settings)
	owner, environment := env.Auth["environment_id"].Reveal(), settings.EnvironmentID
	switch {
	case owner == "" || env.Auth["client_id"].IsZero() || env.Auth["client_secret"].IsZero():
		return nil, errors.New("read auth: want environment_id, client_id and client_secret")
	case environment == "":
		environment = owner
	}
	for name, id := range map[string]string{"environment_id": environment, "auth.environment_id": owner} {
		if !isID(id) {
			return nil, errNoID(name)
		}
	}
	at, err := locate(settings, env.BaseURL)
	if err != nil {
		return nil, err
	}
	c := &Client{
		environment: environment,
		chosen:      at.chosen,
		concurrency: max(1, env.HTTP.Concurrency),
		log:         env.Log,
		session:     newSession(),
		listed:      map[string]bool{},
	}
	cfg := env.HTTP
	cfg.BaseURL = at.api
	transport, err := httpapi.New(cfg, httpapi.ClientCredentials(httpapi.TokenEndpoint{
		URL:      at.auth + "/" + owner + "/as/token",
		ClientID: env.Auth["client_id"].Reveal(), ClientSecret: env.Auth["client_secret"],
	}))
	if err != nil {
		return nil, err
	}
	c.http = transport
	return &providers.Client{Provider: c, Features: c.features(), Close: transport.Close}, nil
}

// hosts are the addresses of an account's API and tokens. chosen names, in messages, the
// setting that determines them.
type hosts struct{ api, auth, chosen string }

// locate returns the hosts of an account: those of its region, unless base_url and auth_url
// name others.
func locate(s *Settings, baseURL string) (hosts, error) {
	region := strings.ToUpper(s.Region)
	if region == "" {
		region = defaultRegion
	}
	suffix, known := regions[region]
	if !known {
		return hosts{}, fmt.Errorf(
			"read region: %q is none of %s", s.Region,
			strings.Join(slices.Sorted(maps.Keys(regions)), ", "),
		)
	}
	at := hosts{
		api:    "https://api.pingone." + suffix + "/v1",
		auth:   "https://auth.pingone." + suffix,
		chosen: "region (now " + region + ")",
	}
	if baseURL == "" && s.AuthURL == "" {
		return at, nil
	}
	at = hosts{
		api:    strings.TrimSuffix(baseURL, "/"),
		auth:   strings.TrimSuffix(s.AuthURL, "/"),
		chosen: "base_url and auth_url",
	}
	switch u, err := url.Parse(at.api); {
	case at.api == "":
		return hosts{}, errors.New("read auth_url: it goes with base_url, which is missing")
	case at.auth != "":
	case err == nil && u.Scheme == "http":
		// On loopback, one host serves both: the sandbox.
		at.auth = strings.TrimSuffix(at.api, "/v1")
	default:
		return hosts{}, errors.New("read base_url: it goes with auth_url, which is missing")
	}
	return at, nil
}

// newSession makes an id that PingOne records with all calls of this client.
func newSession() string {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	return "keyroster-" + hex.EncodeToString(random[:])
}
