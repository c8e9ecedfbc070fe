package httpapi

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Rate is a ceiling on requests. The zero value is no ceiling.
type Rate struct {
	Requests int
	Per      time.Duration
}

// maxRate is the largest number of requests a rate may name: beyond it, pacing by a
// schedule is meaningless and "none" is what was meant.
const maxRate = 1_000_000

// ParseRate reads a rate as configurations spell it: 5/s, 600/m or none.
func ParseRate(text string) (Rate, error) {
	if text == "none" {
		return Rate{}, nil
	}
	number, unit, _ := strings.Cut(text, "/")
	per, ok := map[string]time.Duration{"s": time.Second, "m": time.Minute}[unit]
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 1 || n > maxRate || number != strconv.Itoa(n) {
		return Rate{}, fmt.Errorf(
			"read rate %q: want a whole number of requests per second or minute (5/s, 600/m), or none",
			text,
		)
	}
	return Rate{Requests: n, Per: per}, nil
}

// String returns the rate as configurations spell it: 5/s, 600/m or none.
func (r Rate) String() string {
	switch {
	case r.Requests == 0:
		return "none"
	case r.Per == time.Minute:
		return fmt.Sprintf("%d/m", r.Requests)
	}
	return fmt.Sprintf("%d/s", r.Requests)
}

// perSecond returns the rate in requests per second, +Inf for no ceiling.
func (r Rate) perSecond() float64 {
	if r.Requests <= 0 {
		return math.Inf(1)
	}
	per := r.Per
	if per <= 0 {
		per = time.Second
	}
	return float64(r.Requests) / per.Seconds()
}
