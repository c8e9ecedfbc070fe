package sandbox

import (
	"bytes"
	"encoding/json"
)

// Marshal encodes a value that cannot fail to be encoded, without escapes for HTML, which
// the APIs do not use either. It panics on an error of encoding/json.
func Marshal(value any) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic("encode: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// AppendText appends text as a JSON string.
func AppendText(dst []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return append(dst, Marshal(text)...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, text...)
	return append(dst, '"')
}

// AppendList appends the rows as a JSON array, each as encode appends it.
func AppendList[T any](dst []byte, rows []T, encode func(dst []byte, row T) []byte) []byte {
	dst = append(dst, '[')
	for i, row := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = encode(dst, row)
	}
	return append(dst, ']')
}
