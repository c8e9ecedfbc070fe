package configio_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keyroster/io/configio"
)

func night(t *testing.T, lines string) (*configio.Account, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyroster.yaml")
	text := "accounts:\n  hq:\n    provider: doorflow\n    auth: {access_token: env:T}\n" + lines
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := configio.Load(path, known())
	if err != nil {
		return nil, err
	}
	return config.Accounts["hq"], nil
}

func TestNights(t *testing.T) {
	a, err := night(t, `    keep_runs: 90d
    heartbeat: {start: env:BEAT, success: https://ping.example.com/x, failure: file:beat}
    notify:
      when: always
      webhook: env:HOOK
      mail: {host: mail.example.com, tls: tls, username: it, password: env:P, from: Keyroster <k@example.com>, to: [it@example.com]}
`)
	if err != nil {
		t.Fatal(err)
	}
	m := a.Notify.Mail
	if a.KeepRuns != 90*24*time.Hour || a.Heartbeat.Success == nil || a.Heartbeat.Start.String() != "env:BEAT" || !a.Notify.Always || m.Port != 465 || len(m.To) != 1 {
		t.Errorf("%+v %+v %+v", a, a.Notify, m)
	}
	if a, err = night(t, "    notify: {mail: {host: localhost, tls: none, from: k@example.com, to: [it@example.com]}}\n"); err != nil || a.Notify.Mail.Port != 25 || a.Notify.Always || a.Notify.Mail.Password != nil {
		t.Errorf("%+v %v", a, err)
	}
}

func TestNightsProblems(t *testing.T) {
	const mail = "    notify: {mail: {host: m.example.com, "
	for lines, want := range map[string]string{
		"    notify: {when: always}\n":                                      "no recipients",
		"    notify: {webhook: https://hooks.example.com/s3cret}\n":         "must not be written in this file",
		mail + "from: k@example.com}}\n":                                    "has no `to`",
		mail + "tls: none, from: k@example.com, to: [i@example.com]}}\n":    "only for a server on this machine",
		mail + "from: nobody, to: []}}\n":                                   "must be an e-mail address",
		mail + "from: k@example.com, to: [i@example.com], username: it}}\n": "go together",
		"    notify: {web: env:X}\n":                                        "unknown key",
		"    heartbeat: {start: http://ping.example.com/x}\n":               "must use https",
		"    heartbeat: {sucess: env:X}\n":                                  "did you mean `success`",
		"    keep_runs: long\n":                                             "duration",
	} {
		_, err := night(t, lines)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%serror %v, want %q", lines, err, want)
		}
	}
}
