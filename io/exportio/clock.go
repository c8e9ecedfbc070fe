package exportio

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// zoneOf is the time zone of that name, UTC for none, and nil for an unknown one: local
// times then have no meaning.
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil
	}
	return zone
}

// canonical is a cell of a managed column as records spell it, its times read in a
// zone. A date alone means its midnight or, in a column of ends, the midnight after it.
func canonical(col *reconcile.Column, text string, zone *time.Location) (string, error) {
	switch col.Kind {
	case reconcile.KindTime:
		read, err := reconcile.ReadClock(text)
		if err != nil {
			return "", err
		}
		at, err := read.In(zone, col.Means == reconcile.EndsAt)
		return reconcile.CanonicalTime(at), err
	case reconcile.KindBool:
		return strings.ToLower(text), nil
	}
	return text, nil
}

// fromLocal undoes [reportio.Local].
func fromLocal(text string) string {
	at, err := time.Parse(reportio.LocalClock, text)
	if err != nil {
		return text
	}
	return reconcile.CanonicalTime(at)
}

// sameMeaning reports whether two texts of a column say the same in different
// spellings.
func sameMeaning(col *reconcile.Column, a, b string) bool {
	switch col.Kind {
	case reconcile.KindJSON:
		return a != "" && b != "" && bytes.Equal(sortedJSON(a), sortedJSON(b)) && sortedJSON(a) != nil
	case reconcile.KindColor, reconcile.KindBool, reconcile.KindEmail:
		return strings.EqualFold(a, b)
	case reconcile.KindTime:
		x, okX := reconcile.ReadInstant(a)
		y, okY := reconcile.ReadInstant(b)
		return okX && okY && (x.Equal(y) || reconcile.IsNever(x) && reconcile.IsNever(y))
	}
	return a == b
}

// sortedJSON is a JSON value with its members sorted and its numbers as written, or nil.
func sortedJSON(text string) []byte {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var value any
	if dec.Decode(&value) != nil || dec.More() {
		return nil
	}
	out, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return out
}
