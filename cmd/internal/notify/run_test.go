package notify_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/notify"
	"keyroster/cmd/internal/sink"
	"keyroster/io/configio"
	"keyroster/io/notifyio/notifytest"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// exitCode gives each kind a number of its own: nothing here knows those of the program.
func exitCode(kind failure.Kind) int { return 100 + int(kind) }

func reference(t *testing.T, text string) *configio.Reference {
	t.Helper()
	ref, err := configio.ParseReference(text)
	if err != nil {
		t.Fatal(err)
	}
	return &ref
}

// options are those of an account with a heartbeat and a webhook at a host.
func options(t *testing.T, host string, log *bytes.Buffer) *notify.Options {
	t.Helper()
	logger := zerolog.New(zerolog.SyncWriter(log))
	return &notify.Options{
		Config: &configio.Account{
			Name: "hq", Provider: "doorflow",
			Heartbeat: &configio.Heartbeat{
				Start: reference(t, host+"/start"), Success: reference(t, host+"/done"), Failure: reference(t, host+"/failed"),
			},
			Notify: &configio.Notify{Webhook: reference(t, "env:HOOK")},
		},
		Getenv:   func(name string) string { return map[string]string{"HOOK": host + "/hook"}[name] },
		Sinks:    sink.Sinks{Log: logger, Bare: logger},
		ExitCode: exitCode, Tool: "keyroster test",
	}
}

func mailbox(t *testing.T, o *notify.Options) *notifytest.Mailbox {
	t.Helper()
	box, err := notifytest.NewMailbox()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Close)
	o.Config.Notify.Mail = &configio.Mail{Host: box.Host, Port: box.Port, TLS: "none", From: "a@example.com", To: []string{"b@example.com"}}
	return box
}

// TestWhoeverHangsSilencesNobodyElse: heartbeat and webhook do not answer until the mail has
// arrived, so the mail must not wait for them.
func TestWhoeverHangsSilencesNobodyElse(t *testing.T) {
	var box *notifytest.Mailbox
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
	var log bytes.Buffer
	o := options(t, host.URL, &log)
	o.Config.Notify.Always = true
	box = mailbox(t, o)
	if r := notify.RunAndNotify(t.Context(), o, func(*notify.Result) {}); r.Err != nil ||
		len(box.Mails()) != 1 || log.Len() > 0 {
		t.Errorf("%v, %d mails: %s", r.Err, len(box.Mails()), &log)
	}
}

// TestOnlyMailsNamePeople: only mails name people, even when the run was interrupted and its
// context is over.
func TestOnlyMailsNamePeople(t *testing.T) {
	bell := notifytest.NewWebhookServer()
	t.Cleanup(bell.Close)
	var log bytes.Buffer
	o := options(t, bell.URL, &log)
	box := mailbox(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	notify.RunAndNotify(ctx, o, func(r *notify.Result) {
		cancel()
		r.Run = store.NewRun("20260131T020001Z-hq-1a2b3c", files{place: "runs/1"})
		r.Err = &failure.Error{
			Kind: failure.Unsafe, Err: errors.New("Ann Smith would lose access"),
			Anonymous: "1 person would lose access", Hint: "look at the plan",
		}
	})
	calls := bell.Calls()
	if len(calls) != 3 || calls[0].Path != "/start" || calls[0].Body != "" {
		t.Fatalf("heard %q: %s", calls, &log)
	}
	for _, c := range calls[1:] {
		if c.Path != "/failed" && c.Path != "/hook" || strings.Contains(c.Body, "Ann") || !strings.Contains(c.Body, "stopped: 1 person would lose access") {
			t.Errorf("%s heard %s", c.Path, c.Body)
		}
	}
	want := []string{
		"Subject: keyroster hq: stopped: Ann Smith would lose access", "hint: look at the plan", "run: runs/1",
	}
	for _, text := range want {
		if mails := box.Mails(); len(mails) != 1 || !strings.Contains(mails[0], text) {
			t.Errorf("no %q in %s", text, mails)
		}
	}
}

// TestAGoodRunTellsTheWatchdogAlone: people are told of a good run only if they asked for it.
func TestAGoodRunTellsTheWatchdogAlone(t *testing.T) {
	bell := notifytest.NewWebhookServer()
	t.Cleanup(bell.Close)
	var log bytes.Buffer
	o := options(t, bell.URL, &log)
	o.Metrics = filepath.Join(t.TempDir(), "keyroster.prom")
	notify.RunAndNotify(t.Context(), o, func(r *notify.Result) { r.SyncOwed = new(false) })
	if calls := bell.Calls(); len(calls) != 2 || calls[0].Path != "/start" || calls[1].Path != "/done" {
		t.Errorf("heard %q: %s", calls, &log)
	}
	if text, err := os.ReadFile(o.Metrics); err != nil || !bytes.Contains(text, []byte(`keyroster_last_run_exit_code{account="hq",provider="doorflow"} 0`)) {
		t.Errorf("%s (%v)", text, err)
	}
}

// TestWhatPassesIsNotReported: of a run whose work goes on by itself, only the start is reported,
// and only to the heartbeat.
func TestWhatPassesIsNotReported(t *testing.T) {
	bell := notifytest.NewWebhookServer()
	t.Cleanup(bell.Close)
	var log bytes.Buffer
	o := options(t, bell.URL, &log)
	box := mailbox(t, o)
	held := failure.New(failure.Locked, "", "another run holds it")
	o.WillContinue = func(err error) bool { return errors.Is(err, held) }
	r := notify.RunAndNotify(t.Context(), o, func(r *notify.Result) { r.Err = held })
	if calls := bell.Calls(); len(calls) != 1 || calls[0].Path != "/start" || len(box.Mails()) > 0 {
		t.Errorf("heard %q, %d mails", calls, len(box.Mails()))
	}
	if !errors.Is(r.Err, held) {
		t.Errorf("the run ended with %v", r.Err)
	}
	notify.RunAndNotify(t.Context(), o, func(r *notify.Result) { r.Err = errors.New("no luck") })
	if calls := bell.Calls(); len(calls) != 4 || len(box.Mails()) != 1 {
		t.Errorf("what does not pass: heard %q, %d mails", calls, len(box.Mails()))
	}
}

// TestNothingMakesTheRunWorse: a message or a file of metrics that fails is logged, and the run
// does not fail.
func TestNothingMakesTheRunWorse(t *testing.T) {
	var log bytes.Buffer
	o := options(t, "http://elsewhere.example.com", &log)
	o.Metrics = filepath.Join(t.TempDir(), "none", "keyroster.prom")
	o.Config.Notify.Always = true
	o.Config.Notify.Mail = &configio.Mail{Host: "127.0.0.1", Port: 1, TLS: "none", Username: "it", Password: reference(t, "file:none")}
	if r := notify.RunAndNotify(t.Context(), o, func(*notify.Result) {}); r.Err != nil {
		t.Error(r.Err)
	}
	for _, want := range []string{
		"could not write the metrics", "the webhook was not delivered", "the mail was not delivered",
	} {
		if strings.Count(log.String(), want) != 1 {
			t.Errorf("%q is not logged once: %s", want, &log)
		}
	}
	if strings.Count(log.String(), "the heartbeat was not delivered") != 2 {
		t.Errorf("logged %s", &log)
	}
}

// TestAPanicIsTold: a panic is the failure of its run, names that run, and does not say what it was
// raised with.
func TestAPanicIsTold(t *testing.T) {
	bell := notifytest.NewWebhookServer()
	t.Cleanup(bell.Close)
	var log bytes.Buffer
	o := options(t, bell.URL, &log)
	r := notify.RunAndNotify(t.Context(), o, func(r *notify.Result) {
		r.Run = store.NewRun("20260131T020001Z-hq-1a2b3c", files{place: "runs/1"})
		panic("value 10020030")
	})
	f, ok := errors.AsType[*failure.Error](r.Err)
	if !ok || f.Kind != failure.Stopped || f.Run != "runs/1" ||
		!strings.Contains(f.Error(), "run_test.go:") || strings.Contains(f.Error(), "1002") {
		t.Errorf("%+v", r.Err)
	}
	calls := bell.Calls()
	if len(calls) != 3 {
		t.Fatalf("heard %q: %s", calls, &log)
	}
	for _, c := range calls[1:] {
		if strings.Contains(c.Body, "1002") || !strings.Contains(c.Body, "internal error") {
			t.Errorf("%s heard %s", c.Path, c.Body)
		}
	}
	r = notify.RunAndNotify(t.Context(), o, func(r *notify.Result) { r.Err = reconcile.ErrIncomplete })
	if !errors.Is(r.Err, reconcile.ErrIncomplete) {
		t.Errorf("an error becomes %v", r.Err)
	}
}
