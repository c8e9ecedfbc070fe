package configio_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/rosterio"
)

// TestColumnsMayBeIgnored: the remedy for an unknown header that resembles a known one says what to
// write, and where; it must be accepted there.
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

// TestColumnsOfWideTables: the columns of a table with one line per person can be written in full
// or in short form.
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
