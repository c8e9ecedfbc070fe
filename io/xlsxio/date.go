package xlsxio

import (
	"math"
	"time"

	"keyroster/io/cellio"
)

const (
	daySeconds = 24 * 60 * 60
	// The Unix epoch as a serial of the two systems.
	epoch1900 = 25_569
	epoch1904 = 24_107
	// lastSerial1900 is 9999-12-31, the last day that spreadsheets show.
	lastSerial1900 = 2_958_465
	// hoursEnd is the number from which one shown as a time of day is taken to be a date with a
	// time. Below it are hours past midnight.
	hoursEnd = 60
)

// lastSecond is the last moment that spreadsheets show.
var lastSecond = time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)

// appendSerial appends the date that a serial number encodes. It is rounded to the second
// first: 45292.999999 is the next midnight. The time of day is there when the cell shows one or
// when it is not midnight. Not ok: not a date that spreadsheets know (below 1, which is a time
// of day alone, 29 February 1900, past the year 9999).
func appendSerial(dst []byte, serial float64, date1904, clock bool) ([]byte, bool) {
	if !(serial >= 1 && serial < lastSerial1900+1) {
		return dst, false
	}
	days, fraction := math.Modf(serial)
	seconds := int64(math.Round(fraction * daySeconds))
	day := int64(days)
	if seconds == daySeconds {
		day, seconds = day+1, 0
	}
	switch {
	case date1904:
		day -= epoch1904
	case day == 60:
		// The system of 1900 counts a 29 February 1900, which never was.
		return dst, false
	case day < 60:
		day -= epoch1900 - 1
	default:
		day -= epoch1900
	}
	at := time.Unix(day*daySeconds+seconds, 0).UTC()
	if at.Year() > 9999 {
		at = lastSecond // the last moment of the last day must not be rounded past it
	}
	if clock || seconds != 0 {
		return at.AppendFormat(dst, cellio.ClockLayout), true
	}
	return at.AppendFormat(dst, time.DateOnly), true
}
