package httpapi

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestRetryAfter keeps absurd numbers from overflowing; it is far beyond any
// wait that is accepted.
const longestRetryAfter = 365 * 24 * time.Hour

// RetryAfter reads a Retry-After header in either form: seconds or an HTTP date. A date is
// compared with the answer's own Date if there is one, so that a wrong clock on either side
// does not matter. ok is false if the header is missing, cannot be read, or is infinite or
// negative. RFC 9110, section 10.2.3, only has whole seconds, but hosts send fractions,
// too. The result is never negative.
func RetryAfter(header http.Header, now time.Time) (wait time.Duration, ok bool) {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if text == "" {
		return 0, false
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		if math.IsNaN(seconds) || math.IsInf(seconds, 0) || seconds < 0 {
			return 0, false
		}
		if seconds >= longestRetryAfter.Seconds() {
			return longestRetryAfter, true
		}
		return time.Duration(seconds * float64(time.Second)), true
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	return min(max(0, at.Sub(now)), longestRetryAfter), true
}
