package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"keyroster/providers/sandbox"
)

func cmdSandbox(ts *testscript.TestScript, args []string) {
	name, flags := args[0], append([]string{"keyroster", "sandbox"}, args[1:]...)
	if !slices.Contains(args, "--provider") {
		flags = append(flags, "--provider", "doorflow")
	}
	p := launch(ts, name, flags)
	w := worldOf(ts)
	ts.Defer(func() {
		told := deliver(p.cmd, os.Interrupt)
		if told != nil {
			_ = p.cmd.Process.Kill() // it has ended, or cannot be told
		}
		select {
		case err := <-p.ended:
			if err != nil && !errors.Is(told, errors.ErrUnsupported) || p.stderr.String() != "" ||
				strings.Count(p.stdout.String(), "\n") != 1 {
				w.tb.Errorf("sandbox %s: %v, standard output %q, standard error %q; want exit 0 and one line", name, err, &p.stdout, &p.stderr)
			}
		case <-time.After(patience):
			_ = p.cmd.Process.Kill()
			w.tb.Errorf("sandbox %s does not end when it is interrupted", name)
		}
	})
	var line struct {
		Provider    string            `json:"provider"`
		URL         string            `json:"url"`
		AuthURL     string            `json:"auth_url"`
		Environment string            `json:"environment_id"`
		Auth        map[string]string `json:"auth"`
	}
	if !soon(func() bool { return strings.Contains(p.stdout.String(), "\n") }) {
		ts.Fatalf("sandbox %s does not print its first line: %s", name, p.stderr.String())
	}
	first, _, _ := strings.Cut(p.stdout.String(), "\n")
	ts.Check(json.Unmarshal([]byte(first), &line))
	if !slices.Contains(flags, line.Provider) || line.URL == "" {
		ts.Fatalf("sandbox %s begins with %s", name, first)
	}
	w.urls[name] = line.URL
	ts.Setenv(name+"_URL", line.URL)
	ts.Setenv(name+"_TOKEN", line.Auth["access_token"])
	ts.Setenv(name+"_CLIENT_ID", line.Auth["client_id"])
	ts.Setenv(name+"_CLIENT_SECRET", line.Auth["client_secret"])
	ts.Setenv(name+"_REFRESH", line.Auth["refresh_token"])
	ts.Setenv(name+"_AUTH_URL", line.AuthURL)
	ts.Setenv(name+"_ENVIRONMENT_ID", line.Environment)
	for member, text := range line.Auth {
		ts.Setenv(name+"_"+strings.ToUpper(member), text)
	}
}

// soon waits until a condition holds, and reports whether it did.
func soon(so func() bool) bool {
	for end := time.Now().Add(patience); !so(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

func cmdAccount(ts *testscript.TestScript, args []string) {
	account, name := args[0], args[1]
	lines := []string{"provider: doorflow", "base_url: " + ts.Getenv(name+"_URL")}
	own := strings.Join(args[2:], "\n")
	for key, line := range map[string]string{"auth:": "auth: {access_token: env:" + name + "_TOKEN}", "rate:": "rate: none"} {
		if !strings.Contains(own, key) {
			lines = append(lines, line)
		}
	}
	lines = append(lines, args[2:]...)
	path := ts.MkAbs("keyroster.yaml")
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		text, err = []byte("accounts:\n"), nil
	}
	ts.Check(err)
	text = fmt.Appendf(text, "  %s:\n    %s\n", account, strings.Join(lines, "\n    "))
	ts.Check(os.WriteFile(path, text, 0o600))
}

// control sends a request to a sandbox's control path and decodes the answer.
func control(ts *testscript.TestScript, name, method, path string, body []byte, into any) {
	url := worldOf(ts).urls[name]
	if url == "" {
		ts.Fatalf("no sandbox is called %s", name)
	}
	request, err := http.NewRequest(method, url+"/_sandbox/"+path, bytes.NewReader(body))
	ts.Check(err)
	answer, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if answer.StatusCode != http.StatusOK {
		ts.Fatalf("sandbox %s: %s answered %d: %s", name, path, answer.StatusCode, text)
	}
	if raw, ok := into.(*[]byte); ok {
		*raw = text
	} else if into != nil {
		ts.Check(json.Unmarshal(text, into))
	}
}

// logLines returns a sandbox's log, one request a line:
// "PUT /api/3/people/501/credentials/P1 201 applied 500-after".
func logLines(ts *testscript.TestScript, name string) []string {
	var entries []sandbox.Entry
	control(ts, name, http.MethodGet, "log", nil, &entries)
	var lines []string
	for _, e := range entries {
		line := e.Method + " " + e.Path
		if e.Query != "" {
			line += "?" + e.Query
		}
		line += " " + strconv.Itoa(e.Status)
		if e.Applied {
			line += " applied"
		}
		if e.Fault != "" {
			line += " " + e.Fault
		}
		lines = append(lines, line)
	}
	return lines
}

func matching(ts *testscript.TestScript, lines []string, pattern string) int {
	like, err := regexp.Compile(pattern)
	ts.Check(err)
	n := 0
	for _, line := range lines {
		if like.MatchString(line) {
			n++
		}
	}
	return n
}

func cmdWaitLog(ts *testscript.TestScript, args []string) {
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	if !soon(func() bool { return matching(ts, logLines(ts, args[0]), args[2]) >= want }) {
		ts.Fatalf("there never were %d requests like %q", want, args[2])
	}
}

func cmdLog(ts *testscript.TestScript, args []string) {
	lines := logLines(ts, args[0])
	got := matching(ts, lines, args[2])
	if args[1] == "+" && got > 0 || args[1] == strconv.Itoa(got) {
		return
	}
	ts.Fatalf("%d requests like %q, want %s:\n%s", got, args[2], args[1], strings.Join(lines, "\n"))
}

func cmdNoWrites(ts *testscript.TestScript, args []string) {
	for _, line := range logLines(ts, args[0]) {
		if !strings.HasPrefix(line, "GET ") && !strings.HasPrefix(line, "POST /oauth/token") || strings.Contains(line, " applied") {
			ts.Fatalf("a write was sent: %s", line)
		}
	}
}

func cmdState(ts *testscript.TestScript, args []string) {
	var state []byte
	control(ts, args[0], http.MethodGet, "state", nil, &state)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), state, 0o600))
}

func cmdEdit(ts *testscript.TestScript, args []string) {
	control(ts, args[0], http.MethodPost, "edit", []byte(args[1]), nil)
}

func cmdReset(ts *testscript.TestScript, args []string) {
	control(ts, args[0], http.MethodPost, "reset", nil, nil)
}
