package doctor

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/rights"
	"keyroster/providers/httpapi"
)

// tokenFile checks the secrets, and the file of a rotating token: it must be readable by this
// user alone, and replaceable.
func (e *Examination) tokenFile(ctx context.Context) {
	if e.Config.Sandbox != nil && len(e.Config.Auth) == 0 {
		e.ok("secrets", "the embedded sandbox has its own")
		return
	}
	auth, warnings, err := e.Config.ResolveAuth(ctx, e.Getenv)
	if err != nil {
		e.fail("secrets", account.NoAuth(err))
		return
	}
	e.ok("secrets", "%d resolved", len(auth))
	for _, w := range warnings {
		e.warn("secrets", rights.Remedy("it"), "%s", w)
	}
	for _, form := range e.Spec.Auth {
		for _, m := range form.Members {
			if path, given := auth[m.Name]; given && m.Path {
				e.token(path.Reveal())
			}
		}
	}
}

func (e *Examination) token(path string) {
	token, err := httpapi.ReadTokenFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.fail("token file", failure.New(
			failure.Denied, e.next("login"), "there is no %s", path,
		))
		return
	case err != nil:
		e.fail("token file", failure.Wrap(failure.Denied, err))
		return
	}
	if err := mayWrite(filepath.Dir(path)); err != nil {
		e.fail("token file", failure.New(
			failure.Denied,
			"each refresh replaces the token file: give this user write permission there", "%v", err,
		))
		return
	}
	says := path + " can be read and replaced"
	if token.Scope != "" {
		says += "; scopes " + token.Scope
	}
	e.ok("token file", "%s", says)
	if token.Refresh.IsZero() {
		e.warn(
			"token file", e.next("login"),
			"it holds no refresh token, so the login expires with its access token",
		)
	}
}

// references checks what the account refers to beyond its login. A missing fingerprint key
// stops a run. A missing notification address stops none, but would go unnoticed until the
// first night that matters.
func (e *Examination) references(ctx context.Context) {
	if ref := e.Config.FingerprintKey; ref != nil {
		if _, err := ref.Resolve(ctx, e.Config.Dir(), e.Getenv); err != nil {
			e.fail("fingerprint key", &failure.Error{
				Kind: failure.Usage, Err: err, Hint: "set what fingerprint_key refers to",
			})
		} else {
			e.ok("fingerprint key", "resolved")
		}
	}
	const name = "notifications"
	resolved, missing := 0, false
	look := func(key string, ref *configio.Reference) {
		if ref == nil {
			return
		}
		if _, err := ref.Resolve(ctx, e.Config.Dir(), e.Getenv); err != nil {
			e.warn(name, "set what it refers to; until then it sends nothing", "%s: %v", key, err)
			missing = true
			return
		}
		resolved++
	}
	if beat := e.Config.Heartbeat; beat != nil {
		look("heartbeat.start", beat.Start)
		look("heartbeat.success", beat.Success)
		look("heartbeat.failure", beat.Failure)
	}
	if n := e.Config.Notify; n != nil {
		look("notify.webhook", n.Webhook)
		if n.Mail != nil {
			look("notify.mail.password", n.Mail.Password)
		}
	}
	if resolved > 0 && !missing {
		e.ok(name, "%s resolved; none was called", failure.Plural(resolved, "reference"))
	}
}
