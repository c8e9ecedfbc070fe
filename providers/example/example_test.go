package example_test

import (
	"context"
	"fmt"

	"keyroster/providers"
	"keyroster/providers/example"
	"keyroster/providers/example/fake"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

// The cards and PINs of a site: each page says how many there are, which is the proof.
func Example() {
	ctx := context.Background()
	api, err := fake.New(sandbox.Options{Generate: 5, Seed: 7})
	check(err)
	url, stop, err := sandbox.Start(ctx, api, sandbox.Config{Provider: example.Spec.Name})
	check(err)
	defer stop()

	env := providers.Env{Account: "hq", BaseURL: url, Auth: map[string]reconcile.Secret{}}
	for name, text := range api.Welcome(url)["auth"].(map[string]string) {
		env.Auth[name] = reconcile.NewSecret(text)
	}
	client, err := example.Spec.Open(ctx, env)
	check(err)
	defer client.Close()

	tenant, err := client.Tenant(ctx)
	check(err)
	listing, err := client.List(ctx, reconcile.Scope{}, nil)
	check(err)
	fmt.Println(example.Spec.TenantKey, tenant.ID != "",
		"has", listing.Records.Len(), example.Schema.Noun+"s, proved:", listing.Evidence)
	// Output:
	// site true has 5 credentials, proved: declared
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
