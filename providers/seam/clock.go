package seam

import "time"

// instantOf is the time of a canonical text; zero for any other.
func instantOf(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return at
}
