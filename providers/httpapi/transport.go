package httpapi

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"keyroster/io/plainfile"
)

// idleTimeout closes idle connections well before the usual servers do (60 s and more): a
// write on a connection that the host is just closing is a write whose answer is lost.
const idleTimeout = 30 * time.Second

// newTransport returns net/http's transport, tuned: as many connections as requests in
// flight and all of them kept, HTTP/1.1 (one request per connection, so that the
// concurrency is what the host sees), TLS 1.2 or later, the proxy of the environment. The
// client requests compression and decodes it itself, to cap what comes out.
func newTransport(cfg Config) (*http.Transport, error) {
	roots, err := Roots(cfg.CAFile)
	if err != nil {
		return nil, err
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	dialer := &net.Dialer{Timeout: cfg.Timeouts.Dial, KeepAlive: 15 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:    cfg.Timeouts.TLS,
		ResponseHeaderTimeout:  cfg.Timeouts.Header,
		MaxIdleConns:           2 * cfg.Concurrency, // the API's host and a login host
		MaxIdleConnsPerHost:    cfg.Concurrency,
		MaxConnsPerHost:        cfg.Concurrency,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: mebibyte,
		DisableCompression:     true,
		Protocols:              protocols,
	}, nil
}

// caFileMax bounds a file of certificates.
const caFileMax = 16 * mebibyte

// Roots returns the system's roots with a file's certificates added, or nil (the system's
// roots) without a file.
func Roots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := plainfile.Read(file, caFileMax)
	if err != nil {
		return nil, fmt.Errorf("read ca_file: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("read the system's certificates: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("read ca_file %s: no PEM certificate in it", file)
	}
	return roots, nil
}

// parseBase checks a base URL: https, or http to this machine, and nothing but
// scheme, host and path. what names the setting in messages.
func parseBase(what, text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return nil, fmt.Errorf("read %s: want a URL such as https://api.example.com", what)
	}
	switch {
	case u.User != nil:
		return nil, fmt.Errorf("read %s: it must not hold a user or password; put them into the auth section", what)
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return nil, fmt.Errorf("read %s: it must not have a query or fragment", what)
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return u, nil
	case u.Scheme == "http":
		return nil, fmt.Errorf(
			"read %s: plain http would send the login unencrypted to %s; use https (http only for loopback)",
			what, u.Host,
		)
	}
	return nil, fmt.Errorf("read %s: want https, not %q", what, u.Scheme)
}

// isLoopback reports whether a host name means this machine, without using the network.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
