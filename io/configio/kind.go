package configio

import (
	"time"

	"github.com/goccy/go-yaml/ast"
)

// key is one key of a section of type T. Documentation, schema and reader are made
// from this one description: see [flag] and the others.
type key[T any] struct {
	name string
	kind kind
	help string
	read func(r *reader, into *T, value ast.Node)
}

// kind is what a key takes.
type kind struct {
	// word names it in the documentation.
	word string
	// schema is what a value may be in the accounts of a provider, as far as that
	// does not depend on the rest of the file.
	schema func(*Provider) schema
	// inner are the keys of a section, if they are always the same.
	inner []Key
}

// of is a kind of the same values for all providers.
func of(word string, s schema) kind {
	return kind{word: word, schema: func(*Provider) schema { return s }}
}

func flag[T any](name, help string, field func(*T) *bool) key[T] {
	return key[T]{name, of("flag", flagSchema), help, func(r *reader, into *T, v ast.Node) {
		*field(into), _ = r.boolean(v, "`"+name+"`")
	}}
}

func number[T any](name, help string, least, most int64, field func(*T) *int) key[T] {
	return key[T]{name, of("number", numberSchema(least, most)), help, func(r *reader, into *T, v ast.Node) {
		if x, ok := r.integer(v, "`"+name+"`", least, most); ok {
			*field(into) = int(x)
		}
	}}
}

func duration[T any](name, help string, field func(*T) *time.Duration) key[T] {
	return key[T]{name, of("duration", durationSchema), help, func(r *reader, into *T, v ast.Node) {
		if d, ok := r.duration(v, "`"+name+"`"); ok {
			*field(into) = d
		}
	}}
}

func text[T any](name, help string, field func(*T) *string) key[T] {
	return key[T]{name, of("text", textSchema), help, func(r *reader, into *T, v ast.Node) {
		*field(into), _ = r.text(v, "`"+name+"`")
	}}
}

// path is a text that names a file.
func path[T any](name, help string, field func(*T) *string) key[T] {
	return key[T]{name, of("text", textSchema), help, func(r *reader, into *T, v ast.Node) {
		if name, ok := r.text(v, "`"+name+"`"); ok {
			*field(into) = r.join(v, name)
		}
	}}
}

func rate[T any](name, help string, field func(*T) *string) key[T] {
	return key[T]{name, of("text", rateSchema), help, func(r *reader, into *T, v ast.Node) {
		r.rate(field(into), v, "`"+name+"`")
	}}
}

// words is one of a few words.
func words[T any, W ~string](name, help string, field func(*T) *W, known ...string) key[T] {
	return key[T]{name, of("text", oneOf(known...)), help, func(r *reader, into *T, v ast.Node) {
		if word, ok := r.word(v, "`"+name+"`", known...); ok {
			*field(into) = W(word)
		}
	}}
}

// secret is a reference to a value, for which variable is an example.
func secret[T any](name, help, variable string, field func(*T) **Reference) key[T] {
	return key[T]{name, of("reference", referenceSchema), help, func(r *reader, into *T, v ast.Node) {
		if ref, ok := r.secret(v, name, variable); ok {
			*field(into) = &ref
		}
	}}
}

// section has keys of its own.
func section[T, S any](name, help string, keys []key[S], read func(*reader, *T, ast.Node)) key[T] {
	k := kind{"map", func(p *Provider) schema { return object(keys, p) }, describe(keys)}
	return key[T]{name, k, help, read}
}
