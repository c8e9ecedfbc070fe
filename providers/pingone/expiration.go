package pingone

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"time"

	"keyroster/reconcile"
)

// unitSeconds are the seconds of each unit of time; the shortest duration is an hour.
var unitSeconds = map[string]int64{"SECONDS": 1, "MINUTES": 60, "HOURS": 3600, "DAYS": 86400}

const remedyExpiration = `write it as {"type":"HARD","after":{"duration":365,"timeUnit":"DAYS"}}`

// timeMembers are the members of an expiration that set the time; it has exactly one of them.
var timeMembers = []string{"after", "timestamp", "expression"}

// expiration checks what the cell names. What it leaves out may be in the record, which
// [Client.Resolve] checks.
func (c *checker) expiration() {
	cell := c.cells[col.expiration]
	if !cell.Filled() {
		return
	}
	value, err := readJSON(cell.Text())
	if err != nil {
		c.wrong(col.expiration, KindJSON, err.Error(), remedyExpiration)
		return
	}
	object, ok := value.(map[string]any)
	if !ok {
		c.wrong(col.expiration, KindJSON, "this is not a JSON object", remedyExpiration)
		return
	}
	if found := checkNamed(object); found != "" {
		c.wrong(col.expiration, KindExpiration, string(found), remedyExpiration)
	}
}

// flaw describes a mistake in the document of a cell, as a sentence; empty is none. Each
// mistake has its own sentence, so that equal flaws are the same mistake.
type flaw string

// checkNamed checks only the members that an expiration names: the others may be in the
// record.
func checkNamed(e map[string]any) flaw {
	switch {
	case e["type"] != nil && e["type"] != "SOFT" && e["type"] != "HARD":
		return "the type of the expiration is neither SOFT nor HARD"
	case timeCount(e) > 1:
		return "an expiration has exactly one of after, timestamp and expression"
	}
	after, whole := e["after"].(map[string]any)
	if whole && (after["duration"] == nil || after["timeUnit"] == nil) {
		return "" // the record may have the other one
	}
	return checkExpiry(e)
}

func timeCount(e map[string]any) int {
	n := 0
	for _, way := range timeMembers {
		if e[way] != nil {
			n++
		}
	}
	return n
}

// checkExpiration says what is wrong with a whole expiration; empty for nothing.
func checkExpiration(e map[string]any, fields []field) flaw {
	name, _ := e["fieldName"].(string)
	soft := e["type"] == "SOFT" // of a HARD one, PingOne ignores the name
	switch {
	case e["type"] != "SOFT" && e["type"] != "HARD":
		return "the type of the expiration is neither SOFT nor HARD"
	case timeCount(e) != 1:
		return "an expiration has exactly one of after, timestamp and expression"
	case soft && name == "":
		return "a SOFT expiration needs a fieldName"
	case soft && slices.ContainsFunc(fields, func(f field) bool { return f.text("title") == name || f.text("id") == name }):
		return "the fieldName of the expiration is already the name of a field"
	}
	return checkExpiry(e)
}

func checkExpiry(e map[string]any) flaw {
	switch {
	case e["timestamp"] != nil:
		at, _ := e["timestamp"].(string)
		if _, ok := timestamp(at); !ok {
			return "the timestamp of the expiration is not an instant such as 2026-01-31T00:00:00Z"
		}
	case e["expression"] != nil:
		if text, _ := e["expression"].(string); strings.TrimSpace(text) == "" {
			return "the expression of the expiration is not a text"
		}
	case e["after"] != nil:
		after, _ := e["after"].(map[string]any)
		unit, _ := after["timeUnit"].(string)
		number, _ := after["duration"].(json.Number)
		whole, err := canonicalInt(number.String())
		duration, ok := new(big.Int).SetString(whole, 10)
		if unitSeconds[unit] == 0 || err != nil || !ok {
			return "after needs a duration (a whole number) and a timeUnit: SECONDS, MINUTES, HOURS or DAYS"
		}
		if duration.Mul(duration, big.NewInt(unitSeconds[unit])).Cmp(big.NewInt(3600)) < 0 {
			return "an expiration must be at least an hour"
		}
	}
	return ""
}

// expirationOf decodes the expiration of a canonical cell; nil if there is none.
func expirationOf(text string) map[string]any {
	value, _ := readJSON(text)
	object, _ := value.(map[string]any)
	return object
}

// mergeExpiration merges a row's expiration into that of its record, whose members stay
// unless the row names them. One way of setting the time replaces another.
func mergeExpiration(want, have map[string]any) map[string]any {
	if timeCount(want) > 0 {
		for _, way := range timeMembers {
			if want[way] == nil {
				delete(have, way)
			}
		}
	}
	merged, _ := overlay(want, have).(map[string]any)
	return merged
}

// timestamp parses an instant in ISO 8601, with its offset.
func timestamp(text string) (time.Time, bool) {
	read, err := reconcile.ReadClock(text)
	if err != nil {
		return reconcile.ReadInstant(text)
	}
	return read.Instant()
}
