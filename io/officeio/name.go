package officeio

import (
	"net/url"
	"path"
	"strings"
)

// CaseFoldName is a part's name as spreadsheet programs compare it: ignoring case, with \ as /.
func CaseFoldName(name string) string { return strings.ToLower(strings.ReplaceAll(name, `\`, "/")) }

// partName folds an entry's name. Not ok when it is absolute or leads upwards.
func partName(raw string) (string, bool) {
	name := CaseFoldName(raw)
	if strings.ContainsRune(name, 0) {
		return "", false
	}
	clean := strings.TrimSuffix(name, "/")
	if clean == "" || path.IsAbs(clean) || path.Clean(clean) != clean || clean == ".." ||
		strings.HasPrefix(clean, "../") {
		return "", false
	}
	if len(clean) > 1 && clean[1] == ':' {
		return "", false
	}
	return clean, true
}

// RelationsPart is the name of the part with the relations of a part, or of the
// package for "".
func RelationsPart(part string) string {
	folder, base := path.Split(part)
	return folder + "_rels/" + base + ".rels"
}

// Resolve is the name of the part that a relation of another part leads to. Targets
// are relative to that part's folder, or absolute; some writers escape them.
func (p *Package) Resolve(from, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	join := func(target string) string {
		if strings.HasPrefix(target, "/") {
			return strings.TrimPrefix(path.Clean(target), "/")
		}
		return path.Join(path.Dir(from), target)
	}
	name := join(target)
	if !p.Has(name) {
		if plain, err := url.PathUnescape(target); err == nil {
			return join(plain)
		}
	}
	return name
}

// Relative is the relative path from one part to another.
func Relative(from, to string) string {
	up := ""
	for folder := path.Dir(from); ; folder = path.Dir(folder) {
		if folder == "." {
			return up + to
		}
		if rest, below := strings.CutPrefix(to, folder+"/"); below {
			return up + rest
		}
		up += "../"
	}
}
