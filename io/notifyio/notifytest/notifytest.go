// Package notifytest has the two receivers of notifications, for tests: a host that
// is called, and a mail server.
package notifytest

import (
	"bufio"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// WebhookServer is a host that records its requests.
type WebhookServer struct {
	// URL is where it listens, on loopback.
	URL string
	// CA is the authority of its certificate, in PEM; nil without TLS.
	CA     []byte
	server *httptest.Server
	mu     sync.Mutex
	calls  []Call
	refuse []int
}

// Call is one request.
type Call struct{ Path, Type, Body string }

// NewWebhookServer starts a host. It answers the first requests with the given
// statuses, and all others with 200.
func NewWebhookServer(statuses ...int) *WebhookServer {
	b := &WebhookServer{refuse: statuses}
	b.server = httptest.NewServer(http.HandlerFunc(b.serve))
	b.URL = b.server.URL
	return b
}

// NewTLSWebhookServer starts a host whose certificate no system trusts.
func NewTLSWebhookServer() *WebhookServer {
	b := &WebhookServer{}
	b.server = httptest.NewUnstartedServer(http.HandlerFunc(b.serve))
	b.server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would only log clients that do not trust it
	b.server.StartTLS()
	b.URL, b.CA = b.server.URL, authority(b.server)
	return b
}

func authority(server *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

// Close ends the host.
func (b *WebhookServer) Close() { b.server.Close() }

// Calls are the requests so far.
func (b *WebhookServer) Calls() []Call {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Call(nil), b.calls...)
}

func (b *WebhookServer) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, Call{Path: r.URL.Path, Type: r.Header.Get("Content-Type"), Body: string(body)})
	if n := len(b.calls); n <= len(b.refuse) {
		w.WriteHeader(b.refuse[n-1])
	}
}

// Mailbox is a mail server that accepts every mail.
type Mailbox struct {
	// Host and Port are where it listens, on loopback.
	Host string
	Port int
	// CA is as in [WebhookServer].
	CA    []byte
	wait  sync.WaitGroup
	at    net.Listener
	mu    sync.Mutex
	mails []string
	open  map[net.Conn]bool
}

// NewMailbox starts a mail server without TLS.
func NewMailbox() (*Mailbox, error) { return newMailbox(nil, nil) }

// NewTLSMailbox starts a mail server that speaks TLS from the first byte, with a
// certificate that no system trusts.
func NewTLSMailbox() (*Mailbox, error) {
	certified := httptest.NewTLSServer(nil)
	defer certified.Close()
	return newMailbox(
		&tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12},
		authority(certified),
	)
}

func newMailbox(secure *tls.Config, ca []byte) (*Mailbox, error) {
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	address := at.Addr().(*net.TCPAddr)
	if secure != nil {
		at = tls.NewListener(at, secure)
	}
	m := &Mailbox{Host: address.IP.String(), Port: address.Port, CA: ca, at: at, open: map[net.Conn]bool{}}
	m.wait.Go(m.accept)
	return m, nil
}

// Close ends the server, and the connections that clients left open.
func (m *Mailbox) Close() {
	_ = m.at.Close()
	m.mu.Lock()
	for c := range m.open {
		_ = c.Close()
	}
	m.mu.Unlock()
	m.wait.Wait()
}

// Mails are the mails so far, as received: the lines of the envelope, headers, a
// blank line, the body.
func (m *Mailbox) Mails() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.mails...)
}

func (m *Mailbox) accept() {
	for {
		c, err := m.at.Accept()
		if err != nil {
			return
		}
		m.mu.Lock()
		m.open[c] = true
		m.mu.Unlock()
		m.wait.Go(func() { m.serve(c) })
	}
}

// serve is the part of RFC 5321 that a client needs to deliver a mail.
func (m *Mailbox) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	in := bufio.NewReader(c)
	say := func(text string) { _, _ = io.WriteString(c, text+"\r\n") }
	say("220 mail.example.com ESMTP")
	var mail strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch word := strings.ToUpper(strings.TrimSpace(line)); {
		case strings.HasPrefix(word, "EHLO"):
			say("250-mail.example.com\r\n250 8BITMIME")
		case strings.HasPrefix(word, "MAIL"), strings.HasPrefix(word, "RCPT"):
			mail.WriteString(line)
			say("250 ok")
		case word == "DATA":
			say("354 go on")
			if !takeData(in, &mail) {
				return
			}
			m.mu.Lock()
			m.mails = append(m.mails, mail.String())
			m.mu.Unlock()
			mail.Reset()
			say("250 taken")
		case word == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func takeData(in *bufio.Reader, mail *strings.Builder) bool {
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			return true
		}
		mail.WriteString(strings.TrimPrefix(line, "."))
	}
}
