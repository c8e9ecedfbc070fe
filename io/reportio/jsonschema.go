package reportio

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Documents are the documents that have a JSON Schema, by the name of their kind.
var Documents = []string{"report", "plan", "error"}

// schemas are what a test makes of the types that write the documents.
//
//go:embed schema
var schemas embed.FS

// WriteSchema writes the JSON Schema (draft 2020-12) of report.json, plan.json or the
// document of a failure. A reader must pass over members that it does not know: later
// versions may add some.
func WriteSchema(w io.Writer, document string) error {
	if !slices.Contains(Documents, document) {
		return fmt.Errorf("write schema: there is no document %q, only %s", document, strings.Join(Documents, ", "))
	}
	text, err := schemas.ReadFile("schema/" + document + ".json")
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil {
		return fmt.Errorf("write schema: %w", err)
	}
	return nil
}
