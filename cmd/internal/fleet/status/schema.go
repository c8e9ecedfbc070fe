package status

import _ "embed"

// DocumentSchema is the JSON Schema (draft 2020-12) of a [Status]. A reader must pass over
// members that it does not know: later versions may add some.
//
//go:embed schema.json
var DocumentSchema string
