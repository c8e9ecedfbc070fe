package configio_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keyroster/io/configio"
)

const fleetLines = "fleet: {database: env:KEYROSTER_DATABASE, key: file:fleet.key}\n"

func TestFleet(t *testing.T) {
	if f := loaded(t, hq).Fleet; f != nil {
		t.Errorf("a fleet of nothing: %+v", f)
	}
	f := loaded(t, fleetLines+hq).Fleet
	if f.Database.String() != "env:KEYROSTER_DATABASE" || f.Key.String() != "file:fleet.key" ||
		f.Lease != configio.DefaultLease || f.Slots != configio.DefaultSlots || len(f.Rates) != 0 {
		t.Errorf("%+v", f)
	}
	f = loaded(t, hq+"fleet:\n  database: exec:pass show db\n  key: env:K\n  lease: 15s\n  slots: 1000\n"+
		"  rates: {doorflow: 20/s, seam: 600/m}\n").Fleet
	if f.Lease != 15*time.Second || f.Slots != 1000 || f.Rates["doorflow"] != "20/s" || f.Rates["seam"] != "600/m" {
		t.Errorf("%+v", f)
	}
}

// fleetProblems maps lines with a fleet to what is wrong with them.
var fleetProblems = map[string][]string{
	"fleet:": {"1:7: `fleet` is empty"},
	"fleet: {}": {
		"1:8: `fleet` has no `database`", "1:8: `fleet` has no `key`; for example `key: file:fleet.key`",
	},
	"fleet: {key: env:K}": {
		"1:8: `fleet` has no `database`; for example `database: env:KEYROSTER_DATABASE`",
	},
	"fleet: {database: env:D}":          {"1:8: `fleet` has no `key`"},
	"fleet: {database: env:D, keey: k}": {"1:8: `fleet` has no `key`", "1:26: unknown key `keey`; did you mean `key`?"},
	"fleet: {database: env:D, key: }":   {"1:…`key` is empty"},
	"fleet: {database: 'env:a b', key: env:K}": {
		"1:19: `database`: what follows env: is not the name of an environment variable",
	},
	"fleet: {database: 'postgres://k:pl4nted@db.example.com/keyroster', key: pl4nted}": {
		"1:19: `database` must not be written in this file; store the secret elsewhere and refer to it: " +
			"`database: env:KEYROSTER_DATABASE`",
		"1:73: `key` must not be written in this file; store the secret elsewhere and refer to it: " +
			"`key: env:KEYROSTER_FLEET_KEY`",
	},
	"fleet: {database: env:D, key: env:K, lease: 14s}": {
		"1:45: `lease` is shorter than 15s; write at least 15s",
	},
	"fleet: {database: env:D, key: env:K, lease: 30}": {"1:45: `lease` must be a duration"},
	"fleet: {database: env:D, key: env:K, slots: 0}": {
		"1:45: `slots` must be a whole number from 1 to 1000",
	},
	"fleet: {database: env:D, key: env:K, slots: 1001}": {
		"1:45: `slots` must be a whole number from 1 to 1000",
	},
	"fleet: {database: env:D, key: env:K, rates: 20/s}": {"1:45: `rates` must be a section"},
	"fleet: {database: env:D, key: env:K, rates: {doorflw: 20/s}}": {
		"1:46: unknown key `doorflw`; did you mean `doorflow`?",
	},
	"fleet: {database: env:D, key: env:K, rates: {seam: none}}": {
		"1:52: `seam` cannot be `none`; a rate is N/s or N/m, such as 20/s",
	},
	"fleet: {database: env:D, key: env:K, rates: {seam: 20}}": {"1:52: `seam` cannot be `20`"},
}

func TestFleetProblems(t *testing.T) {
	for lines, want := range fleetProblems {
		t.Run(lines, func(t *testing.T) {
			hasProblems(t, lines+"\n"+hq, want...)
			// A pattern cannot tell that a duration is too short.
			if err := fits(t, lines+"\n"+hq); (err == nil) != (lines == "fleet: {database: env:D, key: env:K, lease: 14s}") {
				t.Errorf("the schema says %v", err)
			}
		})
	}
}

func TestFleetStandsInTheFirstFileAlone(t *testing.T) {
	c, dir, err := tree(t, map[string]string{
		"keyroster.yaml": hq + "include: more.yaml\n", "more.yaml": fleetLines + lab,
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "more.yaml")
	wrong := c.Broken(path)
	if wrong == nil || !strings.HasPrefix(wrong.Error(),
		path+":1:1: `fleet` is not allowed in an included file; move it to ") {
		t.Errorf("%v %v", c.Names(), wrong)
	}
}
