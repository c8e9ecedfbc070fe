package configio

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/goccy/go-yaml/ast"
)

// include reads the files that the file being read names. A mistake in the key include
// is one of the configuration; a mistake in an included file stops that file alone.
func (r *reader) include(c *Config, v ast.Node) {
	for _, n := range r.oneOrMore(v) {
		pattern, ok := r.text(n, "`include`")
		if !ok {
			continue
		}
		if strings.ContainsFunc(pattern, func(c rune) bool { return !unicode.IsPrint(c) }) {
			r.fail(n, "`include` holds invisible characters", "write only the path or pattern")
			continue
		}
		if !strings.ContainsAny(pattern, "*?[{") {
			r.included(c, n, r.join(n, pattern), true)
			continue
		}
		for _, path := range r.matches(n, pattern) {
			r.included(c, n, path, false)
		}
	}
}

// matches are the files that a pattern fits, in the order of their names.
func (r *reader) matches(n ast.Node, pattern string) []string {
	dir, rest := doublestar.SplitPattern(filepath.ToSlash(pattern))
	dir = r.join(n, filepath.FromSlash(dir))
	// A folder that cannot be read might hold accounts, so it is an error.
	names, err := doublestar.Glob(
		os.DirFS(dir), rest, doublestar.WithFilesOnly(), doublestar.WithNoHidden(), doublestar.WithFailOnIOErrors(),
	)
	if err != nil {
		r.fail(n, "the files that `"+pattern+"` matches cannot be listed: "+pathCause(err).Error(), "")
		return nil
	}
	if !strings.HasPrefix(rest, ".") && !strings.Contains(rest, "/.") {
		// The library leaves hidden files out too, but on Windows by an attribute.
		names = slices.DeleteFunc(names, func(name string) bool { return strings.Contains("/"+name, "/.") })
	}
	if len(names) == 0 {
		r.warn(n, "no file matches `"+pattern+"`", "add one that holds `accounts:`, or remove this line")
	}
	slices.Sort(names)
	for i := range names {
		names[i] = filepath.Join(dir, filepath.FromSlash(names[i]))
	}
	return names
}

// included reads a file, once. n names it, or is a pattern that fits it.
func (r *reader) included(c *Config, n ast.Node, path string, named bool) {
	id := identity(path)
	if cycle := r.source.cycle(id); cycle != "" {
		r.fail(n, "`include` forms a cycle: "+cycle+" -> "+path, "remove one of these includes")
		return
	}
	if r.seen[id] {
		return
	}
	// A damaged file's accounts are unknown, so this one represents them.
	standIn := &Account{Name: notAccountName(path), nightly: true, place: Problem{File: path}}
	data, err := readFile(path)
	if err != nil {
		unread := func() { r.fail(n, "`"+path+"` cannot be read: "+pathCause(err).Error(), "") }
		if named {
			unread()
		} else {
			c.add(standIn, r.collect(unread))
		}
		return
	}
	r.enter(path, id)
	defer func() { r.source = r.source.within }()
	var further []entry
	if wrong := r.collect(func() { further = r.part(c, data) }); wrong != nil {
		c.add(standIn, wrong)
	}
	for _, e := range further {
		r.include(c, e.value)
	}
}

// part reads an included file, except what it includes itself, which is returned.
func (r *reader) part(c *Config, data []byte) (further []entry) {
	root := r.document(data)
	if root == nil {
		return nil
	}
	entries, _ := r.mapping(root, "the file")
	for _, e := range entries {
		switch {
		case e.key == "accounts":
			r.accounts(c, e.value)
		case e.key == "include":
			further = append(further, e)
		case slices.Contains(names(configKeys(nil)), e.key):
			r.fail(e.at, "`"+e.key+"` is not allowed in an included file", "move it to "+r.files[0])
		default:
			r.unknown(e, []string{"accounts", "include"}, unknownKeyRemedy(e))
		}
	}
	if len(entries) > 0 && len(further) == 0 && !hasKey(entries, "accounts") {
		r.fail(root, "there is no `accounts` section", "an included file holds `accounts:`, `include:` or both")
	}
	return further
}

// identity is the same for all paths to a file.
func identity(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path
}

// cycle is the chain of includes from the file of that identity to s; empty when
// that file does not include s.
func (s *source) cycle(id string) string {
	way := ""
	for at := s; at != nil; at = at.within {
		if way = strings.TrimSuffix(at.path+" -> "+way, " -> "); at.id == id {
			return way
		}
	}
	return ""
}

// notAccountName makes of a path a name that no account can have.
func notAccountName(path string) string {
	if accountName.MatchString(path) {
		return "." + string(filepath.Separator) + path
	}
	return path
}
