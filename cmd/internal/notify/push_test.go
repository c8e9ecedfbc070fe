package notify_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/notify"
	"keyroster/io/notifyio/notifytest"
)

// TestCheckPush: a secret on the command line is refused and not quoted; a reference to one is
// accepted.
func TestCheckPush(t *testing.T) {
	for address, ok := range map[string]bool{
		"": true, "https://push.example.com": true, "http://127.0.0.1:9091/gw": true, "https://o.example.com/v1/metrics": true,
		"env:METRICS_URL": true, "file:metrics.url": true, "exec:pass show metrics": true,
		"https://night:s3cret@push.example.com": false, "https://push.example.com?token=s3cret": false,
		"http://s3cret.example.com": false, "s3cret.example.com:9091": false, "s3cret": false, "env:": false, "http:///s3cret": false,
	} {
		err := notify.CheckPush(address)
		if f, _ := errors.AsType[*failure.Error](err); (err == nil) != ok || !ok && (f == nil || f.Kind != failure.Usage || f.Hint == "") {
			t.Errorf("%q: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q is quoted: %v", address, err)
		}
	}
}

// TestMetricsArePushedAsTheFileIsWritten: metrics are pushed under the account's name, and a push
// that fails makes the run no worse.
func TestMetricsArePushedAsTheFileIsWritten(t *testing.T) {
	gateway := notifytest.NewWebhookServer(200, 503)
	t.Cleanup(gateway.Close)
	var log bytes.Buffer
	o := options(t, gateway.URL, &log)
	o.Config.Heartbeat, o.Config.Notify = nil, nil
	secret := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(secret, []byte(strings.Replace(gateway.URL, "://", "://night:s3cret@", 1)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Push = "file:" + secret
	for range 2 {
		if r := notify.RunAndNotify(t.Context(), o, func(r *notify.Result) { *r = compared() }); r.Err != nil {
			t.Error(r.Err)
		}
	}
	o.Push = "env:NONE"
	if r := notify.RunAndNotify(t.Context(), o, func(*notify.Result) {}); r.Err != nil {
		t.Error(r.Err)
	}
	calls := gateway.Calls()
	if len(calls) != 2 || !strings.HasPrefix(calls[0].Path, "/metrics/job/keyroster/") || !strings.Contains(calls[0].Path, "/account/hq") ||
		!strings.Contains(calls[0].Body, "keyroster_last_run_exit_code") || strings.Contains(calls[0].Body, "Ann") {
		t.Errorf("pushed %q", calls)
	}
	text := log.String()
	if strings.Count(text, "could not push the metrics") != 2 || !strings.Contains(text, "the host answered 503") ||
		!strings.Contains(text, "resolve env:NONE") || strings.Contains(text, "s3cret") {
		t.Errorf("logged %s", text)
	}
}
