package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"keyroster/providers/httpapi"
)

// mayWrite reports whether this user may write to a folder, or make it. It
// writes nothing itself.
func mayWrite(folder string) error {
	for path := filepath.Clean(folder); ; path = filepath.Dir(path) {
		err := unix.Access(path, unix.W_OK|unix.X_OK)
		if errors.Is(err, fs.ErrNotExist) && path != filepath.Dir(path) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s cannot be written: %w", path, err)
		}
		return nil
	}
}

// freeSpace is the number of bytes that this user may still write to a folder,
// or to where it would be made.
func freeSpace(folder string) (uint64, error) {
	for path := filepath.Clean(folder); ; path = filepath.Dir(path) {
		var stat unix.Statfs_t
		err := unix.Statfs(path, &stat)
		if errors.Is(err, fs.ErrNotExist) && path != filepath.Dir(path) {
			continue
		}
		return stat.Bavail * uint64(stat.Bsize), err
	}
}

// tokenFile looks at the secrets, and at the file of a token that changes at
// every use: it must be readable by this user alone and replaceable.
func (e *examination) tokenFile(ctx context.Context, a *app) {
	if e.config.Sandbox != nil && len(e.config.Auth) == 0 {
		e.ok("secrets", "the embedded sandbox has its own")
		return
	}
	auth, warnings, err := e.config.ResolveAuth(ctx, a.getenv)
	if err != nil {
		e.fail("secrets", &failure{code: exitUsage, err: err, hint: "set what the configuration's auth section refers to"})
		return
	}
	e.ok("secrets", "%d resolved", len(auth))
	for _, w := range warnings {
		e.warn("secrets", "chmod 600 it", "%s", w)
	}
	for _, form := range e.spec.Auth {
		for _, m := range form.Members {
			if path, given := auth[m.Name]; given && m.Path {
				e.token(path.Reveal())
			}
		}
	}
}

func (e *examination) token(path string) {
	token, err := httpapi.ReadTokenFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.fail("token file", fail(exitAuth, "keyroster login --account "+e.config.Name, "there is no %s", path))
		return
	case err != nil:
		e.fail("token file", &failure{code: exitAuth, err: err})
		return
	}
	if err := mayWrite(filepath.Dir(path)); err != nil {
		e.fail("token file", fail(exitAuth, "a refreshed token takes the old one's place: give this user the right to write there", "%v", err))
		return
	}
	says := path + " can be read and replaced"
	if token.Scope != "" {
		says += "; scopes " + token.Scope
	}
	e.ok("token file", "%s", says)
	if token.Refresh.IsZero() {
		e.warn("token file", "keyroster login --account "+e.config.Name, "it holds no refresh token, so that the login ends with its access token")
	}
}

// hostClock learns from answers how far this machine's clock is from the
// host's. It is safe for concurrent use.
type hostClock struct {
	mu    sync.Mutex
	known bool
	// behind is how much later it is at the host, at least.
	behind time.Duration
}

func (c *hostClock) observe(event httpapi.Event) {
	if event.Date.IsZero() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// The header was made while the call was under way, and has no fractions.
	now := time.Now()
	earliest, latest := now.Add(-event.Duration-time.Second), now
	c.known = true
	switch {
	case event.Date.After(latest):
		c.behind = event.Date.Sub(latest)
	case event.Date.Before(earliest):
		c.behind = event.Date.Sub(earliest)
	default:
		c.behind = 0
	}
}

// A clock that is off by more than the first is worth a look; by more than the
// second, tokens look valid that are not.
const (
	clockDoubt = 15 * time.Second
	clockWrong = 5 * time.Minute
)

func (e *examination) clock(c *hostClock) {
	c.mu.Lock()
	defer c.mu.Unlock()
	const remedy = "let this machine keep its time by NTP (timedatectl set-ntp true)"
	behind, word := c.behind.Round(time.Second), "behind"
	if behind < 0 {
		behind, word = -behind, "ahead of"
	}
	switch {
	case !c.known:
	case behind > clockWrong:
		e.fail("clock", fail(exitError, remedy, "this machine is %s %s the host", inWords(behind), word))
	case behind > clockDoubt:
		e.warn("clock", remedy, "this machine is %s %s the host", inWords(behind), word)
	default:
		e.ok("clock", "agrees with the host's")
	}
}
