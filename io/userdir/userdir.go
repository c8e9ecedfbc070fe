// Package userdir knows the folders in a user's home where programs keep their files: those of
// freedesktop.org, and the usual ones on Windows.
package userdir

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// Place is one of the folders.
type Place struct {
	variable, below, windows string
}

// The places: for the configuration, and for what outlives a run but stays on this machine.
var (
	Config = Place{"XDG_CONFIG_HOME", ".config", "APPDATA"}
	State  = Place{"XDG_STATE_HOME", filepath.Join(".local", "state"), "LOCALAPPDATA"}
)

// In is the path of name in the folder, which need not exist; empty where the environment has
// no such folder.
func (p Place) In(getenv func(string) string, name string) string {
	return p.in(runtime.GOOS, getenv, name)
}

func (p Place) in(system string, getenv func(string) string, name string) string {
	if base := getenv(p.variable); filepath.IsAbs(base) {
		return filepath.Join(base, name)
	}
	home, below := "HOME", p.below
	if system == "windows" {
		home, below = p.windows, ""
	}
	if base := getenv(home); filepath.IsAbs(base) {
		return filepath.Join(base, below, name)
	}
	return ""
}

// Spell is the path of name as help texts spell it, such as $XDG_STATE_HOME/keyroster.
func (p Place) Spell(name string) string { return p.spell(runtime.GOOS, name) }

func (p Place) spell(system, name string) string {
	if system == "windows" {
		return "%" + p.windows + `%\` + strings.ReplaceAll(name, "/", `\`)
	}
	return "$" + p.variable + "/" + name
}

// Missing says why there is no such folder.
func (p Place) Missing() string { return p.missing(runtime.GOOS) }

func (p Place) missing(system string) string {
	if system == "windows" {
		return p.windows + " is not set"
	}
	return fmt.Sprintf("neither %s nor HOME is set", p.variable)
}
