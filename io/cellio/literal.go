package cellio

import (
	"bytes"
	"strconv"
	"time"
)

// ClockLayout is the layout of a [Date] with a time of day.
const ClockLayout = "2006-01-02T15:04:05"

// AppendISO appends the text of a [Date] that a file spells out: 2024-01-01, or with T12:00:00 and
// perhaps a fraction. date says that the cell's style is for dates, clock that it shows a time of
// day. Midnight is only shown if clock is set or date is not. With a Z or an offset the cell is an
// instant, which is kept as it is, also at midnight. Not ok when the text is not a date.
func AppendISO(dst, text []byte, date, clock bool) ([]byte, bool) {
	from := bytes.IndexByte(text, 'T')
	if from < 0 {
		at, err := time.Parse(time.DateOnly, string(text))
		if err != nil {
			return dst, false
		}
		if clock {
			return at.AppendFormat(dst, ClockLayout), true
		}
		return at.AppendFormat(dst, time.DateOnly), true
	}
	zone := ""
	if bytes.ContainsAny(text[from:], "Z+-") {
		zone = "Z07:00"
	}
	at, err := time.Parse(ClockLayout+zone, string(text))
	if err != nil {
		if at, err = time.Parse("2006-01-02T15:04"+zone, string(text)); err != nil {
			return dst, false
		}
	}
	at = at.Add(500 * time.Millisecond).Truncate(time.Second)
	if at.Year() > 9999 {
		at = at.Add(-time.Second) // the last moment of the last day must not be rounded past it
	}
	midnight := at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0
	if zone == "" && midnight && date && !clock {
		return at.AppendFormat(dst, time.DateOnly), true
	}
	return at.AppendFormat(dst, ClockLayout+zone), true
}

// IsNumber reports whether a text is a number as files spell it: an XML Schema double
// without INF and NaN. The range is checked where there is an exponent.
func IsNumber(text []byte) bool {
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
