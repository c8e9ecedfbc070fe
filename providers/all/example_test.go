package all_test

import (
	"context"
	"fmt"

	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

// Each provider of the program has a fake beside it, which the sandbox serves over HTTP. A client's
// listing says how it is proved complete: DoorFlow declares how many credentials there are; the
// others end each walk with a page that has no next.
func Example() {
	ctx := context.Background()
	for _, spec := range all.Specs() {
		api, err := all.Fake(spec.Name, sandbox.Options{Generate: 5, Seed: 7})
		check(err)
		url, stop, err := sandbox.Start(ctx, api, sandbox.Config{Provider: spec.Name})
		check(err)

		env := providers.Env{Account: "hq", BaseURL: url, Auth: map[string]reconcile.Secret{}}
		for name, text := range api.Welcome(url)["auth"].(map[string]string) {
			env.Auth[name] = reconcile.NewSecret(text)
		}
		client, err := spec.Open(ctx, env)
		check(err)
		listing, err := client.List(ctx, reconcile.Scope{}, nil)
		check(err)
		fmt.Printf(
			"%s: %d %ss of one %s, %v\n",
			spec.Name, listing.Records.Len(), spec.Schema.Noun, spec.TenantKey, listing.Evidence,
		)
		client.Close()
		stop()
	}
	fmt.Println(all.Lookup("latchkeep"))
	// Output:
	// doorflow: 5 credentials of one account, declared
	// pingone: 5 credential types of one environment, terminated
	// seam: 5 credentials of one workspace, terminated
	// <nil>
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
