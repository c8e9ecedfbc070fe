package userdir

import (
	"maps"
	"path/filepath"
	"testing"
)

func TestPlaces(t *testing.T) {
	root, err := filepath.Abs(string(filepath.Separator)) // C:\ on Windows
	if err != nil {
		t.Fatal(err)
	}
	at := func(parts ...string) string { return filepath.Join(append([]string{root}, parts...)...) }
	home := map[string]string{"HOME": at("home"), "LOCALAPPDATA": at("local"), "APPDATA": at("roaming")}
	with := func(name, value string) map[string]string {
		env := maps.Clone(home)
		env[name] = value
		return env
	}
	for _, c := range []struct {
		place  Place
		system string
		env    map[string]string
		want   string
	}{
		{State, "linux", home, at("home", ".local", "state", "keyroster")},
		{State, "darwin", home, at("home", ".local", "state", "keyroster")},
		{State, "windows", home, at("local", "keyroster")},
		{Config, "linux", home, at("home", ".config", "keyroster")},
		{Config, "windows", home, at("roaming", "keyroster")},
		{State, "linux", with("XDG_STATE_HOME", at("x")), at("x", "keyroster")},
		{State, "windows", with("XDG_STATE_HOME", at("x")), at("x", "keyroster")},
		{State, "linux", with("XDG_STATE_HOME", "relative"), at("home", ".local", "state", "keyroster")},
		{State, "linux", with("HOME", "relative"), ""},
		{State, "windows", with("LOCALAPPDATA", ""), ""},
		{Config, "windows", nil, ""},
	} {
		if got := c.place.in(c.system, func(name string) string { return c.env[name] }, "keyroster"); got != c.want {
			t.Errorf("%s on %s with %v: %q, want %q", c.place.variable, c.system, c.env, got, c.want)
		}
	}
}

func TestPlacesInWords(t *testing.T) {
	for got, want := range map[string]string{
		State.spell("linux", "keyroster"):    "$XDG_STATE_HOME/keyroster",
		State.spell("windows", "keyroster"):  `%LOCALAPPDATA%\keyroster`,
		Config.spell("windows", "keyroster"): `%APPDATA%\keyroster`,
		State.missing("linux"):               "neither XDG_STATE_HOME nor HOME is set",
		Config.missing("windows"):            "APPDATA is not set",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
