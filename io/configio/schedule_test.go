package configio_test

import (
	"strings"
	"testing"
	"time"

	"keyroster/io/configio"
)

func TestSchedules(t *testing.T) {
	const zone, roster = "time_zone: Europe/London", "roster: [a.csv]"
	c := loaded(t, fleetLines+
		"defaults: {doorflow: {schedule: '15 3 * * *', start_within: 90m, time_zone: UTC}}\naccounts:\n"+
		"  own: {provider: seam, auth: {api_key: env:K}, schedule: 30 1 * * 1-5, "+zone+", "+roster+"}\n"+
		"  base: {provider: doorflow, auth: {api_key: env:K}, "+roster+"}\n"+
		"  some: {provider: doorflow, auth: {api_key: env:K}, "+roster+", start_within: 2h}\n"+
		"  hand: {provider: doorflow, auth: {api_key: env:K}, schedule: none}\n"+
		"  none: {provider: seam, auth: {api_key: env:K}}\n")
	if len(c.Warnings) > 0 {
		t.Errorf("warnings %v", c.Warnings)
	}
	for name, want := range map[string]struct {
		schedule string
		within   time.Duration
	}{
		"own":  {"30 1 * * 1-5", configio.DefaultStartWithin},
		"base": {"15 3 * * *", 90 * time.Minute},
		"some": {"15 3 * * *", 2 * time.Hour},
		"hand": {}, "none": {},
	} {
		if a := c.Accounts[name]; a.Schedule != want.schedule || a.StartWithin != want.within {
			t.Errorf("%s: %q %s, want %v", name, a.Schedule, a.StartWithin, want)
		}
	}
}

func TestWhatAWorkerLacks(t *testing.T) {
	for lines, want := range map[string][]string{
		"schedule: 30 1 * * *, roster: a.csv": {"3:3: the account `a` has a `schedule` and no `time_zone`; write its zone"},
		"schedule: 30 1 * * *, time_zone: UTC": {
			"3:3: the account `a` has a `schedule` and no `roster`; " +
				"write the `roster:` that a worker should apply, or `schedule: none`",
		},
		"schedule: 30 1 * * *, time_zone: UTC, roster: []": {
			"3:3: the account `a` has a `schedule` and no `roster`",
		},
		"schedule: 30 1 * * *, time_zone: UTC, roster: [a.csv, -]": {
			"3:3: the account `a` has a `schedule` and `-` as its roster; a worker has no standard input",
		},
		"schedule: 30 1 * * *, time_zone: Mars, roster: a.csv": {"3:…unknown time zone `Mars`"},
		"schedule: 30 1 * *, time_zone: UTC, roster: a.csv": {
			"3:…`schedule` cannot be read; a schedule has five fields",
		},
		"start_within: 2h": {"3:53: `start_within` has no effect without a `schedule`; add one, or remove it"},
	} {
		hasProblems(t, fleetLines+"accounts:\n  a: {provider: doorflow, auth: {api_key: env:KEY}, "+lines+"}\n", want...)
	}
	// A mistake in one account stops that account alone.
	c, _, err := tree(t, map[string]string{
		"keyroster.yaml": fleetLines + hq + "  b: {provider: seam, auth: {api_key: env:K}, schedule: 30 1 * * *}\n",
	})
	if err != nil || c.Broken("b") == nil || c.Broken("hq") != nil {
		t.Errorf("%v %v", c, err)
	}
}

// TestScheduleIsNotQuoted: any text may be in the place of a schedule, so no message quotes it.
func TestScheduleIsNotQuoted(t *testing.T) {
	for _, text := range []string{"pl4nted", "30 1 * * pl4nted", "CRON_TZ=pl4nted 30 1 * * *", "pl4nted 1 * * *"} {
		_, err := load(t, fleetLines+strings.TrimSuffix(hq, "}\n")+", roster: a.csv, time_zone: UTC, schedule: '"+text+"'}\n")
		if err == nil || strings.Contains(err.Error(), "pl4nted") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestScheduleWithoutFleet(t *testing.T) {
	const nightly = "provider: seam, auth: {api_key: env:K}, roster: a.csv, time_zone: UTC, schedule: 30 1 * * *"
	c := loaded(t, "accounts:\n  a: {"+nightly+"}\n  b: {"+nightly+"}\n")
	if len(c.Warnings) != 1 || c.Warnings[0].Line != 2 ||
		c.Warnings[0].String() != "`schedule` has no effect without `fleet`: only a fleet's workers run by schedule; "+
			"add `fleet:`, or run keyroster apply from a timer" || c.Accounts["b"].Schedule != "30 1 * * *" {
		t.Errorf("%+v", c.Warnings)
	}
	// It does not matter where in the file the fleet is.
	if c = loaded(t, "accounts:\n  a: {"+nightly+"}\n"+fleetLines); len(c.Warnings) > 0 {
		t.Errorf("%+v", c.Warnings)
	}
}
