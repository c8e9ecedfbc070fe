package rosterio

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"keyroster/io/cellio"
)

// Serial dates of spreadsheets, which count days: the Unix epoch, the offset of the
// system of 1904, and the years that a bare number most likely means. They are few, so
// that a code of five digits that slipped into a column of dates is not shown as a date.
const (
	epochSerial = 25_569
	lag1904     = 1_462
	firstYear   = 2010
	lastYear    = 2060
)

// likelyDay is the date that a bare number in a column of dates most likely is:
// a serial date that lost its format, or 20260131. Empty where it is neither.
func likelyDay(cell *cellio.Cell) string {
	text := plainNumber(classTime, cell.Text)
	if at, err := time.Parse("20060102", text); err == nil && at.Year() >= firstYear && at.Year() <= lastYear {
		return at.Format(time.DateOnly)
	}
	serial, err := strconv.ParseFloat(text, 64)
	if err != nil || serial < 1 || serial > 1e6 {
		return ""
	}
	if cell.From1904 {
		serial += lag1904
	}
	at := time.Unix(int64(math.Round((serial-epochSerial)*24*60*60)), 0).UTC()
	switch {
	case at.Year() < firstYear || at.Year() > lastYear:
		return ""
	case at.Equal(at.Truncate(24 * time.Hour)):
		return at.Format(time.DateOnly)
	}
	return at.Format("2006-01-02T15:04:05")
}

// timeFault: the cell is a number whose format shows hours, minutes or seconds.
func timeFault(c class, text string) *fault {
	if c == classTime {
		return &fault{
			kind:    KindNotDate,
			message: "the cell holds a time of day or a duration without a date",
			remedy:  "enter the date, or date and time, as 2026-01-31 or 2026-01-31T08:30:00",
		}
	}
	f := &fault{
		kind:    KindDate,
		message: "the cell holds a time; spreadsheets turn 1:02 into a time",
		remedy:  remedyText,
	}
	days, err := strconv.ParseFloat(text, 64)
	if err != nil || days < 0 || days > 1e6 || c != classID && c != classText {
		return f
	}
	seconds := int64(math.Round(days * 24 * 60 * 60))
	f.likely = fmt.Sprintf("%d:%02d", seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		f.likely += fmt.Sprintf(":%02d", seconds%60)
	}
	return f
}

// checkInstantText finds texts that programs export for a code that a spreadsheet
// turned into a date or a time.
func checkInstantText(c class, text string) *fault {
	at, is := weekdayText(c, text)
	switch {
	case is:
		f := &fault{
			kind:    KindDate,
			message: "the text is a date; spreadsheets turn 1-2 into a date",
			remedy:  remedyText,
		}
		if c != classSecret {
			f.likely = fmt.Sprintf("%d-%d or %d-%d", at.Month(), at.Day(), at.Day(), at.Month())
		}
		return f
	case c == classSecret && (clockText(text) || dayAndClock(text)):
		return &fault{
			kind:    KindDate,
			message: "the text is a time; spreadsheets turn 1:02 into a time",
			remedy:  remedyText,
		}
	}
	return nil
}

// weekdayText: Fri Jan 02 2026 00:00:00 GMT+0100 (CET), as JavaScript shows a date, and Fri,
// 02 Jan 2026 00:00:00 GMT. Without a time of day, it counts only where a secret is expected.
func weekdayText(c class, text string) (time.Time, bool) {
	const day, mail = "Mon Jan 02 2006", "Mon, 02 Jan 2006"
	for _, layout := range []string{day, mail} {
		if len(text) < len(layout) || text[3] != layout[3] {
			continue
		}
		at, err := time.Parse(layout, text[:len(layout)])
		rest := text[len(layout):]
		if err == nil &&
			(rest == "" && c == classSecret || len(rest) > len(" 15:04:05") && clockOf(rest[1:]) && rest[0] == ' ') {
			return at, true
		}
	}
	return time.Time{}, false
}

// dayAndClock: 2026-01-02T08:30:00.000Z and 1899-12-30 01:02:00.
func dayAndClock(text string) bool {
	const day = len("2006-01-02")
	return len(text) > day && isoDay(text[:day]) && (text[day] == 'T' || text[day] == ' ') && clockOf(text[day+1:])
}

// clockOf reports whether text begins with a time of day.
func clockOf(text string) bool {
	if len(text) < len(time.TimeOnly) {
		return false
	}
	_, err := time.Parse(time.TimeOnly, text[:len(time.TimeOnly)])
	return err == nil
}

// clockText: 01:02:00 and 1:02:00 AM, which were typed as 1:02. Other seconds were
// typed by a person and are not a sign of a spreadsheet.
func clockText(text string) bool {
	if !strings.Contains(text, ":00") {
		return false
	}
	for _, layout := range []string{"15:04:05", "3:04:05 PM"} {
		if at, err := time.Parse(layout, text); err == nil && at.Second() == 0 && at.Nanosecond() == 0 {
			return true
		}
	}
	return false
}
