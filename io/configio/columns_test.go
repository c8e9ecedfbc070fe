package configio_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/rosterio"
)

// What the remedy for a foreign header that looks like a known one says must
// be accepted where it says to write it.
func TestColumnsMayBeIgnored(t *testing.T) {
	c := loaded(t, `accounts: {a: {provider: doorflow, auth: {access_token: env:K}, columns: {valu: "-", Badge: value}}}`)
	a, err := c.Account("a")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"valu": rosterio.IgnoreColumn, "Badge": "value"}, a.Columns); diff != "" {
		t.Error(diff)
	}
}
