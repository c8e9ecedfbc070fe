package main

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdConsent runs a login in the background and plays the person: it opens the consent page,
// presses a button, and takes the redirect to where HOW says. The output is in login.out and
// login.err, and must hold neither the code nor what the token file hq.token holds.
func cmdConsent(ts *testscript.TestScript, args []string) {
	how, words := args[0], args[2:]
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	var out, problems buffer
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), &out, &problems
	cmd.Env = append(append(os.Environ(), environment(ts)...), "BROWSER="+ts.Getenv("BROWSER"), "DISPLAY=", "WAYLAND_DISPLAY=")
	stdin, err := cmd.StdinPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	page := ""
	found := soon(func() bool { page = consentPage(ts, how, &problems); return page != "" })
	var answer *url.URL
	if found {
		answer = press(ts, page, how)
		bring(ts, answer, how, stdin)
	}
	err = cmd.Wait()
	if !found {
		ts.Fatalf("no consent page is shown: %s", &problems)
	}
	ts.Check(os.WriteFile(ts.MkAbs("login.out"), []byte(out.String()), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("login.err"), []byte(problems.String()), 0o600))
	ts.Logf("[stdout]\n%s[stderr]\n%s", &out, &problems)
	wantCode(ts, err, want)
	noSecrets(ts, out.String()+problems.String(), answer)
}

var addressed = regexp.MustCompile(`http://\S+/oauth/authorize\?\S+`)

// consentPage returns the page's address: what the browser was started with, or what the login
// printed up to the end of a line.
func consentPage(ts *testscript.TestScript, how string, problems *buffer) string {
	if how == "browser" {
		text, _ := os.ReadFile(ts.MkAbs("opened"))
		line, whole := strings.CutSuffix(string(text), "\n")
		if !whole {
			return ""
		}
		return line
	}
	text := problems.String()
	if !strings.Contains(text, "here.\n") { // the last line of what is printed
		return ""
	}
	return addressed.FindString(text)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// press submits the page's form and returns where the browser is sent.
func press(ts *testscript.TestScript, page, how string) *url.URL {
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(page)
	ts.Check(err)
	text, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	ts.Check(err)
	form := url.Values{"decision": {"approve"}}
	if how == "deny" {
		form.Set("decision", "deny")
	}
	for _, input := range hidden.FindAllStringSubmatch(string(text), -1) {
		form.Add(html.UnescapeString(input[1]), html.UnescapeString(input[2]))
	}
	at, _, _ := strings.Cut(page, "?")
	answer, err = client.PostForm(at, form)
	ts.Check(err)
	_ = answer.Body.Close()
	to, err := answer.Location()
	if err != nil {
		ts.Fatalf("the consent page answers %s: %s", answer.Status, text)
	}
	return to
}

// bring takes the answer to the login: by the redirect, or pasted.
func bring(ts *testscript.TestScript, answer *url.URL, how string, stdin io.WriteCloser) {
	right := answer.String()
	if strings.HasSuffix(how, "forge") {
		query := answer.Query()
		query.Set("state", "another")
		answer.RawQuery = query.Encode()
	}
	if strings.HasPrefix(how, "paste") {
		_, err := io.WriteString(stdin, "\nhttps://www.example.com/not-this\n"+answer.String()+"\n")
		ts.Check(err)
	} else {
		visit := func(address string) {
			page, err := http.Get(address)
			ts.Check(err)
			_ = page.Body.Close()
		}
		visit(answer.String())
		if right != answer.String() {
			visit(right)
		}
	}
	_ = stdin.Close()
}

func noSecrets(ts *testscript.TestScript, text string, answer *url.URL) {
	secrets := []string{answer.Query().Get("code")}
	stored, _ := os.ReadFile(ts.MkAbs("hq.token"))
	for _, member := range regexp.MustCompile(`"(?:access|refresh)_token": "([^"]+)"`).FindAllStringSubmatch(string(stored), -1) {
		secrets = append(secrets, member[1])
	}
	for n, secret := range secrets {
		if secret != "" && strings.Contains(text, secret) {
			ts.Fatalf("secret %d of the login is shown", n)
		}
	}
}
