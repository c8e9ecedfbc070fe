package night_test

import (
	"strings"
	"testing"
	"time"

	"keyroster/io/configio/night"
)

func TestSchedulesThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "has five fields",
		"30 1 * *":                         "has five fields",
		"0 30 1 * * *":                     "five fields and no seconds",
		"30 1 * * * * *":                   "has five fields",
		"@daily":                           "not a keyword with @",
		" @every 24h":                      "not a keyword with @",
		"CRON_TZ=Europe/London 30 1 * * *": "set time_zone in the account",
		"TZ=UTC 30 1 * * *":                "set time_zone in the account",
		"TZ=UTC":                           "set time_zone in the account",
		"CRON_TZ=":                         "set time_zone in the account",
		"30 1 TZ=UTC * *":                  "set time_zone in the account",
		"* 1 * * *":                        "one time of day",
		"30 * * * *":                       "one time of day",
		"*/30 1 * * *":                     "one time of day",
		"0,30 1 * * *":                     "one time of day",
		"30 1-2 * * *":                     "one time of day",
		"30 1/12 * * *":                    "one time of day",
		"60 1 * * *":                       "begins with the minute, from 0 to 59",
		"30 24 * * *":                      "and the hour, from 0 to 23",
		"-1 1 * * *":                       "begins with the minute",
		"+5 1 * * *":                       "one time of day",
		"030 1 * * *":                      "one time of day",
		"30 1 0 * *":                       "the day of the month of a schedule is *, or numbers from 1 to 31",
		"30 1 32 * *":                      "the day of the month",
		"30 1 , * *":                       "the day of the month",
		"30 1 1,,2 * *":                    "the day of the month",
		"30 1 5-1 * *":                     "the day of the month",
		"30 1 *-5 * *":                     "the day of the month",
		"30 1 ? * *":                       "the day of the month",
		"30 1 L * *":                       "the day of the month",
		"30 1 */0 * *":                     "the day of the month",
		"30 1 1/99999999999999999999 * *":  "the day of the month",
		"30 1 @daily * *":                  "the day of the month",
		"30 1 * 13 *":                      "the month of a schedule",
		"30 1 * JANUARY *":                 "the month of a schedule",
		"30 1 * * 7": "the day of the week of a schedule is *, or numbers from 0, " +
			"which is Sunday, to 6",
		"30 1 * * MON#1":       "the day of the week",
		"30 1 30 2 *":          "an existing day",
		"30 1 31 2,4,6,9,11 *": "an existing day",
	} {
		if s, err := night.Parse(text, time.UTC); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v %v, want %s", text, s, err, want)
		}
	}
}

// TestDays: the fields for days mean what they mean to cron, pitfalls included.
func TestDays(t *testing.T) {
	for text, want := range map[string]string{
		"30 1 * * *":         "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31",
		" 30\t1  * * * ":     "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31",
		"30 1 31 * *":        "31",
		"05 01 1,15 * *":     "01 15",
		"30 1 */10 * *":      "01 11 21 31",
		"30 1 25/3 * *":      "25 28 31",
		"30 1 * 3 mon":       "01 08 15 22 29",
		"30 1 * MAR SUN,sat": "06 07 13 14 20 21 27 28",
		"30 1 * 1-2,4-12 *":  "",
		"30 1 * * 1-5":       "01 02 03 04 05 08 09 10 11 12 15 16 17 18 19 22 23 24 25 26 29 30 31",
		"30 1 1-7 * MON":     "01 02 03 04 05 06 07 08 15 22 29",
		"30 1 1-31 * MON":    "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31",
		"30 1 */15 * MON":    "01 08 15 16 22 29 31",
		"30 1 13 * */3":      "03 06 07 10 13 14 17 20 21 24 27 28 31",
	} {
		s := parsed(t, text, "UTC")
		var got []string
		for _, n := range s.Between(at("2027-03-01T00:00:00Z").Add(-1), at("2027-03-31T23:59:59Z")) {
			got = append(got, n.Date[len("2027-03-"):])
		}
		if days := strings.Join(got, " "); days != want {
			t.Errorf("%s: %s, want %s", text, days, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"30 1 * * *", "TZ=", "CRON_TZ=UTC", "@every 1h", "30 1 */2 JAN-MAR MON,2", "0 0 29 2 *", "1 1 , , ,",
	} {
		f.Add(text)
	}
	zone := zoneOf(f, "Europe/London")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := night.Parse(text, zone)
		if err != nil {
			return
		}
		// Every schedule has a night in these eight years, even one for 29 February alone.
		from := at("2021-01-01T00:00:00Z")
		if nights := s.Between(from, from.AddDate(8, 0, 0)); len(nights) == 0 {
			t.Errorf("%q has no night", text)
		}
	})
}
