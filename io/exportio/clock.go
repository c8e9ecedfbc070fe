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

// localTimes are the spellings of times without a zone.
var localTimes = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"}

// canonical is a cell of a managed column as records spell it, or what is
// wrong with it.
func (c *clock) canonical(col *reconcile.Column, text string) (canonical, problem string) {
	switch col.Kind {
	case reconcile.KindTime:
		at, problem := c.instant(col.Name, text)
		if problem != "" {
			return "", problem
		}
		return at.UTC().Format(time.RFC3339Nano), ""
	case reconcile.KindBool:
		return strings.ToLower(text), ""
	}
	return text, ""
}

// instant reads a time. A date alone is its midnight and, of an end, the
// midnight after it.
func (c *clock) instant(column, text string) (time.Time, string) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, ""
	}
	for _, layout := range localTimes {
		at, err := time.ParseInLocation(layout, text, c.location)
		if err != nil {
			continue
		}
		dayOnly := layout == "2006-01-02"
		if dayOnly && column == "ends_at" {
			at = time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, c.location)
		} else if at.Format(layout) != text {
			return at, "a change of the clocks skips this time in " + c.location.String()
		}
		for _, shift := range []time.Duration{-time.Hour, time.Hour} {
			if !dayOnly && at.Add(shift).Format(layout) == text {
				return at, "a change of the clocks makes this time happen twice in " + c.location.String()
			}
		}
		return at, ""
	}
	return time.Time{}, "this is no date or time"
}

// sameMeaning tells whether two texts of a column say the same in different
// spellings.
func sameMeaning(col *reconcile.Column, a, b string) bool {
	switch col.Kind {
	case reconcile.KindJSON:
		return a != "" && b != "" && bytes.Equal(sortedJSON(a), sortedJSON(b)) && sortedJSON(a) != nil
	case reconcile.KindColor, reconcile.KindBool, reconcile.KindEmail:
		return strings.EqualFold(a, b)
	case reconcile.KindTime:
		x, errX := time.Parse(time.RFC3339, a)
		y, errY := time.Parse(time.RFC3339, b)
		return errX == nil && errY == nil && x.Equal(y)
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
