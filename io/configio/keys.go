package configio

import (
	"reflect"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

func names[T any](keys []key[T]) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.name
	}
	return out
}

// readKeys reads the entries that keys name into a section and returns the rest.
func readKeys[T any](r *reader, into *T, entries []entry, keys []key[T]) []entry {
	var rest []entry
	for _, e := range entries {
		i := slices.IndexFunc(keys, func(k key[T]) bool { return k.name == e.key })
		if i < 0 {
			rest = append(rest, e)
			continue
		}
		keys[i].read(r, into, e.value)
	}
	return rest
}

// readSection is readKeys for a section that may have no other keys; remedy is the
// advice about one.
func readSection[T any](r *reader, into *T, entries []entry, keys []key[T], remedy string) {
	for _, e := range readKeys(r, into, entries, keys) {
		r.unknown(e, names(keys), remedy)
	}
}

// unknown reports a key that is not known. It names the key if it is near a known
// one or has a value; a lone word may be anything, even a pasted secret.
func (r *reader) unknown(e entry, known []string, remedy string) {
	near := Nearest(e.key, known)
	_, bare := e.value.(*ast.NullNode)
	switch {
	case near != "":
		r.fail(e.at, "unknown key "+shown(e.key), "did you mean `"+near+"`?")
	case bare || !plainWord.MatchString(e.key):
		r.fail(e.at, "unknown key", remedy)
	default:
		r.fail(e.at, "unknown key "+shown(e.key), remedy)
	}
}

// Key describes one key of the configuration, for documentation.
type Key struct {
	// Path has a * for a name that the user chooses: accounts.*.rate.
	Path string
	// Kind is what a value is: text, number, flag, duration, list, map or
	// reference.
	Kind string
	// Provider is the provider whose key it is, empty for all.
	Provider string
	Help     string
}

// Keys lists every key that [Load] knows, those common to all providers first.
// It panics when a provider's settings have a field of a type that it cannot
// read: readable are text, numbers, bool, time.Duration, structs, pointers to
// structs, slices and maps with text keys of these, and what implements
// encoding.TextUnmarshaler.
func Keys(known []Provider) []Key {
	out := describe(configKeys(known))
	for _, k := range describe(accountKeys) {
		k.Path = "accounts.*." + k.Path
		out = append(out, k)
	}
	for _, p := range known {
		out = append(out, Key{
			Path: "accounts.*.expect." + p.TenantKey, Kind: "text", Provider: p.Name,
			Help: "the " + p.TenantKey + " that this must be, by id; any other stops the run",
		})
		for _, name := range memberNames(p.Auth) {
			out = append(out, memberKey(p, name))
		}
		for _, k := range settingKeys(p) {
			k.Provider, k.Path = p.Name, "accounts.*."+k.Path
			out = append(out, k)
		}
	}
	return out
}

func describe[T any](keys []key[T]) []Key {
	var out []Key
	for _, k := range keys {
		out = append(out, Key{Path: k.name, Kind: k.kind.word, Help: k.help})
		for _, inner := range k.kind.inner {
			inner.Path = k.name + "." + inner.Path
			out = append(out, inner)
		}
	}
	return out
}

func memberKey(p Provider, name string) Key {
	m := findMember(p.Auth, name)
	k := Key{Path: "accounts.*.auth." + name, Kind: "text", Provider: p.Name, Help: m.Help}
	if m.Secret {
		k.Kind = "reference"
	}
	return k
}

func settingKeys(p Provider) []Key {
	if p.Settings == nil {
		return nil
	}
	return structKeys(reflect.TypeOf(p.Settings()), "")
}
