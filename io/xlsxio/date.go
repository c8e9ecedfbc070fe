package xlsxio

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

const (
	daySeconds  = 24 * 60 * 60
	dateLayout  = "2006-01-02"
	clockLayout = "2006-01-02T15:04:05"
	// The Unix epoch as a serial of the two systems.
	epoch1900 = 25_569
	epoch1904 = 24_107
	// lastSerial1900 is 9999-12-31, the last day that spreadsheets show.
	lastSerial1900 = 2_958_465
	// hoursEnd is where a number that is shown as a time of day begins to be a
	// date with one. Below it are hours past midnight.
	hoursEnd = 60
)

// lastSecond is the last moment that spreadsheets show.
var lastSecond = time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)

// appendSerial appends the date that a serial number stands for. It is rounded
// to the second first: 45292.999999 is the next midnight. The time of day is
// there when the cell shows one or when it is not midnight. Not ok: not a date
// that spreadsheets know (below 1, which is a time of day alone, 29 February
// 1900, past the year 9999).
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
		at = lastSecond // the last moment of the last day is not rounded beyond it
	}
	if clock || seconds != 0 {
		return at.AppendFormat(dst, clockLayout), true
	}
	return at.AppendFormat(dst, dateLayout), true
}

// appendISO appends the date of a cell of type d: 2024-01-01, or with
// T12:00:00 and perhaps a fraction. A midnight is shown only when the cell's
// style shows a time of day, or no style says that it is a date. With a Z or an
// offset the cell says an instant, which is kept as it is, also at midnight.
func appendISO(dst, text []byte, style numberStyle) ([]byte, bool) {
	clock := bytes.IndexByte(text, 'T')
	if clock < 0 {
		at, err := time.Parse(dateLayout, string(text))
		if err != nil {
			return dst, false
		}
		if style.clock {
			return at.AppendFormat(dst, clockLayout), true
		}
		return at.AppendFormat(dst, dateLayout), true
	}
	zone := ""
	if bytes.ContainsAny(text[clock:], "Z+-") {
		zone = "Z07:00"
	}
	at, err := time.Parse(clockLayout+zone, string(text))
	if err != nil {
		if at, err = time.Parse("2006-01-02T15:04"+zone, string(text)); err != nil {
			return dst, false
		}
	}
	at = at.Add(500 * time.Millisecond).Truncate(time.Second)
	if at.Year() > 9999 {
		at = at.Add(-time.Second) // the last moment of the last day is not rounded beyond it
	}
	midnight := at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0
	if zone == "" && midnight && style.date && !style.clock {
		return at.AppendFormat(dst, dateLayout), true
	}
	return at.AppendFormat(dst, clockLayout+zone), true
}

// isNumber checks a number as files spell it: an XML Schema double without INF
// and NaN. The range is checked where there is an exponent.
func isNumber(text []byte) bool {
	i := 0
	digits := func() int {
		from := i
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
		}
		return i - from
	}
	sign := func() {
		if i < len(text) && (text[i] == '-' || text[i] == '+') {
			i++
		}
	}
	sign()
	n := digits()
	if i < len(text) && text[i] == '.' {
		i++
		n += digits()
	}
	if n == 0 {
		return false
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		i++
		sign()
		if digits() == 0 {
			return false
		}
		if _, err := strconv.ParseFloat(string(text), 64); err != nil {
			return false
		}
	}
	return i == len(text)
}
