package night

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

var (
	errZone = errors.New("a schedule cannot contain a time zone: remove it, and set time_zone in the account")
	errForm = errors.New("a schedule has five fields: minute, hour, day of the month, month, day of the week, " +
		"such as 30 1 * * *")
	errSeconds = errors.New("a schedule has five fields and no seconds: minute, hour, day of the month, month, " +
		"day of the week")
	errWord = errors.New("a schedule has five fields, such as 30 1 * * *, not a keyword with @")
	errMore = errors.New("a schedule has one time of day, because an account has one night a day: " +
		"write one number for the minute and one for the hour, such as 30 1 * * *")
	errNever = errors.New("a schedule must match an existing day: this one matches none")
)

// Forms of a field. They exclude what the parser accepts and no user means, such as *-5
// or a comma without a number beside it.
var (
	oneNumber = regexp.MustCompile(`^[0-9]{1,2}$`)
	dayList   = regexp.MustCompile(`^` + dayItem + `(,` + dayItem + `)*$`)
)

const dayItem = `(\*|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]{1,3})?`

// dayFields are the fields that name days, in the order of a schedule.
var dayFields = []struct {
	name, takes string
	option      cron.ParseOption
}{
	{"day of the month", "from 1 to 31", cron.Dom},
	{"month", "from 1 to 12, or JAN to DEC", cron.Month},
	{"day of the week", "from 0, which is Sunday, to 6, or SUN to SAT", cron.Dow},
}

// fields reads the five fields into a time of the day and the days that have a night. The
// errors do not quote the text.
func fields(text string) (clock time.Duration, days cron.Schedule, err error) {
	all := strings.Fields(text)
	switch {
	case strings.Contains(text, "TZ="):
		return 0, nil, errZone
	case strings.HasPrefix(strings.TrimSpace(text), "@"):
		return 0, nil, errWord
	case len(all) == 6:
		return 0, nil, errSeconds
	case len(all) != 5:
		return 0, nil, errForm
	}
	if clock, err = timeOfDay(all[0], all[1]); err != nil {
		return 0, nil, err
	}
	for i, f := range dayFields {
		field := all[2+i]
		_, err := cron.NewParser(f.option).Parse(field)
		if err != nil || !dayList.MatchString(field) {
			return 0, nil, fmt.Errorf("the %s of a schedule is *, or numbers %s, with commas, - and /", f.name, f.takes)
		}
	}
	days, err = cron.NewParser(cron.Dom | cron.Month | cron.Dow).Parse(strings.Join(all[2:], " "))
	if err != nil {
		return 0, nil, errForm
	}
	// The parser's own search ends after five years. The five from 2000 on contain every day.
	if days.Next(time.Date(1999, time.December, 31, 0, 0, 0, 0, time.UTC)).IsZero() {
		return 0, nil, errNever
	}
	return clock, days, nil
}

func timeOfDay(minute, hour string) (time.Duration, error) {
	if _, err := cron.NewParser(cron.Minute | cron.Hour).Parse(minute + " " + hour); err != nil {
		return 0, errors.New("a schedule begins with the minute, from 0 to 59, and the hour, from 0 to 23")
	}
	if !oneNumber.MatchString(minute) || !oneNumber.MatchString(hour) {
		return 0, errMore
	}
	at, err := time.ParseDuration(hour + "h" + minute + "m")
	return at, err
}
