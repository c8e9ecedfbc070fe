package main

import (
	"context"
	"os/exec"
	"runtime"
	"strings"
)

// browse opens an address in the person's browser, and reports whether there was
// one to start. It does not wait for it.
func (a *app) browse(ctx context.Context, address string) bool {
	words := a.browser()
	if words == nil {
		return false
	}
	placed := false
	for i := range words {
		if strings.Contains(words[i], "%s") {
			words[i], placed = strings.ReplaceAll(words[i], "%s", address), true
		}
	}
	if !placed {
		words = append(words, address)
	}
	// The browser outlives the command.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), words[0], words[1:]...)
	if cmd.Start() != nil {
		return false
	}
	go func() { _ = cmd.Wait() }()
	return true
}

// browser is the command that opens an address: the first of $BROWSER, else
// the desktop's own, nil for none.
func (a *app) browser() []string {
	first, _, _ := strings.Cut(a.getenv("BROWSER"), ":")
	if words := strings.Fields(first); len(words) > 0 {
		return words
	}
	name := ""
	switch {
	case runtime.GOOS == "darwin":
		name = "open"
	case a.getenv("DISPLAY") != "" || a.getenv("WAYLAND_DISPLAY") != "":
		name = "xdg-open"
	}
	if path, err := exec.LookPath(name); name != "" && err == nil {
		return []string{path}
	}
	return nil
}
