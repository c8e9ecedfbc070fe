package configio

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"keyroster/reconcile"
)

var environmentName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)

// checkAuth reports an auth section that is missing, or not one of the provider's forms.
func (r *reader) checkAuth(a *Account, at entry, entries []entry) {
	if a.provider == nil {
		return
	}
	i := indexOf(entries, "auth")
	if i < 0 {
		if a.Sandbox == nil && len(a.provider.Auth) > 0 && a.baseURL != "sandbox" {
			r.fail(at.at, "the account `"+a.Name+"` has no `auth` section", "write one of "+forms(a.provider.Auth))
		}
		return
	}
	if members, ok := r.sectionOf(entries[i].value); ok {
		given := make([]string, 0, len(members))
		for _, e := range members {
			if findMember(a.provider.Auth, e.key).Name != "" {
				given = append(given, e.key)
			}
		}
		if len(given) == len(members) {
			r.form(entries[i].value, given, a.provider.Auth)
		}
	}
}

// auth reads the auth section. No value in it is ever shown, and no unknown
// key that is not the misspelling of a known one.
func (r *reader) auth(a *Account, entries []entry) {
	i := indexOf(entries, "auth")
	if a.provider == nil || i < 0 {
		return
	}
	members, ok := r.mapping(entries[i].value, "`auth`")
	if !ok {
		return
	}
	a.Auth = map[string]Reference{}
	for _, e := range members {
		m := findMember(a.provider.Auth, e.key)
		if m.Name == "" {
			r.unknownMember(e, a.provider.Auth)
			continue
		}
		if ref, ok := r.member(e, m, a.Provider); ok {
			a.Auth[m.Name] = ref
		}
	}
}

func (r *reader) unknownMember(e entry, accepted [][]Member) {
	remedy := "write one of " + forms(accepted)
	if near := Nearest(e.key, memberNames(accepted)); near != "" {
		r.unknown(e, []string{near}, remedy)
		return
	}
	r.fail(e.at, "unknown key in `auth` (not shown, because it may be a secret)", remedy)
}

// member reads one member as a reference, or literally where it is not secret.
func (r *reader) member(e entry, m Member, provider string) (Reference, bool) {
	variable := strings.ToUpper(provider + "_" + m.Name)
	if m.Secret {
		return r.secret(e.value, m.Name, variable)
	}
	ref, ok := r.reference(e.value, m.Name, variable)
	if ok && m.Path {
		switch ref.kind {
		case literal, fromEnv:
		default:
			r.fail(
				e.value,
				"`"+m.Name+"` is a path, not a reference to what the file holds",
				"write only the path, or env:NAME",
			)
			return Reference{}, false
		}
	}
	return ref, ok
}

// secret reads a reference and refuses anything else.
func (r *reader) secret(v ast.Node, name, variable string) (Reference, bool) {
	ref, ok := r.reference(v, name, variable)
	if ok && ref.kind == literal {
		r.fail(
			v,
			"`"+name+"` must not be written in this file",
			"store the secret elsewhere and refer to it: `"+name+": env:"+variable+"`, file:PATH or exec:COMMAND; "+
				"if it is a real secret, replace it",
		)
		return Reference{}, false
	}
	return ref, ok
}

func (r *reader) reference(v ast.Node, name, variable string) (Reference, bool) {
	text, ok := r.text(v, "`"+name+"`")
	if !ok {
		return Reference{}, false
	}
	ref, problem := parseReference(text)
	ref.dir = r.from(v).dir
	if problem != "" {
		r.fail(v, "`"+name+"`: "+problem, "write env:"+variable+", file:PATH or exec:COMMAND")
		return Reference{}, false
	}
	return ref, true
}

// form reports members that are not exactly those of one accepted form.
func (r *reader) form(section ast.Node, given []string, accepted [][]Member) {
	var missing []string
	for _, form := range accepted {
		extra, lacks := compare(given, form)
		if len(extra) > 0 {
			continue
		}
		if len(lacks) == 0 {
			return
		}
		if missing == nil || len(lacks) < len(missing) {
			missing = lacks
		}
	}
	switch {
	case len(given) == 0:
		r.fail(section, "`auth` is empty", "write one of "+forms(accepted))
	case missing != nil:
		r.fail(section, "`auth` lacks "+strings.Join(missing, ", "), "write one of "+forms(accepted))
	default:
		r.fail(
			section,
			"`auth` has "+strings.Join(given, ", ")+", which cannot be used together",
			"write one of "+forms(accepted),
		)
	}
}

func compare(given []string, form []Member) (extra, lacks []string) {
	for _, name := range given {
		if !slices.ContainsFunc(form, func(m Member) bool { return m.Name == name }) {
			extra = append(extra, name)
		}
	}
	for _, m := range form {
		if !slices.Contains(given, m.Name) {
			lacks = append(lacks, m.Name)
		}
	}
	return extra, lacks
}

func forms(accepted [][]Member) string {
	out := make([]string, len(accepted))
	for i, form := range accepted {
		out[i] = "{" + strings.Join(memberNames([][]Member{form}), ", ") + "}"
	}
	return strings.Join(out, " or ")
}

func memberNames(accepted [][]Member) []string {
	var out []string
	for _, form := range accepted {
		for _, m := range form {
			if !slices.Contains(out, m.Name) {
				out = append(out, m.Name)
			}
		}
	}
	return out
}

// findMember returns the member of that name, or one without a name. A member
// that one form calls a secret is a secret.
func findMember(accepted [][]Member, name string) Member {
	var found Member
	for _, form := range accepted {
		for _, m := range form {
			if m.Name == name && (found.Name == "" || m.Secret) {
				found = m
			}
		}
	}
	return found
}

// LoginFile identifies the file that keeps the account's login, whose token changes:
// accounts that name the same file, by a path or by one variable, get the same text. It is
// empty where there is no such file.
func (a *Account) LoginFile() string {
	if a.provider == nil {
		return ""
	}
	for _, form := range a.provider.Auth {
		for _, m := range form {
			ref, given := a.Auth[m.Name]
			switch {
			case !given || !m.Path:
			case ref.Literal():
				return ref.Path(a.dir)
			default:
				return ref.String()
			}
		}
	}
	return ""
}

// ResolveAuth resolves the members of the auth section for
// providers.Env.Auth: secrets to their text, paths to absolute ones. Warnings
// are for a person and hold no secret. The error names the account, the member
// and the reference, never what it led to. It may run commands for up to 10 s
// each.
func (a *Account) ResolveAuth(
	ctx context.Context, getenv func(string) string,
) (auth map[string]reconcile.Secret, warnings []string, err error) {
	auth = make(map[string]reconcile.Secret, len(a.Auth))
	var errs []error
	for _, name := range memberNames(a.provider.Auth) {
		ref, given := a.Auth[name]
		if !given {
			continue
		}
		secret, err := ref.Resolve(ctx, a.dir, getenv)
		if err == nil && findMember(a.provider.Auth, name).Path {
			secret, err = ref.absolute(secret)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("read auth.%s of account %s: %w", name, a.Name, err))
			continue
		}
		if w := ref.Warning(a.dir); w != "" {
			warnings = append(warnings, fmt.Sprintf("auth.%s of account %s: %s", name, a.Name, w))
		}
		auth[name] = secret
	}
	if len(errs) > 0 {
		return nil, nil, errors.Join(errs...)
	}
	return auth, warnings, nil
}

// Dir is the folder of the file that the account is in.
func (a *Account) Dir() string { return a.dir }

// Place is where the account is; the line is 0 where only the file is known.
func (a *Account) Place() (file string, line int) { return a.place.File, a.place.Line }

// absolute makes a path that the reference led to absolute.
func (r Reference) absolute(path reconcile.Secret) (reconcile.Secret, error) {
	text, err := filepath.Abs(within(r.dir, path.Reveal()))
	return reconcile.NewSecret(text), err
}
