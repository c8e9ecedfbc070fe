package reconcile

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestClock(t *testing.T) {
	for _, c := range []struct {
		text, zone string
		end        bool
		want       string // or part of the error
	}{
		{"2026-07-01T00:00:00Z", "", false, "2026-07-01T00:00:00Z"},
		{"2026-07-01T00:00:00.000Z", "", false, "2026-07-01T00:00:00Z"},
		{"2026-07-01T02:00:00.1200+02:00", "", true, "2026-07-01T00:00:00.12Z"},
		{"2026-07-01", "Europe/London", false, "2026-06-30T23:00:00Z"},
		{"2026-07-01", "Europe/London", true, "2026-07-01T23:00:00Z"},
		{"2026-12-31", "Pacific/Auckland", true, "2026-12-31T11:00:00Z"},
		{"2026-07-01 08:30", "Asia/Kathmandu", false, "2026-07-01T02:45:00Z"},
		{"2026-07-01T08:30", "America/New_York", true, "2026-07-01T12:30:00Z"},
		{"2026-07-01 08:30:15.5", "America/New_York", true, "2026-07-01T12:30:15.5Z"},
		{"2026-03-29T00:59:59", "Europe/London", false, "2026-03-29T00:59:59Z"},
		{"2026-03-29T01:00", "Europe/London", false, "skipped by a clock change in Europe/London"},
		{"2026-03-29T01:59:59", "Europe/London", false, "skipped by a clock change in Europe/London"},
		{"2026-03-29T02:00", "Europe/London", false, "2026-03-29T01:00:00Z"},
		{"2026-10-25T00:59:59", "Europe/London", false, "2026-10-24T23:59:59Z"},
		{"2026-10-25T01:00", "Europe/London", false, "occurs twice at a clock change in Europe/London"},
		{"2026-10-25T01:59:59", "Europe/London", false, "occurs twice at a clock change in Europe/London"},
		{"2026-10-25T02:00", "Europe/London", false, "2026-10-25T02:00:00Z"},
		// Clocks change at midnight.
		{"2026-09-06", "America/Santiago", false, "skipped by a clock change in America/Santiago"},
		{"2026-07-01", "", false, "set time_zone"},
		{"2026-02-30", "Europe/London", false, "no such"},
		{"01.07.2026", "Europe/London", false, "not a date or time that starts with the year"},
		{"2027-06-30T22:00Z", "", false, "2027-06-30T22:00:00Z"},
		{"2027-06-30T22:00+02:00", "", false, "2027-06-30T20:00:00Z"},
		{"2027-06-30T22:00:00+0200", "", false, "2027-06-30T20:00:00Z"},
		{"2027-06-30T22:00:00-05", "", false, "2027-07-01T03:00:00Z"},
		{"2027-06-30 22:00Z", "", false, "2027-06-30T22:00:00Z"},
		{"2027-06-30 22:00:00 +02:00", "", false, "2027-06-30T20:00:00Z"},
		{"2027-06-30t22:00:00z", "", false, "2027-06-30T22:00:00Z"},
		{"2027-06-30T22:00:00,5Z", "", false, "2027-06-30T22:00:00.5Z"},
		{"2027-06-30T24:00:00Z", "", false, "2027-07-01T00:00:00Z"},
		{"2027-06-30 24:00", "Europe/London", false, "2027-06-30T23:00:00Z"},
		{"2027-06-30T24:01Z", "", false, "no such"},
		{"2027-06-30T22:60Z", "", false, "no such"},
		{"2027-06-30T22:00+25:00", "", false, "no such"},
		{"9999-12-31", "Europe/London", true, "9999-12-31T23:59:59Z"},
		{"9999-12-31", "", true, "9999-12-31T23:59:59Z"},
		{"9999-12-31", "Pacific/Auckland", true, "9999-12-31T23:59:59Z"},
		{"9999-12-31", "America/New_York", true, "9999-12-31T23:59:59Z"},
		{"9999-12-31T23:59:59Z", "", true, "9999-12-31T23:59:59Z"},
		{"9999-12-31T23:59:59.999Z", "", true, "9999-12-31T23:59:59Z"},
		{"9999-12-31T23:59:59-05:00", "", true, "9999-12-31T23:59:59Z"},
		{"9999-12-31 23:59:59", "America/New_York", true, "9999-12-31T23:59:59Z"},
		{"2999-12-31", "Europe/London", true, "3000-01-01T00:00:00Z"},
		{"2262-04-12", "Europe/London", true, "2262-04-12T23:00:00Z"},
		{"2038-01-19T03:14:08Z", "", true, "2038-01-19T03:14:08Z"},
		{"31.12.9999", "Europe/London", true, "not a date"},
		{"10000-01-01", "Europe/London", true, "not a date"},
		{"0000-00-00", "Europe/London", true, "no such date"},
		{"1900-01-00", "Europe/London", true, "no such date"},
		{"0001-01-01", "Europe/London", true, "before 1970"},
		{"1899-12-30T00:00:00Z", "", true, "before 1970"},
		{"1900-01-01", "Europe/London", true, "before 1970"},
		{"1969-12-31", "Europe/London", true, "before 1970"},
		{"1970-01-01", "Europe/London", true, "1970-01-01T23:00:00Z"},
		{"2026-07-01T00:00:00.0000001Z", "", false, "more precise than a microsecond"},
	} {
		var zone *time.Location
		if c.zone != "" {
			var err error
			if zone, err = time.LoadLocation(c.zone); err != nil {
				t.Fatal(err)
			}
		}
		read, err := ReadClock(c.text)
		var at time.Time
		if err == nil {
			at, err = read.In(zone, c.end)
		}
		if err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s in %s: %v, want %s", c.text, c.zone, err, c.want)
			}
			continue
		}
		if CanonicalTime(at) != c.want {
			t.Errorf("%s in %s: %s, want %s", c.text, c.zone, CanonicalTime(at), c.want)
		}
	}
}

// TestLawClocks: a time that is read, written and read again is the same instant, and never beyond
// the year 9999.
func TestLawClocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, LatestInstant.Unix()+1_000_000).Draw(t, "seconds"), 0).UTC()
		zone := time.FixedZone("", rapid.IntRange(-14, 14).Draw(t, "hours")*3600)
		text := at.In(zone).Format(rapid.SampledFrom([]string{"2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05-0700", "2006-01-02"}).Draw(t, "layout"))
		read, err := ReadClock(text)
		if at.In(zone).Year() > 9999 || at.In(zone).Year() < 1970 {
			if err == nil {
				t.Fatalf("%s is read", text)
			}
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		found, err := read.In(zone, true)
		if err != nil || found.After(LatestInstant) {
			t.Fatalf("%s: %v, %v", text, found, err)
		}
		again, ok := ReadInstant(CanonicalTime(found))
		if !ok || !again.Equal(found) {
			t.Errorf("%s is %v, and read again %v", text, found, again)
		}
	})
}

func TestReadInstant(t *testing.T) {
	for text, want := range map[string]string{
		"2026-07-01T00:00:00.000000Z": "2026-07-01T00:00:00Z", " 2026-07-01T02:00:00+02:00": "2026-07-01T00:00:00Z",
		"+010000-01-01T00:00:00.000Z": "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z": "9999-12-31T23:59:59Z",
		"+002026-07-01T00:00:00Z": "", "soon": "", "2026-07-01": "",
	} {
		at, ok := ReadInstant(text)
		if ok != (want != "") || ok && CanonicalTime(at) != want {
			t.Errorf("%q: %v, %t", text, at, ok)
		}
	}
}
