package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Text reads a JSON string, or the literal digits of a number, which must never pass
// through a float. null and a missing member are the empty text.
type Text string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *Text) UnmarshalJSON(raw []byte) error {
	switch {
	case bytes.Equal(raw, []byte("null")):
		*t = ""
		return nil
	case raw[0] == '"' && plain(raw[1:len(raw)-1]):
		*t = Text(raw[1 : len(raw)-1])
		return nil
	case raw[0] == '"':
		return json.Unmarshal(raw, (*string)(t))
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		*t = Text(raw)
		return nil
	}
	return errors.New("neither a text nor a number")
}

// plain reports whether the inside of a JSON string needs no unescaping.
func plain(inside []byte) bool {
	for _, b := range inside {
		if b == '\\' || b >= 0x80 {
			return false
		}
	}
	return true
}
