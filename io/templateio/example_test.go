package templateio_test

import (
	"fmt"
	"strings"

	"keyroster/io/templateio"
	"keyroster/reconcile"
)

// A roster to fill in, with one example line for each type of badge, which a run ignores.
func Example() {
	schema := reconcile.NewSchema("badges", struct {
		ID     string           `csv:"credential_id" roster:"key" help:"Leave it blank for new ones."`
		Holder string           `csv:"holder_id" roster:"match,pairs,holder" help:"Who has it." example:"mira"`
		Type   string           `csv:"type" roster:"match,pairs,type" words:"card,pin" example:"card|pin"`
		Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update" example:"0012345678|0123"`
	}{})
	var file strings.Builder
	err := templateio.WriteCSV(&file, schema, templateio.Options{Title: "Latchkeep"})
	fmt.Print(strings.ReplaceAll(file.String(), "\r\n", "\n"), err)
	// Output:
	// credential_id,holder_id,type,value
	// ,mira,card,0012345678
	// ,mira,pin,0123
	// <nil>
}
