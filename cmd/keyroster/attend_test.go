package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/exit"
	"keyroster/io/notifyio/notifytest"
)

// TestHungReceiverSilencesNoOther: heartbeat and webhook do not answer until the mail has arrived,
// so the mail must not wait for them.
func TestHungReceiverSilencesNoOther(t *testing.T) {
	box, err := notifytest.NewMailbox()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Close)
	over := make(chan struct{})
	host := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		for tick := time.Tick(time.Millisecond); r.URL.Path != "/start" && len(box.Mails()) == 0; {
			select {
			case <-tick:
			case <-over:
				return
			}
		}
	}))
	t.Cleanup(host.Close)
	t.Cleanup(func() { close(over) })
	home, err := filepath.Abs(samples)
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "keyroster.yaml")
	text := fmt.Sprintf(`accounts:
  demo:
    provider: doorflow
    base_url: sandbox
    sandbox: {state: %q, set: {sync-window: 0s}}
    rate: none
    limits: {update: 20%%, create: 10, delete: 3}
    roster: [%q]
    heartbeat: {start: "%[3]s/start", success: "%[3]s/done"}
    notify: {when: always, webhook: env:HOOK, mail: {host: %[4]s, port: %[5]d, tls: none, from: a@example.com, to: [b@example.com]}}
`, filepath.Join(home, "doorflow.json"), filepath.Join(home, "roster.xlsx"), host.URL, box.Host, box.Port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	a := &app{
		Console: console.Console{
			Getenv: func(name string) string { return map[string]string{"HOOK": host.URL + "/hook"}[name] },
			Stdout: &out, Stderr: &out, LogFormat: "auto",
		},
		config: config,
		runs:   filepath.Join(t.TempDir(), "runs"), state: filepath.Join(t.TempDir(), "state"),
	}
	if err := a.begin(); err != nil {
		t.Fatal(err)
	}
	demo, spec, err := a.load("demo")
	if err != nil {
		t.Fatal(err)
	}
	result := a.apply(t.Context(), &applyFlags{yes: true}, demo, spec, nil, a.notifyOptions(demo, metricsFlag{}))
	code := a.Finish(result.Err)
	if code != exit.OK || len(box.Mails()) != 1 || bytes.Contains(out.Bytes(), []byte("not delivered")) {
		t.Errorf("exit %d, %d mails: %s", code, len(box.Mails()), out.String())
	}
}
