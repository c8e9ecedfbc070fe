package terminal

import (
	"context"
	"os/exec"
	"runtime"
	"strings"
)

// Browse opens an address in the person's browser, and reports whether there was one to
// start: the first of $BROWSER, else the desktop's own. It does not wait for the
// browser, which outlives ctx and the command.
func Browse(ctx context.Context, getenv func(string) string, address string) bool {
	words := browser(getenv)
	if words == nil {
		return false
	}
	words = place(words, address)
	cmd := exec.CommandContext(context.WithoutCancel(ctx), words[0], words[1:]...)
	if cmd.Start() != nil {
		return false
	}
	go func() { _ = cmd.Wait() }()
	return true
}

// place puts an address in a command where %s stands, else at its end.
func place(words []string, address string) []string {
	placed := false
	for i := range words {
		if strings.Contains(words[i], "%s") {
			words[i], placed = strings.ReplaceAll(words[i], "%s", address), true
		}
	}
	if !placed {
		words = append(words, address)
	}
	return words
}

// browser is the command that opens an address, nil for none.
func browser(getenv func(string) string) []string {
	first, _, _ := strings.Cut(getenv("BROWSER"), ":")
	if words := strings.Fields(first); len(words) > 0 {
		return words
	}
	name := ""
	switch {
	case runtime.GOOS == "darwin":
		name = "open"
	case getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != "":
		name = "xdg-open"
	}
	if path, err := exec.LookPath(name); name != "" && err == nil {
		return []string{path}
	}
	return nil
}
