package night_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/configio/night"
)

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func parsed(t testing.TB, text, zone string) *night.Schedule {
	t.Helper()
	s, err := night.Parse(text, zoneOf(t, zone))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func at(text string) time.Time {
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return when
}

// due returns the nights with their instants in UTC.
func due(nights []night.Night) []string {
	out := make([]string, len(nights))
	for i, n := range nights {
		out[i] = n.Date + " " + n.Due.UTC().Format("2006-01-02T15:04Z")
	}
	return out
}

// TestChangesOfClocks covers the days on which clocks change, and those next to them.
func TestChangesOfClocks(t *testing.T) {
	for name, test := range map[string]struct {
		zone, text, from, until string
		want                    []string
	}{
		"skipped": {"Europe/London", "30 1 * * *", "2027-03-27", "2027-03-30", []string{
			"2027-03-27 2027-03-27T01:30Z", "2027-03-28 2027-03-28T01:00Z", "2027-03-29 2027-03-29T00:30Z",
		}},
		"the first minute skipped": {"Europe/London", "0 1 28 3 *", "2027-03-20", "2027-04-02", []string{
			"2027-03-28 2027-03-28T01:00Z",
		}},
		"after the gap": {"Europe/London", "0 2 * * *", "2027-03-28", "2027-03-29", []string{
			"2027-03-28 2027-03-28T01:00Z",
		}},
		"twice": {"Europe/London", "30 1 * * *", "2027-10-30", "2027-11-02", []string{
			"2027-10-30 2027-10-30T00:30Z", "2027-10-31 2027-10-31T00:30Z", "2027-11-01 2027-11-01T01:30Z",
		}},
		"the first minute twice": {"Europe/London", "0 1 31 10 *", "2027-10-20", "2027-11-02", []string{
			"2027-10-31 2027-10-31T00:00Z",
		}},
		"after what comes twice": {"Europe/London", "0 2 * * *", "2027-10-31", "2027-11-01", []string{
			"2027-10-31 2027-10-31T02:00Z",
		}},
		"half an hour skipped": {"Australia/Lord_Howe", "15 2 4 10 *", "2026-10-01", "2026-10-09", []string{
			"2026-10-04 2026-10-03T15:30Z",
		}},
		"half an hour twice": {"Australia/Lord_Howe", "45 1 5 4 *", "2026-04-01", "2026-04-09", []string{
			"2026-04-05 2026-04-04T14:45Z",
		}},
		"before that half an hour": {"Australia/Lord_Howe", "15 1 5 4 *", "2026-04-01", "2026-04-09", []string{
			"2026-04-05 2026-04-04T14:15Z",
		}},
		"midnight skipped": {"America/Havana", "30 0 8 3 *", "2026-03-01", "2026-03-19", []string{
			"2026-03-08 2026-03-08T05:00Z",
		}},
		"after midnight twice": {"America/Havana", "30 0 1 11 *", "2026-10-30", "2026-11-09", []string{
			"2026-11-01 2026-11-01T04:30Z",
		}},
		"midnight itself skipped": {"Asia/Beirut", "0 0 29 3 *", "2026-03-20", "2026-04-02", []string{
			"2026-03-29 2026-03-28T22:00Z",
		}},
		"before midnight twice": {"Asia/Beirut", "30 23 24 10 *", "2026-10-20", "2026-10-29", []string{
			"2026-10-24 2026-10-24T20:30Z",
		}},
		"midnight comes once": {"Asia/Beirut", "0 0 25 10 *", "2026-10-20", "2026-10-29", []string{
			"2026-10-25 2026-10-24T22:00Z",
		}},
		"the end of a day skipped": {"America/Nuuk", "30 23 * * *", "2027-03-27", "2027-03-30", []string{
			"2027-03-26 2027-03-27T01:30Z", "2027-03-27 2027-03-28T01:00Z", "2027-03-28 2027-03-29T00:30Z",
		}},
		"put back over midnight": {"America/St_Johns", "0 0 * * *", "2010-11-07", "2010-11-08", []string{
			"2010-11-07 2010-11-07T02:30Z",
		}},
		"a date that does not exist": {"Pacific/Apia", "30 1 * * *", "2011-12-29", "2011-12-31", []string{
			"2011-12-29 2011-12-29T11:30Z", "2011-12-31 2011-12-30T11:30Z",
		}},
		"another one": {"Pacific/Kwajalein", "0 0 21 8 *", "1992-01-01", "1995-01-01", []string{
			"1992-08-21 1992-08-21T12:00Z", "1994-08-21 1994-08-20T12:00Z",
		}},
		"the end of leap years": {"Australia/Lord_Howe", "30 23 31 12 *", "2040-01-01", "2049-01-01", []string{
			"2040-12-31 2040-12-31T12:30Z", "2041-12-31 2041-12-31T12:30Z", "2042-12-31 2042-12-31T12:30Z",
			"2043-12-31 2043-12-31T12:30Z", "2044-12-31 2044-12-31T12:30Z", "2045-12-31 2045-12-31T12:30Z",
			"2046-12-31 2046-12-31T12:30Z", "2047-12-31 2047-12-31T12:30Z", "2048-12-31 2048-12-31T12:30Z",
		}},
		"leap years": {"UTC", "0 3 29 2 *", "2088-03-01", "2109-01-01", []string{
			"2092-02-29 2092-02-29T03:00Z", "2096-02-29 2096-02-29T03:00Z",
			"2104-02-29 2104-02-29T03:00Z", "2108-02-29 2108-02-29T03:00Z",
		}},
	} {
		s := parsed(t, test.text, test.zone)
		got := due(s.Between(at(test.from+"T00:00:00Z"), at(test.until+"T00:00:00Z")))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s in %s\n%s", name, test.text, test.zone, diff)
		}
	}
}

func TestDatesWithoutANight(t *testing.T) {
	for _, test := range []struct{ zone, text, date string }{
		{"UTC", "30 1 * * 1", "2027-03-28"},
		{"UTC", "30 1 * * *", "2027-02-29"},
		{"UTC", "30 1 * * *", "2027-3-1"},
		{"UTC", "30 1 * * *", "yesterday"},
		{"UTC", "30 1 * * *", ""},
		{"Pacific/Apia", "30 1 * * *", "2011-12-30"},
	} {
		if when, ok := parsed(t, test.text, test.zone).On(test.date); ok {
			t.Errorf("%v is due at %s", test, when)
		}
	}
	when, ok := parsed(t, "30 1 * * *", "Europe/London").On("2027-03-28")
	if !ok || when.Format(time.RFC3339) != "2027-03-28T02:00:00+01:00" {
		t.Errorf("%s %v", when, ok)
	}
}

func TestLatest(t *testing.T) {
	for _, test := range []struct{ zone, text, now, want string }{
		{"Europe/London", "30 1 * * *", "2027-06-10T00:30:00Z", "2027-06-10 2027-06-10T00:30Z"},
		{"Europe/London", "30 1 * * *", "2027-06-10T00:29:59Z", "2027-06-09 2027-06-09T00:30Z"},
		{"Europe/London", "30 1 * * *", "2027-03-28T00:59:59Z", "2027-03-27 2027-03-27T01:30Z"},
		{"Europe/London", "30 1 * * *", "2027-10-31T01:30:00Z", "2027-10-31 2027-10-31T00:30Z"},
		{"Pacific/Kiritimati", "30 1 * * *", "2027-06-09T11:30:00Z", "2027-06-10 2027-06-09T11:30Z"},
		{"Pacific/Apia", "30 1 * * *", "2011-12-30T11:29:00Z", "2011-12-29 2011-12-29T11:30Z"},
		// Clocks show 6 November again, although the night of the 7th has begun.
		{"America/St_Johns", "0 0 * * *", "2010-11-07T02:45:00Z", "2010-11-07 2010-11-07T02:30Z"},
		{"UTC", "0 0 1 * *", "2027-03-31T23:59:59Z", "2027-03-01 2027-03-01T00:00Z"},
		{"UTC", "0 0 1 1 *", "2027-02-10T00:00:00Z", "2027-01-01 2027-01-01T00:00Z"},
		{"UTC", "0 0 1 1 *", "2027-02-11T00:00:00Z", ""},
	} {
		var got []night.Night
		if date, when, ok := parsed(t, test.text, test.zone).Latest(at(test.now)); ok {
			got = append(got, night.Night{Date: date, Due: when})
		}
		want := []string{test.want}
		if test.want == "" {
			want = nil
		}
		if !slices.Equal(due(got), want) {
			t.Errorf("%s in %s at %s: %v, want %v", test.text, test.zone, test.now, due(got), want)
		}
	}
}
