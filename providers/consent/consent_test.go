package consent

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ask = Ask{AuthorizeURL: "https://login.example.com/oauth/authorize", ClientID: "cid", Scopes: []string{"read", "write"}, Note: "register it"}

// visit opens an address as a browser does.
func visit(t *testing.T, address string) (status int, body string, header http.Header) {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	answer, err := (&http.Client{Transport: transport}).Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header
}

// get asks, has do act on what is shown, and returns how it ended.
func get(t *testing.T, ask Ask, how providers.LoginOptions, do func(shown providers.Consent)) (httpapi.Code, error) {
	t.Helper()
	shown := make(chan providers.Consent, 1)
	how.Show = func(c providers.Consent) error { shown <- c; return nil }
	type end struct {
		code httpapi.Code
		err  error
	}
	ended := make(chan end, 1)
	go func() {
		code, err := Get(t.Context(), ask, how)
		ended <- end{code, err}
	}()
	select {
	case c := <-shown:
		do(c)
		e := <-ended
		return e.code, e.err
	case e := <-ended:
		return e.code, e.err
	}
}

// query returns the query of the address shown.
func query(t *testing.T, c providers.Consent) url.Values {
	t.Helper()
	u, err := url.Parse(c.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func TestTheBrowserBringsTheCode(t *testing.T) {
	code, err := get(t, ask, providers.LoginOptions{}, func(c providers.Consent) {
		q := query(t, c)
		for name, want := range map[string]string{
			"response_type": "code", "client_id": "cid", "scope": "read write", "code_challenge_method": "S256", "redirect_uri": c.RedirectURI,
		} {
			if q.Get(name) != want {
				t.Errorf("%s is %q, want %q", name, q.Get(name), want)
			}
		}
		if !strings.HasPrefix(c.URL, ask.AuthorizeURL+"?") || len(q.Get("code_challenge")) != 43 || len(q.Get("state")) < 32 || !c.Listening || c.Note != ask.Note {
			t.Errorf("shown %+v", c)
		}
		// A stray visit, another path and another method are not answers.
		base := strings.TrimSuffix(c.RedirectURI, "/callback")
		if status, _, _ := visit(t, c.RedirectURI); status != http.StatusBadRequest {
			t.Errorf("a stray visit: %d", status)
		}
		if status, _, _ := visit(t, base+"/favicon.ico"); status != http.StatusNotFound {
			t.Errorf("another path: %d", status)
		}
		status, body, header := visit(t, c.RedirectURI+"?code=c0de&state="+url.QueryEscape(q.Get("state")))
		if status != http.StatusOK || strings.Contains(body, "c0de") || header.Get("Referrer-Policy") != "no-referrer" || header.Get("Cache-Control") != "no-store" {
			t.Errorf("the last page: %d %v %s", status, header, body)
		}
	})
	if err != nil || code.Value.Reveal() != "c0de" || len(code.Verifier.Reveal()) < 43 || !strings.HasSuffix(code.RedirectURI, "/callback") {
		t.Errorf("got %+v, %v", code, err)
	}
}

func TestAnswersThatEndTheLogin(t *testing.T) {
	for name, c := range map[string]struct {
		answer, want string
	}{
		"a refusal":         {"error=access_denied&error_description=The+owner+said+no&state=", "access_denied (The owner said no)"},
		"a refusal's words": {"error=x&error_description=%1b%5b2Jred%0aline" + strings.Repeat("x", 500) + "&state=", "x ( [2Jred line"},
	} {
		for _, pasted := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				lines := make(chan string, 1)
				_, err := get(t, ask, providers.LoginOptions{PasteOnly: pasted, Pasted: lines}, func(shown providers.Consent) {
					answer := c.answer
					if strings.HasSuffix(answer, "state=") {
						answer += query(t, shown).Get("state")
					}
					if pasted {
						lines <- shown.RedirectURI + "?" + answer
						return
					}
					if status, body, _ := visit(t, shown.RedirectURI+"?"+answer); status != http.StatusBadRequest || strings.Contains(body, "c0de") {
						t.Errorf("%d %s", status, body)
					}
				})
				if reconcile.ClassOf(err) != reconcile.Denied || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 500 ||
					strings.ContainsAny(err.Error(), "\x1b\n") || strings.Contains(err.Error(), "c0de") {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// TestAnswersOfAnotherLogin: anyone who can reach the port must not be able to end a login, so the
// right answer still counts after any number of others.
func TestAnswersOfAnotherLogin(t *testing.T) {
	others := []string{"code=bad&state=another", "code=bad", "error=access_denied&state=another", "error=access_denied&code=bad&state=another"}
	for _, pasted := range []bool{false, true} {
		rejected := 0
		lines := make(chan string, len(others)+1)
		how := providers.LoginOptions{PasteOnly: pasted, Pasted: lines, Reject: func(err error) {
			rejected++
			if !strings.Contains(err.Error(), "belongs to another login") {
				t.Errorf("rejected: %v", err)
			}
		}}
		code, err := get(t, ask, how, func(shown providers.Consent) {
			right := "code=c0de&state=" + query(t, shown).Get("state")
			for _, answer := range append(others, right) {
				if pasted {
					lines <- shown.RedirectURI + "?" + answer
					continue
				}
				status, _, _ := visit(t, shown.RedirectURI+"?"+answer)
				if want := map[bool]int{true: http.StatusOK, false: http.StatusBadRequest}[answer == right]; status != want {
					t.Errorf("%s: %d", answer, status)
				}
			}
		})
		if err != nil || code.Value.Reveal() != "c0de" || pasted && rejected != len(others) {
			t.Errorf("pasted %v: %+v, %v, %d rejected", pasted, code, err, rejected)
		}
	}
}

// TestOnlyAnswersOfAnotherLogin: when nothing else can come, the login says why.
func TestOnlyAnswersOfAnotherLogin(t *testing.T) {
	lines := make(chan string, 1)
	_, err := get(t, ask, providers.LoginOptions{PasteOnly: true, Pasted: lines}, func(shown providers.Consent) {
		lines <- shown.RedirectURI + "?code=bad&state=another"
		close(lines)
	})
	if reconcile.ClassOf(err) != reconcile.Denied || !strings.Contains(err.Error(), "belongs to another login") {
		t.Errorf("got %v", err)
	}
}

func TestPasted(t *testing.T) {
	for name, wrap := range map[string]func(answer string) string{
		"whole address":  func(a string) string { return "http://127.0.0.1:1/callback?" + a },
		"quoted":         func(a string) string { return ` "http://127.0.0.1:1/callback?` + a + `#fragment" ` },
		"its query only": func(a string) string { return a },
	} {
		t.Run(name, func(t *testing.T) {
			lines := make(chan string, 4)
			var rejected []string
			how := providers.LoginOptions{PasteOnly: true, Pasted: lines, Reject: func(err error) { rejected = append(rejected, err.Error()) }}
			code, err := get(t, ask, how, func(shown providers.Consent) {
				if shown.Listening || strings.Contains(shown.RedirectURI, ":0/") {
					t.Errorf("shown %+v", shown)
				}
				lines <- ""
				lines <- "s3cret"
				lines <- "http://127.0.0.1/%zz?code=%zz"
				lines <- wrap("code=c0de&state=" + query(t, shown).Get("state"))
			})
			if err != nil || code.Value.Reveal() != "c0de" {
				t.Errorf("got %v, %v", code, err)
			}
			if len(rejected) != 2 || strings.Contains(strings.Join(rejected, " "), "s3cret") || strings.Contains(strings.Join(rejected, " "), "zz") {
				t.Errorf("rejected %q", rejected)
			}
		})
	}
}

// TestThePersonMayDoEither: what is pasted counts even though a port is open, and the end of the
// input ends nothing as long as it is.
func TestThePersonMayDoEither(t *testing.T) {
	lines := make(chan string, 1)
	_, err := get(t, ask, providers.LoginOptions{Pasted: lines}, func(shown providers.Consent) {
		lines <- "code=c0de&state=" + query(t, shown).Get("state")
	})
	if err != nil {
		t.Error(err)
	}
	closed := make(chan string)
	close(closed)
	_, err = get(t, ask, providers.LoginOptions{Pasted: closed}, func(shown providers.Consent) {
		visit(t, shown.RedirectURI+"?code=c0de&state="+query(t, shown).Get("state"))
	})
	if err != nil {
		t.Error(err)
	}
	_, err = get(t, ask, providers.LoginOptions{Pasted: closed, PasteOnly: true}, func(providers.Consent) {})
	if reconcile.ClassOf(err) != reconcile.Unreachable || !strings.Contains(err.Error(), "nothing was pasted") {
		t.Errorf("got %v", err)
	}
}

func TestNobodyAnswers(t *testing.T) {
	for timeout, want := range map[time.Duration]time.Duration{0: 5 * time.Minute, time.Minute: time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			how := providers.LoginOptions{
				PasteOnly: true, Pasted: make(chan string), Timeout: timeout, Show: func(providers.Consent) error { return nil },
			}
			_, err := Get(t.Context(), ask, how)
			if reconcile.ClassOf(err) != reconcile.Unreachable || time.Since(began) != want {
				t.Errorf("got %v after %v", err, time.Since(began))
			}
		})
	}
}

func TestInterruptedAndNotShown(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	how := providers.LoginOptions{Show: func(providers.Consent) error { cancel(); return nil }}
	if _, err := Get(ctx, ask, how); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	broken := errors.New("broken pipe")
	how.Show = func(providers.Consent) error { return broken }
	if _, err := Get(t.Context(), ask, how); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestThePortIsInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	busy := ask
	busy.Redirect = "http://" + taken.Addr().String() + "/callback"
	how := providers.LoginOptions{Show: func(providers.Consent) error { t.Error("shown"); return nil }}
	if _, err := Get(t.Context(), busy, how); err == nil || !strings.Contains(err.Error(), "is in use") {
		t.Errorf("got %v", err)
	}
	// Pasting needs no port.
	closed := make(chan string)
	close(closed)
	how = providers.LoginOptions{PasteOnly: true, Pasted: closed, Show: func(c providers.Consent) error {
		if c.RedirectURI != busy.Redirect {
			t.Errorf("shown %+v", c)
		}
		return nil
	}}
	if _, err := Get(t.Context(), busy, how); reconcile.ClassOf(err) != reconcile.Unreachable || strings.Contains(err.Error(), "in use") {
		t.Errorf("got %v", err)
	}
}

func TestRedirects(t *testing.T) {
	for text, ok := range map[string]bool{
		"":                                     true,
		"http://127.0.0.1:8765/callback":       true,
		"http://localhost:8765":                true,
		"http://[::1]:8765/":                   true,
		"https://desk.example.com/callback":    true,
		"http://desk.example.com/callback":     false,
		"http://127.0.0.1/callback":            false,
		"ftp://127.0.0.1:21/":                  false,
		"callback":                             false,
		"http://":                              false,
		"http://127.0.0.1:8765/?a=b":           false,
		"http://user:word@127.0.0.1:8765/":     false,
		"http://127.0.0.1:8765/#fragment":      false,
		"http://127.0.0.1.example.com:80/path": false,
	} {
		_, err := parseRedirect(text)
		if (err == nil) != ok || err != nil && (!errors.Is(err, providers.ErrLoginConfig) || strings.Contains(err.Error(), "word")) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestNobodyListensOnAnotherMachine: a redirect to another machine can only be pasted.
func TestNobodyListensOnAnotherMachine(t *testing.T) {
	far := ask
	far.Redirect = "https://desk.example.com/callback"
	lines := make(chan string, 1)
	code, err := get(t, far, providers.LoginOptions{Pasted: lines}, func(shown providers.Consent) {
		if shown.Listening {
			t.Error("it listens")
		}
		lines <- "code=c0de&state=" + query(t, shown).Get("state")
	})
	if err != nil || code.RedirectURI != far.Redirect {
		t.Errorf("got %v, %v", code, err)
	}
}
