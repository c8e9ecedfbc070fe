package draft

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

func limit(t testing.TB, name, value string) reconcile.Limit {
	t.Helper()
	l, err := reconcile.ParseLimit(name, value)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLimitsCountOverTheConfiguration(t *testing.T) {
	config := reconcile.Limits{"update": limit(t, "update", "10%"), "delete": limit(t, "delete", "3")}
	got, err := limitsOf(config, []string{"update=40%", "31.update=2", "create=7"})
	if err != nil {
		t.Fatal(err)
	}
	want := reconcile.Limits{
		"update": limit(t, "update", "40%"), "delete": limit(t, "delete", "3"), "create": limit(t, "create", "7"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if config["update"] != limit(t, "update", "10%") || len(config) != 2 {
		t.Errorf("the configuration changed: %v", config)
	}

	kinds := map[string]reconcile.Limits{"31": {"update": limit(t, "update", "5")}}
	types, err := typeLimitsOf(kinds, []string{"update=40%", "31.update=2", "v1.2.delete=1"})
	if err != nil {
		t.Fatal(err)
	}
	wantTypes := map[string]reconcile.Limits{
		"31": {"update": limit(t, "update", "2")}, "v1.2": {"delete": limit(t, "delete", "1")},
	}
	if diff := cmp.Diff(wantTypes, types); diff != "" {
		t.Error(diff)
	}
	if kinds["31"]["update"] != limit(t, "update", "5") {
		t.Errorf("the configuration changed: %v", kinds)
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	shapeHint := `for example --accept-shape "Proximity card=digits:8-10"`
	tests := []struct {
		name       string
		options    Options
		text, hint string
	}{
		{name: "none"},
		{name: "right ones", options: Options{Limits: []string{"update=1", "31.delete=2%"}, Shapes: []string{"card=digits:8"}}},
		{
			name: "no value", options: Options{Limits: []string{"update"}},
			text: `--limit takes NAME=VALUE, not "update"`, hint: "for example --limit update=40%",
		},
		{
			name: "a limit of no type", options: Options{Limits: []string{"31.invalid=2"}},
			text: "limit invalid cannot be set for a single type; those that can: update, create, delete, move",
		},
		{name: "no shape", options: Options{Shapes: []string{"card"}}, text: `--accept-shape takes TYPE=SHAPE, not "card"`, hint: shapeHint},
		{name: "no type", options: Options{Shapes: []string{" =hex:8"}}, text: `--accept-shape takes TYPE=SHAPE, not " =hex:8"`, hint: shapeHint},
		{
			name: "two contradict", options: Options{Prune: true, Holders: []string{"501"}},
			text: "--prune and --holder cannot be used together",
			hint: "--prune covers the whole account, --holder only some people",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.options.Check()
			if err == nil {
				err = test.options.Consistent()
			}
			wantFailure(t, err, failure.Usage, test.text, test.hint)
		})
	}
}

func TestWhatOptionsLift(t *testing.T) {
	o := Options{
		Limits: []string{"update=1"}, AcceptEmpty: true, OldRoster: "holidays",
		ShrunkenListing: "a site", ShrunkenRoster: "a roster",
	}
	want := []reportio.Override{
		{Name: "limit", Value: "update=1"},
		{Name: "accept-empty", Value: "true"},
		{Name: "accept-shrunken-listing", Value: "true", Reason: "a site"},
		{Name: "accept-shrunken-roster", Value: "true", Reason: "a roster"},
		{Name: "accept-old-roster", Value: "true", Reason: "holidays"},
	}
	if diff := cmp.Diff(want, o.lifted()); diff != "" {
		t.Error(diff)
	}
	if none := (&Options{}).lifted(); none != nil {
		t.Errorf("%v for no option", none)
	}
}
