// Package notifyio notifies people and watchdogs of the result of a run: by a call
// to an address, by a webhook, by mail.
//
// Addresses and passwords are secrets: no error of this package holds one. Notifications
// are not part of a run. Callers report that a message was not delivered, and go on.
package notifyio

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"

	"keyroster/reconcile"
)

// Message is what a notification says about a run. It must hold no secret.
type Message struct {
	Account  string `json:"account"`
	Provider string `json:"provider"`
	// RunID and Folder are empty when the run left no folder.
	RunID    string `json:"run_id"`
	Folder   string `json:"folder"`
	ExitCode int    `json:"exit_code"`
	// Subject is one line, Text about five.
	Subject string `json:"subject"`
	Text    string `json:"text"`
	// Report is a page of HTML for mails to carry; nil for none.
	Report []byte `json:"-"`
}

// The bounds of a call: it is made at most tries times, and each try may take
// callTime.
const (
	tries    = 3
	callTime = 10 * time.Second
	// maxBody is what Healthchecks keeps of a body; a summary is shorter.
	maxBody = 10_000
)

// Messenger delivers messages.
type Messenger struct {
	roots  *x509.CertPool
	client *http.Client
}

// New makes a messenger that trusts the given authorities; nil means the system's.
func New(roots *x509.CertPool) *Messenger {
	return &Messenger{roots: roots, client: Client(roots)}
}

// Client calls addresses of the configuration; it follows no redirect. It trusts the
// given authorities; nil means the system's.
func Client(roots *x509.CertPool) *http.Client {
	return &http.Client{
		Timeout: callTime,
		Transport: &http.Transport{
			Proxy:           http.ProxyFromEnvironment,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
			// A run calls each address once or twice.
			DisableKeepAlives: true,
		},
		// Only the configured address may get the message.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Ping calls an address with a text as its body, which may be empty.
func (m *Messenger) Ping(ctx context.Context, address reconcile.Secret, text string) error {
	if len(text) > maxBody {
		text = text[:maxBody]
	}
	return m.post(ctx, address, "text/plain; charset=utf-8", []byte(text))
}

// Webhook sends a message as JSON. Its member text is what chat services show.
func (m *Messenger) Webhook(ctx context.Context, address reconcile.Secret, message Message) error {
	body, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("encode the message: %w", err)
	}
	return m.post(ctx, address, "application/json", body)
}

// post sends a body until it is accepted, within bounds. A message may arrive
// twice, which does no harm.
func (m *Messenger) post(ctx context.Context, address reconcile.Secret, kind string, body []byte) error {
	if err := CheckAddress(address); err != nil {
		return err
	}
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval = 200 * time.Millisecond
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.Reveal(), bytes.NewReader(body))
		if err != nil {
			return struct{}{}, backoff.Permanent(errors.New("the address is not a URL"))
		}
		request.Header.Set("Content-Type", kind)
		request.Header.Set("User-Agent", "keyroster")
		answer, err := m.client.Do(request)
		if err != nil {
			return struct{}{}, Plain(err)
		}
		defer func() { _ = answer.Body.Close() }()
		_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxBody))
		switch {
		case answer.StatusCode < 300:
			return struct{}{}, nil
		case answer.StatusCode < 500 && answer.StatusCode != http.StatusTooManyRequests:
			return struct{}{}, backoff.Permanent(fmt.Errorf("the host answered %d", answer.StatusCode))
		}
		return struct{}{}, fmt.Errorf("the host answered %d", answer.StatusCode)
	}, backoff.WithBackOff(pause), backoff.WithMaxTries(tries))
	return err
}

// CheckAddress refuses to send over plain http to another machine.
func CheckAddress(address reconcile.Secret) error {
	u, err := url.Parse(address.Reveal())
	if err != nil || u.Hostname() == "" {
		return errors.New("the address is not a URL")
	}
	if u.Scheme == "https" {
		return nil
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	return errors.New("the address must use https; plain http is only for this machine")
}

// Plain takes the address out of an error of net/http, whose path is often the
// secret itself.
func Plain(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
