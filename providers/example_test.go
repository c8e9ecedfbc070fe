package providers_test

import (
	"context"
	"errors"
	"fmt"

	"keyroster/providers"
	"keyroster/reconcile"
)

// A provider is data until Open makes an account of it. Its features say what it can do beyond the
// six methods, and callers ask in no other way.
func Example() {
	spec := providers.Spec{
		Name: "latchkeep", Title: "Latchkeep", TenantKey: "site",
		Auth: []providers.AuthForm{{Help: "an API key of the site", Members: []providers.AuthMember{
			{Name: "api_key", Secret: true, Help: "the key, which needs the right to write"},
		}}},
		Features: providers.Features{HolderName: nameless}.Names(),
		Open: func(_ context.Context, env providers.Env) (*providers.Client, error) {
			if env.Auth["api_key"].IsZero() {
				return nil, errors.New("read auth: want api_key")
			}
			return &providers.Client{Features: providers.Features{HolderName: nameless}}, nil
		},
		Endpoints: []providers.Endpoint{"GET /badges", "GET /badges/{}", "PATCH /badges/{}"},
	}

	_, err := spec.Open(context.Background(), providers.Env{Account: "hq"})
	fmt.Println("without a key:", err)
	client, err := spec.Open(context.Background(), providers.Env{
		Account: "hq", Auth: map[string]reconcile.Secret{"api_key": reconcile.NewSecret("lk_made_up")},
	})
	fmt.Println(spec.Features, client.HolderName != nil, client.Complete != nil, err)
	fmt.Println(providers.EndpointOf(spec.Endpoints, "PATCH", "/v1/badges/b1"))
	// Output:
	// without a key: read auth: want api_key
	// [holder_name] true false <nil>
	// PATCH /badges/{}
}

// nameless knows neither the name nor the address of any holder.
func nameless(string) (name, email string) { return "", "" }
