package configio

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"keyroster/io/plainfile"
	"keyroster/io/userdir"
)

// maxSize is some ten thousand accounts. The parser takes time and memory quadratic in the
// nesting, so a file that is something else must not reach it: maxDepth is far above that
// of any real configuration.
const (
	maxSize  = 4 << 20
	maxDepth = 100
)

// Config is a configuration without problems. It is only read after [Load].
type Config struct {
	// Path is the file's path as given.
	Path     string
	Accounts map[string]*Account
	// Fleet is nil where the accounts are one machine's.
	Fleet *Fleet
	// Warnings are about what is allowed and hardly intended.
	Warnings []Problem
	// Files are the paths of the configuration and of all that it includes, in
	// the order of reading.
	Files []string

	names []string
	mask  Mask
	// broken has the problems of single accounts, by name: the others can be used.
	broken map[string]*Error
}

// Names are the accounts' names in the order of the files. An included file whose
// accounts cannot be read counts as a broken account: it must not be skipped silently.
func (c *Config) Names() []string { return append([]string(nil), c.names...) }

// Broken is what is wrong with the account of that name, nil for nothing.
func (c *Config) Broken(name string) *Error { return c.broken[name] }

// Nightly are the names of the accounts that configure a roster, broken ones
// included, in the order of the files.
func (c *Config) Nightly() []string {
	return slices.DeleteFunc(c.Names(), func(name string) bool { return !c.Accounts[name].nightly })
}

// Account returns the account of that name. The error is an [*Error] that
// says what is wrong with it, or lists the known ones and names the nearest.
func (c *Config) Account(name string) (*Account, error) {
	if err := c.broken[name]; err != nil {
		return nil, err
	}
	if a := c.Accounts[name]; a != nil {
		return a, nil
	}
	p := Problem{Message: fmt.Sprintf("unknown account %s", shown(name))}
	if name == "" {
		p.Message = "no account named"
	}
	if near := Nearest(name, c.names); near != "" {
		p.Message += fmt.Sprintf("; did you mean `%s`?", near)
	}
	few := c.names[:min(len(c.names), 10)]
	p.Remedy = "known accounts: " + strings.Join(few, ", ")
	if more := len(c.names) - len(few); more > 0 {
		p.Remedy += fmt.Sprintf(" and %d more", more)
	}
	return nil, &Error{Path: c.Path, Problems: []Problem{p}}
}

// Find returns the path of the configuration file: explicit if it is not
// empty, else keyroster.yaml in the working directory, else
// keyroster/config.yaml in [userdir.Config]. Only the last two are looked for; that there is neither is an [*Error].
func Find(explicit string, getenv func(string) string) (string, error) {
	if explicit != "" {
		return explicit, nil
	}
	candidates := []string{"keyroster.yaml"}
	if path := userdir.Config.In(getenv, filepath.Join("keyroster", "config.yaml")); path != "" {
		candidates = append(candidates, path)
	}
	for _, path := range candidates {
		// A file that cannot be examined is returned too: Load says why.
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
	}
	return "", &Error{Problems: []Problem{{
		Message: "no configuration found at " + strings.Join(candidates, " or "),
		Remedy:  "name one with --config FILE",
	}}}
}

// Load reads the configuration at path and the files that it includes. Problems of its
// content are reported together as an [*Error]; an error of another type means that the
// file could not be read. It resolves no secret and opens no other file.
func Load(path string, known []Provider) (*Config, error) {
	c, err := Open(path, known)
	if err != nil {
		return nil, err
	}
	return c.whole()
}

// Open is [Load] for working on some of the accounts: what is wrong with a single
// account stops that account alone, and [Config.Account] returns it. What is wrong
// with the file as a whole is an error.
func Open(path string, known []Provider) (*Config, error) {
	c, file, err := read(path, known)
	if err != nil {
		return nil, err
	}
	return c.opened(file)
}

// Check is [Load] for inspecting a configuration: it returns all problems, and those that judge
// finds with accounts that have no other. An error means that the file could not be read.
func Check(path string, known []Provider, judge func(*Account) error) (*Config, []Problem, error) {
	c, all, err := read(path, known)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range c.names {
		if a := c.Accounts[name]; c.broken[name] == nil {
			if err := judge(a); err != nil {
				p := a.place
				p.Account, p.Message = name, err.Error()
				all = append(all, p)
			}
		}
	}
	return c, c.problems(all...), nil
}

func read(path string, known []Provider) (c *Config, file []Problem, err error) {
	data, err := readFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read configuration: %w", err)
	}
	c, file = parse(path, data, known)
	return c, file, nil
}

func readFile(path string) ([]byte, error) {
	f, err := plainfile.Open(path, plainfile.Unlimited)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, err
	}
	switch {
	case len(data) > maxSize:
		err = fmt.Errorf("larger than %d MiB; move accounts to files of their own with include: accounts.d/*.yaml",
			maxSize>>20)
	case nested(data) > maxDepth:
		err = errors.New("nested too deeply for a configuration")
	default:
		return data, nil
	}
	return nil, &fs.PathError{Op: "read", Path: path, Err: err}
}

// nested is an upper bound on how deep YAML is nested on single lines, and in brackets.
func nested(data []byte) (deepest int) {
	depth, line := 0, 0
	for i, b := range data {
		switch b {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '\n':
			line = 0
		case '-', ':', '?':
			if depth == 0 && i+1 < len(data) && (data[i+1] == ' ' || data[i+1] == '\t') {
				line++
			}
		}
		deepest = max(deepest, depth, line)
	}
	return deepest
}

// whole is the configuration if none of its accounts is broken.
func (c *Config) whole() (*Config, error) {
	if all := c.problems(); len(all) > 0 {
		return nil, &Error{Path: c.Path, Problems: all}
	}
	return c, nil
}

// problems are more, followed by the problems of the accounts.
func (c *Config) problems(more ...Problem) []Problem {
	for _, name := range c.names {
		if err := c.broken[name]; err != nil {
			more = append(more, err.Problems...)
		}
	}
	return ordered(c.Files, more)
}

// opened is the configuration if nothing is wrong with it as a whole; otherwise the
// error has all problems at once.
func (c *Config) opened(file []Problem) (*Config, error) {
	if len(file) > 0 {
		return nil, &Error{Path: c.Path, Problems: c.problems(file...)}
	}
	return c, nil
}

// parse reads a configuration and returns it with the problems of the file as a whole.
func parse(path string, data []byte, known []Provider) (*Config, []Problem) {
	r := &reader{
		known: known, origins: map[ast.Node]*source{}, seen: map[string]bool{}, defaults: map[string][]entry{},
	}
	c := &Config{Path: path, Accounts: map[string]*Account{}, broken: map[string]*Error{}}
	r.enter(path, identity(path))
	if root := r.document(data); root != nil {
		r.config(c, root)
	}
	c.Files, c.Warnings = r.files, ordered(r.files, r.warnings)
	return c, r.problems
}

// configKeys are the keys of a configuration in the order in which they are read.
func configKeys(known []Provider) []key[Config] {
	return []key[Config]{
		section("mask", "how much of a value is shown, in all accounts", maskKeys,
			func(r *reader, c *Config, v ast.Node) { r.mask(&c.mask, v) }),
		{
			"defaults", of("map", defaultsSchema(known)),
			"defaults for the accounts of each provider", (*reader).readDefaults,
		},
		{
			"fleet",
			kind{"map", func(*Provider) schema { return fleetSchema(known) }, describe(fleetKeys(known))},
			"a fleet: the database that its workers share", (*reader).fleet,
		},
		{"accounts", of("map", accountsSchema()), "the accounts, by name", (*reader).accounts},
		{
			"include", of("list", oneOrMoreOf(textSchema)),
			"files with more accounts, by path or pattern: accounts.d/*.yaml", (*reader).include,
		},
	}
}

func (r *reader) config(c *Config, root ast.Node) {
	entries, ok := r.mapping(root, "the configuration")
	if !ok {
		return
	}
	keys := configKeys(r.known)
	known := names(keys)
	slices.SortStableFunc(entries, func(a, b entry) int {
		return slices.Index(known, a.key) - slices.Index(known, b.key)
	})
	includes := hasKey(entries, "include")
	if !includes && !hasKey(entries, "accounts") {
		r.fail(
			root,
			"there is no `accounts` section",
			"write `accounts:` and below it one section for each account, with its `provider`",
		)
	}
	for _, e := range readKeys(r, c, entries, keys) {
		r.unknown(e, known, unknownKeyRemedy(e))
	}
	if includes && len(c.names)+len(r.problems) == 0 {
		r.fail(root, "there is no account, also not in the included files", "add an account with its `provider`")
	}
	c.applyMasks()
}

// unknownKeyRemedy is the remedy for an unknown key of a file.
func unknownKeyRemedy(e entry) string {
	if isMapping(e.value) {
		return "put accounts under `accounts:`"
	}
	return ""
}

func (r *reader) accounts(c *Config, v ast.Node) {
	entries, ok := r.mapping(v, "`accounts`")
	if !ok {
		return
	}
	if len(entries) == 0 {
		r.fail(v, "`accounts` is empty", "add an account with its `provider`")
	}
	for _, e := range entries {
		if other := c.Accounts[e.key]; other != nil {
			other.nightly = true // either may have the roster
			c.add(other, r.collect(func() {
				r.fail(
					e.at, "the account `"+e.key+"` is already defined at "+other.place.Place(),
					"remove one of the two, or give it another name",
				)
			}))
			continue
		}
		a := &Account{Name: e.key}
		c.add(a, r.collect(func() {
			if !accountName.MatchString(e.key) {
				r.fail(e.at, "an account's name "+nameRule, "")
			}
			a = r.account(e.key, e)
		}))
		a.place = r.problem(e.at, "", "")
		c.Accounts[e.key] = a
	}
}

// add records an account and the problems that are its own.
func (c *Config) add(a *Account, wrong *Error) {
	if c.Accounts[a.Name] == nil {
		c.Accounts[a.Name] = a
		c.names = append(c.names, a.Name)
	}
	if earlier := c.broken[a.Name]; earlier != nil && wrong != nil {
		wrong.Problems = append(slices.Clone(earlier.Problems), wrong.Problems...)
	}
	if wrong != nil {
		for i := range wrong.Problems {
			wrong.Problems[i].Account = a.Name
		}
		c.broken[a.Name] = wrong
	}
}
