package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"keyroster/providers/sandbox"
)

// doorway is a listener that knows which connections are open.
type doorway struct {
	net.Listener

	mu     sync.Mutex
	closed *sync.Cond
	open   int
}

// Accept implements [net.Listener].
func (d *doorway) Accept() (net.Conn, error) {
	conn, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	d.open++
	d.mu.Unlock()
	return &passage{Conn: conn, door: d}, nil
}

// passage is a connection that tells its doorway when it is closed.
type passage struct {
	net.Conn
	door *doorway
	once sync.Once
}

// Close implements [net.Conn].
func (p *passage) Close() error {
	p.once.Do(func() {
		p.door.mu.Lock()
		p.door.open--
		p.door.mu.Unlock()
		p.door.closed.Broadcast()
	})
	return p.Conn.Close()
}

// startSandbox serves an API until the test ends. still waits until everything that processes
// sent before they ended has been carried out: what a killed process sent last may still be in a
// connection that the server has not read.
func startSandbox(t testing.TB, api sandbox.API, config sandbox.Config) (url string, still func()) {
	t.Helper()
	listener, err := sandbox.Listen(sandbox.Loopback)
	if err != nil {
		t.Fatal(err)
	}
	door := &doorway{Listener: listener}
	door.closed = sync.NewCond(&door.mu)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- sandbox.New(api, config).Serve(ctx, door) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	url = sandbox.URL(listener)
	return url, func() {
		// Connections are accepted in order: once this one has an answer, those of dead processes
		// are counted.
		var client http.Client
		resp, err := client.Get(url + "/_sandbox/log")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		client.CloseIdleConnections()
		http.DefaultClient.CloseIdleConnections()
		door.mu.Lock()
		defer door.mu.Unlock()
		for door.open > 0 {
			door.closed.Wait()
		}
	}
}

// withoutWaiting writes an overlay for the compiler into a folder, with which a resumed run waits
// for nothing; the product has no switch for it.
func withoutWaiting(dir string) (overlay string, err error) {
	const name = "tuning.go"
	source, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	changed := bytes.Replace(source, []byte("tuning{stale: 0 * time.Second}"), []byte("tuning{inFlight: -1, readAgain: time.Second}"), 1)
	if bytes.Equal(changed, source) {
		return "", errors.New(name + " declares tuned in another way")
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	replacement := filepath.Join(dir, name)
	if err := os.WriteFile(replacement, changed, 0o600); err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]map[string]string{"Replace": {path: replacement}})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o600)
}
