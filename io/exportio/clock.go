package exportio

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"keyroster/reconcile"
)

// clock reads the times of a roster in one time zone.
type clock struct{ location *time.Location }

func (c *clock) load(zone string) {
	if c.location = time.UTC; zone != "" {
		if l, err := time.LoadLocation(zone); err == nil {
			c.location = l
		}
	}
}

// canonical is a cell of a managed column as records spell it, or what is
// wrong with it.
func (c *clock) canonical(col *reconcile.Column, text string) (canonical, problem string) {
	switch col.Kind {
	case reconcile.KindTime:
		at, problem := c.instant(col.Name, text)
		if problem != "" {
			return "", problem
		}
		return reconcile.CanonicalTime(at), ""
	case reconcile.KindBool:
		return strings.ToLower(text), ""
	}
	return text, ""
}

// instant reads a time. A date alone is its midnight and, of an end, the
// midnight after it.
func (c *clock) instant(column, text string) (time.Time, string) {
	read, err := reconcile.ReadClock(text)
	var at time.Time
	if err == nil {
		at, err = read.In(c.location, column == "ends_at")
	}
	if err != nil {
		return at, err.Error()
	}
	return at, ""
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
		return okX && okY && (x.Equal(y) || reconcile.IsFar(x) && reconcile.IsFar(y))
	}
	return a == b
}

// sortedJSON is a JSON value with its members sorted and its numbers as they
// stand, or nil.
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
