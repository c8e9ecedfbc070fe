package status

import (
	_ "embed"
	"fmt"
	"io"
)

//go:embed schema.json
var schema string

// WriteSchema writes the JSON Schema (draft 2020-12) of a [Status]. Readers must ignore unknown
// members: later versions may add some.
func WriteSchema(w io.Writer) error {
	if _, err := io.WriteString(w, schema); err != nil {
		return fmt.Errorf("write schema: %w", err)
	}
	return nil
}
