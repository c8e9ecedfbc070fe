package rosterio_test

import (
	"context"
	"fmt"
	"strings"

	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

// A roster from a pipe: its header is recognized under other names, the good row is valid, and the
// row whose card a spreadsheet has turned into a number is reported with its place.
func Example() {
	type row struct {
		ID     string           `csv:"credential_id" roster:"key"`
		Holder string           `csv:"holder_id,person" roster:"match,pairs,holder"`
		Type   string           `csv:"type" roster:"match,pairs,type"`
		Value  reconcile.Secret `csv:"value,card number" roster:"managed,secret,create,update"`
	}
	file := "Person;Type;Card Number\nmira;card;0071234567\nodo;card;7.12346E+09\n"
	roster, err := rosterio.Read(context.Background(), []string{rosterio.Stdin}, rosterio.Options{
		Schema: reconcile.NewSchema("badges", row{}), Row: row{}, Stdin: strings.NewReader(file),
	})
	if err != nil {
		fmt.Println(err) // the file cannot be used at all
		return
	}
	for n := range roster.Rows.Len() {
		_, invalid := roster.Invalid[n]
		fmt.Println(roster.Source(n).Line, roster.Rows.Record(n).Text("holder_id"), "invalid:", invalid)
	}
	for _, p := range roster.Problems {
		fmt.Println(p.Place(), p.Kind)
	}
	// Output:
	// 2 mira invalid: false
	// 3 odo invalid: true
	// standard input, line 3, column value exponent
}
