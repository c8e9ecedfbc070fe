package account_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

func TestOpenProvesTheTenant(t *testing.T) {
	config, spec := pick(t, load(t, sites), "lab")
	var log bytes.Buffer
	calls := account.NewCallLog(spec)
	acc, err := opener(&log).Open(t.Context(), config, spec, account.Options{ReadOnly: true, Observe: calls.Observe})
	if err != nil {
		t.Fatal(err)
	}
	defer acc.Close()
	if acc.Tenant.ID == "" || acc.Config != config || acc.Spec != spec {
		t.Errorf("opened %+v", acc.Tenant)
	}
	acc.SetRun("R1")
	before := len(calls.Calls())
	listing, err := acc.List(t.Context(), reconcile.Scope{}, nil)
	if err != nil || listing.Records.Len() != 3 {
		t.Fatalf("listing: %v", err)
	}
	if after := len(calls.Calls()); before == 0 || after <= before {
		t.Errorf("calls seen: %d, then %d", before, after)
	}
	opened, listed, _ := strings.Cut(log.String(), `"message":"opened"`)
	if strings.Contains(opened, "run_id") || !strings.Contains(listed, `"run_id":"R1"`) {
		t.Errorf("the log does not name the run, or too early:\n%s", &log)
	}
}

func TestOpenRefusesAnotherTenant(t *testing.T) {
	config, spec := pick(t, load(t, sites), "lab")
	other := *config
	other.Expect = "other"
	_, err := opener(new(bytes.Buffer)).Open(t.Context(), &other, spec, account.Options{})
	if err == nil {
		t.Fatal("another tenant was opened")
	}
	f := failure.Of(err)
	if f.Kind != failure.Unsafe || !strings.HasSuffix(f.Error(), "but the configuration expects other") ||
		f.Hint != "check the login, or expect."+spec.TenantKey+" in the configuration" {
		t.Errorf("%v (%s)", f, f.Hint)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	config, spec := pick(t, load(t, sites), "hq")
	broken := *spec
	broken.Open = func(context.Context, providers.Env) (*providers.Client, error) { return nil, errors.New("no login") }
	_, err := opener(new(bytes.Buffer)).Open(t.Context(), config, &broken, account.Options{})
	wants(t, err, failure.Usage, "account hq: no login", "")

	mute := &account.Opener{Getenv: func(string) string { return "" }}
	if _, err := mute.Open(t.Context(), config, spec, account.Options{}); err == nil ||
		failure.Of(err).Kind != failure.Usage ||
		!strings.HasPrefix(failure.Of(err).Hint, "set the variables, or write the files") {
		t.Errorf("without the secret: %v", err)
	}

	lab, spec := pick(t, load(t, sites), "lab")
	lab.Sandbox.Faults = "often"
	if _, err := opener(new(bytes.Buffer)).Open(t.Context(), lab, spec, account.Options{}); err == nil ||
		!strings.HasPrefix(err.Error(), "start the sandbox of account lab: ") || failure.Of(err).Kind != failure.Usage {
		t.Errorf("wrong faults: %v", err)
	}
	lab.Sandbox.Faults, lab.Sandbox.State = "", t.TempDir()+"/none.json"
	if _, err := opener(new(bytes.Buffer)).Open(t.Context(), lab, spec, account.Options{}); err == nil ||
		!strings.HasPrefix(err.Error(), "read the sandbox's state: ") {
		t.Errorf("no state: %v", err)
	}
}

// writer is a provider that writes through its account's transport.
type writer struct {
	bare
	client *httpapi.Client
}

func (w *writer) Write(ctx context.Context, _ reconcile.Change) (reconcile.Receipt, error) {
	_, err := w.client.Do(ctx, httpapi.Request{Name: "write", Op: httpapi.Write, Method: http.MethodPost, Path: "/cards"})
	return reconcile.Receipt{}, err
}

// answers counts the requests that reach the host, and answers each.
type answers struct{ n atomic.Int32 }

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	a.n.Add(1)
	return &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// openWriter opens an account whose writes reach nothing but the counter.
func openWriter(t *testing.T, readOnly bool) (*account.Account, *answers) {
	t.Helper()
	config, real := pick(t, load(t, sites), "hq")
	host, spec := new(answers), *real
	spec.Open = func(_ context.Context, env providers.Env) (*providers.Client, error) {
		env.HTTP.BaseURL, env.HTTP.RoundTripper = "https://host.invalid", host
		client, err := httpapi.New(env.HTTP, nil)
		return &providers.Client{Provider: &writer{client: client}, Close: client.Close}, err
	}
	acc, err := opener(new(bytes.Buffer)).Open(t.Context(), config, &spec, account.Options{ReadOnly: readOnly})
	if err != nil {
		t.Fatal(err)
	}
	return acc, host
}

// TestWritesAskTheLock: nothing is written before the account is told whose lock to ask, or after
// that lock is lost.
func TestWritesAskTheLock(t *testing.T) {
	acc, host := openWriter(t, false)
	write := func() error { _, err := acc.Provider.Write(t.Context(), reconcile.Change{}); return err }
	err := write()
	if err == nil || failure.Of(err).Kind != failure.Unsafe || reconcile.ClassOf(err) != reconcile.Fenced {
		t.Errorf("without a lock: %v", err)
	}
	lost := errors.New("the lock is not held")
	held := true
	acc.Guard(func() error {
		if held {
			return nil
		}
		return lost
	})
	if err := write(); err != nil || host.n.Load() != 1 {
		t.Errorf("with the lock: %v, %d sent", err, host.n.Load())
	}
	held = false
	if err := write(); !errors.Is(err, lost) || host.n.Load() != 1 {
		t.Errorf("the lock was lost: %v, %d sent", err, host.n.Load())
	}
}

func TestReadOnlyNeverWrites(t *testing.T) {
	acc, host := openWriter(t, true)
	acc.Guard(func() error { return nil })
	if _, err := acc.Provider.Write(t.Context(), reconcile.Change{}); err == nil || host.n.Load() != 0 {
		t.Errorf("written: %v, %d sent", err, host.n.Load())
	}
}

// TestTokensAreKeptElsewhere: a token is kept where Tokens says, even if a variable names the file
// of its login.
func TestTokensAreKeptElsewhere(t *testing.T) {
	config, spec := pick(t, load(t, `
accounts:
  hq: {provider: doorflow, auth: {client_id: env:TOKEN, client_secret: env:TOKEN, token_file: env:KEY}}
`), "hq")
	o := opener(new(bytes.Buffer))
	elsewhere, asked := httpapi.TokenFile("elsewhere"), ""
	o.Tokens = func(_ *configio.Account, file httpapi.TokenStore) httpapi.TokenStore {
		asked = filepath.Base(file.Words().Name)
		return elsewhere
	}
	env, err := o.Env(t.Context(), config, spec, true)
	if err != nil || env.Tokens != elsewhere || asked != getenv("KEY") {
		t.Errorf("kept in %v, asked for %q: %v", env.Tokens, asked, err)
	}
}
