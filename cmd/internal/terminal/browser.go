package terminal

import (
	"context"
	"os/exec"
	"runtime"
	"strings"
)

// Browse opens an address in the user's browser, and reports whether one could be started: the
// first in $BROWSER, else the desktop's default. It does not wait for the browser, which
// outlives ctx and the command.
func Browse(ctx context.Context, getenv func(string) string, address string) bool {
	words := browser(runtime.GOOS, getenv)
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

// place replaces %s in a command with an address, or appends the address.
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

// browser is a system's command for opening an address, nil for none.
func browser(system string, getenv func(string) string) []string {
	if words := named(system, getenv("BROWSER")); words != nil {
		return words
	}
	var words []string
	switch {
	case system == "windows":
		words = []string{"rundll32", "url.dll,FileProtocolHandler"} // no shell reads the address
	case system == "darwin":
		words = []string{"open"}
	case getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != "":
		words = []string{"xdg-open"}
	default:
		return nil
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return nil
	}
	words[0] = path
	return words
}

// named is the first command in a list such as $BROWSER, nil for none. Windows paths contain
// colons and blanks, so commands there are separated by ; and may be quoted.
func named(system, list string) []string {
	if system != "windows" {
		first, _, _ := strings.Cut(list, ":")
		return nonempty(strings.Fields(first))
	}
	first, _, _ := strings.Cut(list, ";")
	var words []string
	for n, part := range strings.Split(first, `"`) {
		if n%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	return nonempty(words)
}

func nonempty(words []string) []string {
	if len(words) == 0 || words[0] == "" {
		return nil
	}
	return words
}
