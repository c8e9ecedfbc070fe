package consent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"keyroster/providers"
	"keyroster/reconcile"
)

const (
	defaultRedirect = "http://127.0.0.1:0/callback"
	// pastePort is the port in a redirect that no process listens on.
	pastePort = "8765"
	// closing bounds how long the last page may take to leave.
	closing = 2 * time.Second
)

// receiver is the port that the browser brings the answer to.
type receiver struct {
	listener net.Listener
	path     string
}

// parseRedirect reads a redirect URI; empty is the default one.
func parseRedirect(text string) (*url.URL, error) {
	if text == "" {
		text = defaultRedirect
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf(
			"%w: the redirect must be a URL such as http://127.0.0.1:8765/callback",
			providers.ErrLoginConfig,
		)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%w: the redirect must hold no user, query or fragment", providers.ErrLoginConfig)
	case isLoopback(u) && u.Port() == "":
		return nil, fmt.Errorf(
			"%w: the redirect needs a port, such as http://127.0.0.1:8765/callback",
			providers.ErrLoginConfig,
		)
	case u.Scheme == "http" && !isLoopback(u):
		return nil, fmt.Errorf("%w: a redirect to another machine must use https", providers.ErrLoginConfig)
	}
	return u, nil
}

// isLoopback reports whether this machine can listen on the redirect.
func isLoopback(u *url.URL) bool {
	if u.Scheme != "http" {
		return false
	}
	if strings.EqualFold(u.Hostname(), "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return err == nil && addr.IsLoopback()
}

// listen opens the redirect's port; if that is 0, it sets the number of the one it got.
func listen(redirect *url.URL) (*receiver, error) {
	listener, err := net.Listen("tcp", redirect.Host)
	if errors.Is(err, inUse) {
		return nil, &reconcile.Failure{
			Class: reconcile.Unreachable, Reason: "listen for the consent: the port of " + redirect.Host + " is in use",
			Hint: "stop the program that listens there, use another registered address with --redirect, or use --paste",
		}
	}
	if err != nil {
		return nil, &reconcile.Failure{
			Class:  reconcile.Unreachable,
			Reason: "listen for the consent",
			Err:    err,
			Hint:   "use --paste",
		}
	}
	if redirect.Port() == "0" {
		port := listener.Addr().(*net.TCPAddr).Port
		redirect.Host = net.JoinHostPort(redirect.Hostname(), strconv.Itoa(port))
	}
	path := redirect.Path
	if path == "" {
		path = "/"
	}
	return &receiver{listener: listener, path: path}, nil
}

// serve answers the browser until stop is called. The first answer that read accepts or
// refuses is sent on the channel; stray visits and everything after it are not. A nil
// receiver receives nothing.
func (r *receiver) serve(read func(url.Values) (reconcile.Secret, error)) (answers <-chan answer, stop func()) {
	if r == nil {
		return nil, func() {}
	}
	found := make(chan answer, 1)
	server := &http.Server{
		Handler: r.handler(read, found), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10,
		ErrorLog: log.New(io.Discard, "", 0),
	}
	server.SetKeepAlivesEnabled(false)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(r.listener) // ends by stop alone
	}()
	return found, func() {
		ctx, cancel := context.WithTimeout(context.Background(), closing)
		defer cancel()
		// Browsers open connections in advance and leave them idle: those are cut.
		if server.Shutdown(ctx) != nil {
			_ = server.Close()
		}
		<-ended
	}
}

func (r *receiver) handler(read func(url.Values) (reconcile.Secret, error), found chan<- answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != r.path || req.Method != http.MethodGet {
			http.NotFound(w, req)
			return
		}
		code, err := read(req.URL.Query())
		if errors.Is(err, errNoAnswer) {
			page(w, http.StatusBadRequest, "Nothing to see here", "keyroster waits for the answer of a consent page.")
			return
		}
		if errors.Is(err, errOther) {
			// Anyone can send such a request: it must not end the login.
			page(
				w, http.StatusBadRequest, "Another login",
				"This answer belongs to another login. keyroster waits for the answer to its own.",
			)
			return
		}
		select {
		case found <- answer{code, err}:
		default: // an answer is there already
		}
		if err != nil {
			page(
				w, http.StatusBadRequest, "Not logged in",
				"The terminal that runs keyroster says why. You can close this page.",
			)
			return
		}
		page(w, http.StatusOK, "Consent received", "keyroster continues in its terminal. You can close this page.")
	})
}
