package seam

import "time"

// instantOf returns the time of a canonical text; zero for any other.
func instantOf(text string) time.Time {
	at, _ := time.Parse(time.RFC3339, text)
	return at
}
