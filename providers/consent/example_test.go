package consent_test

import (
	"context"
	"fmt"
	"net/url"

	"keyroster/providers"
	"keyroster/providers/consent"
)

// A person consents in the browser of another machine, and pastes the address that it was sent to.
func Example() {
	pasted := make(chan string, 1)
	code, err := consent.Get(context.Background(), consent.Ask{
		AuthorizeURL: "https://login.latchkeep.example/authorize", ClientID: "keyroster", Scopes: []string{"badges"},
	}, providers.LoginOptions{
		PasteOnly: true, Pasted: pasted,
		Show: func(c providers.Consent) error {
			page, err := url.Parse(c.URL)
			if err != nil {
				return err
			}
			fmt.Println("open", page.Host+page.Path)
			answer := url.Values{"code": {"made-up"}, "state": {page.Query().Get("state")}}
			pasted <- c.RedirectURI + "?" + answer.Encode()
			return nil
		},
	})
	fmt.Println(err, "a code:", !code.Value.IsZero(), "which prints as", code.Value)
	// Output:
	// open login.latchkeep.example/authorize
	// <nil> a code: true which prints as ••••
}
