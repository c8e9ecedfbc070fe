package pingone

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"strings"

	"keyroster/reconcile"
)

// canonical returns the one form in which cells of a managed column are compared, the same for
// rows and records. A text that is not what the column holds is returned unchanged, with an
// error that says what it should be and repeats nothing of the text.
func canonical(column int, text string) (string, error) {
	c := &Schema.Columns[column]
	switch {
	case column == col.template:
		return strings.TrimRight(text, " \t\r\n"), nil
	case column == col.background, column == col.logo:
		return strings.TrimSpace(text), nil
	case column == col.mode:
		return canonicalMode(text)
	case column == col.fields:
		fields, err := readFields(text)
		if err != nil {
			return text, err
		}
		for _, f := range fields {
			f.complete()
			dropNulls(f)
		}
		return encode(fields), nil
	case column == col.expiration:
		return canonicalExpiration(text)
	case c.Kind == reconcile.KindColor:
		return strings.ToUpper(text), nil
	case c.Kind == reconcile.KindInt:
		return canonicalInt(text)
	case c.Kind == reconcile.KindBool:
		return canonicalBool(text)
	}
	return text, nil
}

func canonicalMode(text string) (string, error) {
	for _, mode := range []string{modeAutomated, modeManaged} {
		if strings.EqualFold(text, mode) {
			return mode, nil
		}
	}
	return text, errors.New("the mode is neither AUTOMATED nor MANAGED")
}

// canonicalInt turns both 20 and 20.0 into 20: both are in use.
func canonicalInt(text string) (string, error) {
	whole, decimals, _ := strings.Cut(text, ".")
	n, ok := new(big.Int).SetString(whole, 10)
	if !ok || strings.Trim(decimals, "0") != "" || len(text) > 20 || strings.HasPrefix(whole, "+") {
		return text, errors.New("this is not a whole number")
	}
	return n.String(), nil
}

func canonicalBool(text string) (string, error) {
	switch strings.ToLower(text) {
	case "true", "yes":
		return "true", nil
	case "false", "no":
		return "false", nil
	}
	return text, errors.New("this is neither true nor false")
}

// canonicalExpiration writes times of any precision in one form, since the server gives
// three to nine digits of a second.
func canonicalExpiration(text string) (string, error) {
	value, err := readJSON(text)
	if err != nil {
		return text, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return text, errors.New("this is not a JSON object")
	}
	dropNulls(object)
	if at, ok := object["timestamp"].(string); ok {
		if t, ok := timestamp(at); ok {
			object["timestamp"] = reconcile.CanonicalTime(t)
		}
	}
	if after, ok := object["after"].(map[string]any); ok {
		if n, ok := after["duration"].(json.Number); ok {
			if whole, err := canonicalInt(n.String()); err == nil {
				after["duration"] = json.Number(whole)
			}
		}
	}
	return encode(object), nil
}

// readJSON reads exactly one JSON value; numbers keep their form.
func readJSON(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	if err == nil {
		_, end := decoder.Token()
		if !errors.Is(end, io.EOF) {
			err = errors.New("something follows")
		}
	}
	if err != nil {
		// The decoder's own error may repeat the cell.
		return nil, errors.New("this is not valid JSON")
	}
	if repeatsMember(json.NewDecoder(strings.NewReader(text))) {
		return nil, errors.New("an object of this JSON names a member twice")
	}
	return value, nil
}

// repeatsMember reports whether the next value of valid JSON has an object that names a member
// twice, of which one program takes the first and another the last.
func repeatsMember(decoder *json.Decoder) bool {
	token, err := decoder.Token()
	kind, nested := token.(json.Delim)
	if err != nil || !nested {
		return false
	}
	names := map[any]bool{}
	for decoder.More() {
		if kind == '{' {
			name, err := decoder.Token()
			if err != nil || names[name] {
				return true
			}
			names[name] = true
		}
		if repeatsMember(decoder) {
			return true
		}
	}
	_, err = decoder.Token() // its end
	return err != nil
}

// encode writes a JSON value with sorted members and without escapes for HTML. Values come
// from decoded JSON or from texts, so encoding cannot fail.
func encode(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic("encode JSON: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func dropNulls(object map[string]any) {
	for name, value := range object {
		if value == nil {
			delete(object, name)
		}
	}
}
