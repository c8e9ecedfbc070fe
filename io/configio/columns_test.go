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

// The columns of a table with a line for each person may be written in full or short.
func TestColumnsOfWideTables(t *testing.T) {
	c := loaded(t, `accounts:
  a:
    provider: doorflow
    auth: {access_token: env:K}
    fill_down: [Staff ID, Name]
    columns:
      PIN: {column: value, type: pin}
      "Card #":
        column: value
        type: "Proximity card: new"
      Fob: value:fob
`)
	a, err := c.Account("a")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"PIN": "value:pin", "Card #": "value:Proximity card: new", "Fob": "value:fob"}
	if diff := cmp.Diff(want, a.Columns); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Staff ID", "Name"}, a.FillDown); diff != "" {
		t.Error(diff)
	}
	fitting(t, c)
}
