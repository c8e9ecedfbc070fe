package odsio

import (
	"strconv"
	"strings"
)

// parseDuration reads a duration as XML Schema spells it, of days and less: PT08H30M00S,
// P1DT2H, -PT0.5S. It returns days.
func parseDuration(text string) (days float64, ok bool) {
	rest, negative := strings.CutPrefix(text, "-")
	rest, ok = strings.CutPrefix(rest, "P")
	if !ok {
		return 0, false
	}
	date, clock, hasClock := strings.Cut(rest, "T")
	seconds, parts, ok := sumParts(date, "D", []float64{24 * 60 * 60})
	if !ok {
		return 0, false
	}
	if hasClock {
		more, clockParts, ok := sumParts(clock, "HMS", []float64{60 * 60, 60, 1})
		if !ok || clockParts == 0 {
			return 0, false
		}
		seconds, parts = seconds+more, parts+clockParts
	}
	if negative {
		seconds = -seconds
	}
	return seconds / (24 * 60 * 60), parts > 0
}

// sumParts adds up numbers that are each followed by one of the units, in order.
func sumParts(text, units string, weights []float64) (sum float64, parts int, ok bool) {
	for from := 0; text != ""; parts++ {
		end := strings.IndexAny(text, "DHMS")
		if end <= 0 {
			return 0, 0, false
		}
		unit := strings.IndexByte(units[from:], text[end])
		n, err := strconv.ParseFloat(text[:end], 64)
		if unit < 0 || err != nil || strings.Trim(text[:end], "0123456789.") != "" {
			return 0, 0, false
		}
		sum += n * weights[from+unit]
		from += unit + 1
		text = text[end+1:]
	}
	return sum, parts, true
}
