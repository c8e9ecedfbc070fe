package providertest

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// login fills a form of the auth section from the sandbox's welcome, else from its
// switches; nil if that does not suffice. A path names a new token file with the sandbox's
// tokens.
func (w *world) login(form providers.AuthForm) map[string]reconcile.Secret {
	w.Helper()
	auth := map[string]reconcile.Secret{}
	for _, m := range form.Members {
		text := w.offered(m.Name)
		if m.Path {
			text = w.tokenFile()
		}
		if text == "" {
			return nil
		}
		auth[m.Name] = reconcile.NewSecret(text)
		if m.Secret {
			w.leaks.addSecrets(text)
		}
	}
	return auth
}

// offered returns a member of a login from the sandbox's welcome or switches.
func (w *world) offered(name string) string {
	members, _ := w.welcome["auth"].(map[string]string)
	if text := members[name]; text != "" {
		return text
	}
	if text, _ := w.welcome[name].(string); text != "" {
		return text
	}
	return w.set[name]
}

// tokenFile writes the sandbox's tokens to a new file.
func (w *world) tokenFile() string {
	w.Helper()
	path := filepath.Join(w.TempDir(), "law.token")
	access, refresh := w.offered("access_token"), w.offered("refresh_token")
	w.leaks.addSecrets(access, refresh)
	err := httpapi.StoreToken(w.Context(), httpapi.TokenFile(path), httpapi.Token{
		Access: reconcile.NewSecret(access), Refresh: reconcile.NewSecret(refresh), Type: "Bearer",
	})
	if err != nil {
		w.Fatal(err)
	}
	return path
}

// plainLogin returns the first form that needs no file.
func (w *world) plainLogin() map[string]reconcile.Secret {
	w.Helper()
	for _, form := range w.suite.Spec.Auth {
		needsFile := func(m providers.AuthMember) bool { return m.Path }
		if slices.ContainsFunc(form.Members, needsFile) {
			continue
		}
		if auth := w.login(form); auth != nil {
			return auth
		}
	}
	w.Fatal("the sandbox's welcome fills no form of the auth section that needs no file")
	return nil
}

// logsIn: every form of login opens the same tenant and lists it. When the host calls its
// access token invalid, a new one is obtained, or the login is denied; a login with a file
// always obtains a new one.
func logsIn(t prover, s *Suite) {
	var tenant string
	for _, form := range s.Spec.Auth {
		w := newWorld(t, s, nil)
		auth := w.login(form)
		if auth == nil {
			t.Errorf("nothing fills the form of %s: give the sandbox a switch", form.Help)
			continue
		}
		client := w.open(func(env *providers.Env) { env.Auth = auth })
		got, err := client.Tenant(t.Context())
		w.leaks.collect(err)
		if err != nil || got.ID == "" || tenant != "" && got.ID != tenant {
			t.Errorf("login by %s: tenant %q, not %q: %v", names(form), got.ID, tenant, err)
			continue
		}
		tenant = got.ID
		before := ids(w.list(client))
		w.gate.api.ExpireTokens()
		after, err := client.List(t.Context(), reconcile.Scope{}, nil)
		w.leaks.collect(err)
		renews := slices.ContainsFunc(form.Members, func(m providers.AuthMember) bool { return m.Path })
		if err == nil && !slices.Equal(before, ids(after)) ||
			err != nil && (renews || reconcile.ClassOf(err) != reconcile.Denied) {
			t.Errorf("login by %s, once its token is invalid: class %d: %v", names(form), reconcile.ClassOf(err), err)
		}
	}
	w := newWorld(t, s, nil)
	for name, secret := range w.auth {
		if !w.isSecret(name) {
			continue
		}
		wrong := maps.Clone(w.auth)
		wrong[name] = reconcile.NewSecret("wrong_" + secret.Reveal())
		w.leaks.addSecrets(wrong[name].Reveal())
		_, err := w.open(func(env *providers.Env) { env.Auth = wrong }).Tenant(t.Context())
		w.fails(err, reconcile.Denied, "a wrong "+name)
	}
}

func (w *world) isSecret(name string) bool {
	for _, form := range w.suite.Spec.Auth {
		for _, m := range form.Members {
			if m.Name == name && m.Secret {
				return true
			}
		}
	}
	return false
}

func names(form providers.AuthForm) string {
	var out []string
	for _, m := range form.Members {
		out = append(out, m.Name)
	}
	return strings.Join(out, ", ")
}
