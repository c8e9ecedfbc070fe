package configio

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// maxVisits bounds what the anchors and aliases of a file can expand to.
const maxVisits = 1_000_000

var (
	wholeNumber = regexp.MustCompile(`^[+-]?[0-9]{1,18}$`)
	plainWord   = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)
)

// reader walks a YAML tree, guided by what is expected at each place. It does not
// use the library's decoder, which stops at the first problem, quotes the source in
// its errors and reads 00123 as a number.
type reader struct {
	known []Provider
	// source is the file that is being read, files are all in their order, and
	// origins has the file of each node.
	source  *source
	files   []string
	seen    map[string]bool
	origins map[ast.Node]*source
	// defaults has the entries that a provider's accounts inherit, by its name.
	defaults map[string][]entry
	// keeps: there is a fleet whose workers keep schedules, or a warning has said that there
	// is none.
	keeps    bool
	visits   int
	problems []Problem
	warnings []Problem
}

// entry is one key of a mapping with its value.
type entry struct {
	key   string
	at    ast.Node
	value ast.Node
}

// place is the node whose token is where a person would look: the token of a block
// mapping is its first colon.
func place(n ast.Node) ast.Node {
	for {
		switch v := n.(type) {
		case *ast.MappingNode:
			if v.IsFlowStyle || len(v.Values) == 0 {
				return n
			}
			n = v.Values[0].Key
		case *ast.MappingValueNode:
			n = v.Key
		default:
			if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
				return nil
			}
			return n
		}
	}
}

// resolve follows anchors, aliases and the tag !!str to the node that holds the
// value. nil means that a problem was reported.
func (r *reader) resolve(n ast.Node) ast.Node {
	for range 64 {
		if r.visits++; r.visits > maxVisits {
			break
		}
		switch v := n.(type) {
		case *ast.AnchorNode:
			n = v.Value
		case *ast.AliasNode:
			target := r.from(v).anchors[v.Value.GetToken().Value]
			if target == nil {
				r.fail(v, "there is no anchor of this name", "")
				return nil
			}
			n = target
		case *ast.TagNode:
			if v.Start.Value != "!!str" || v.Value == nil {
				r.fail(v, "tags are not used in this file", "remove it")
				return nil
			}
			n = v.Value
		default:
			return n
		}
	}
	if r.visits <= maxVisits+1 {
		r.fail(n, "too many nested aliases", "write the values out")
	}
	return nil
}

func isMapping(n ast.Node) bool {
	_, ok := n.(*ast.MappingNode)
	return ok
}

// indexOf is the index of a key's entry, -1 for none.
func indexOf(entries []entry, name string) int {
	return slices.IndexFunc(entries, func(e entry) bool { return e.key == name })
}

func hasKey(entries []entry, name string) bool { return indexOf(entries, name) >= 0 }

// mapping returns the entries of a mapping in their order, merge keys applied.
func (r *reader) mapping(n ast.Node, what string) ([]entry, bool) {
	return r.mappingAt(n, what, 0)
}

func (r *reader) mappingAt(n ast.Node, what string, depth int) ([]entry, bool) {
	var values []*ast.MappingValueNode
	switch v := r.resolve(n).(type) {
	case nil:
		return nil, false
	case *ast.MappingNode:
		values = v.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{v}
	case *ast.NullNode:
		r.fail(n, what+" is empty", "")
		return nil, false
	default:
		r.fail(n, what+" must be a section with `key: value` lines", "")
		return nil, false
	}
	var own, merged []entry
	for _, v := range values {
		if v.Key.IsMergeKey() {
			merged = append(merged, r.merge(v.Value, what, depth+1)...)
			continue
		}
		name, ok := r.text(keyNode(v.Key), "a key")
		if !ok {
			continue
		}
		if i := indexOf(own, name); i >= 0 {
			r.fail(
				v.Key,
				"this key is already set on line "+strconv.Itoa(place(own[i].at).GetToken().Position.Line),
				"remove one of the two",
			)
			continue
		}
		own = append(own, entry{key: name, at: v.Key, value: v.Value})
	}
	for _, e := range merged {
		if !hasKey(own, e.key) {
			own = append(own, e)
		}
	}
	return own, true
}

func (r *reader) merge(n ast.Node, what string, depth int) []entry {
	if depth > 8 {
		r.fail(n, "sections are merged into each other too deeply", "")
		return nil
	}
	if list, ok := r.resolve(n).(*ast.SequenceNode); ok {
		var out []entry
		for _, item := range list.Values {
			out = append(out, r.merge(item, what, depth+1)...)
		}
		return out
	}
	entries, _ := r.mappingAt(n, what, depth)
	return entries
}

// distinct refuses keys that name one thing in two spellings, since choosing one
// would be a guess. fold makes spellings comparable.
func (r *reader) distinct(entries []entry, what string, fold func(string) string) {
	first := map[string]entry{}
	for _, e := range entries {
		other, twice := first[fold(e.key)]
		if !twice {
			first[fold(e.key)] = e
			continue
		}
		line := ""
		if pos := place(other.at); pos != nil {
			line = " on line " + strconv.Itoa(pos.GetToken().Position.Line)
		}
		r.fail(
			e.at,
			fmt.Sprintf("%s names %s here and %s%s, but they are the same", what, shown(e.key), shown(other.key), line),
			"remove one of the two",
		)
	}
}

// typeKey makes names of types comparable: case and surrounding white space do not count.
func typeKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

func keyNode(n ast.MapKeyNode) ast.Node {
	if k, ok := n.(*ast.MappingKeyNode); ok && k.Value != nil {
		return k.Value
	}
	return n
}

// text reads a scalar as it is written: numbers keep their zeros.
func (r *reader) text(n ast.Node, what string) (string, bool) {
	text := ""
	switch v := r.resolve(n).(type) {
	case nil:
		return "", false
	case *ast.StringNode:
		text = v.Value
	case *ast.LiteralNode:
		text = v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		text = v.GetToken().Value
	case *ast.NullNode:
	default:
		r.fail(n, what+" must be text", "")
		return "", false
	}
	if text == "" {
		r.fail(n, what+" is empty", "")
		return "", false
	}
	return text, true
}

// word reads one of a fixed set of words.
func (r *reader) word(n ast.Node, what string, words ...string) (string, bool) {
	text, ok := r.text(n, what)
	if !ok || slices.Contains(words, text) {
		return text, ok
	}
	message := what + " cannot be " + shown(text)
	if near := Nearest(text, words); near != "" {
		message += fmt.Sprintf("; did you mean `%s`?", near)
	}
	r.fail(n, message, "known: "+strings.Join(words, ", "))
	return "", false
}

func (r *reader) integer(n ast.Node, what string, least, most int64) (int64, bool) {
	v := r.resolve(n)
	if v == nil {
		return 0, false
	}
	if i, ok := v.(*ast.IntegerNode); ok && wholeNumber.MatchString(i.Token.Value) {
		if x, err := strconv.ParseInt(i.Token.Value, 10, 64); err == nil && x >= least && x <= most {
			return x, true
		}
	}
	limits := fmt.Sprintf("from %d to %d", least, most)
	if most > 1e9 {
		limits = fmt.Sprintf("of at least %d", least)
	}
	r.fail(n, what+" must be a whole number "+limits+", without quotes", "")
	return 0, false
}

func (r *reader) boolean(n ast.Node, what string) (value, ok bool) {
	v := r.resolve(n)
	if v == nil {
		return false, false
	}
	if b, ok := v.(*ast.BoolNode); ok {
		return b.Value, true
	}
	r.fail(n, what+" must be true or false, without quotes", "")
	return false, false
}

// duration reads a length of time that is not negative: Go's units, and d for
// days of 24 hours.
func (r *reader) duration(n ast.Node, what string) (time.Duration, bool) {
	text, ok := r.text(n, what)
	if !ok {
		return 0, false
	}
	if days, isDays := strings.CutSuffix(text, "d"); isDays {
		if x, err := strconv.ParseUint(days, 10, 16); err == nil {
			return time.Duration(x) * 24 * time.Hour, true
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return d, true
	}
	r.fail(n, what+" must be a duration with a unit, such as 250ms, 30s or 15m", "")
	return 0, false
}

func (r *reader) list(n ast.Node, what string) ([]ast.Node, bool) {
	switch v := r.resolve(n).(type) {
	case nil:
		return nil, false
	case *ast.SequenceNode:
		return v.Values, true
	default:
		r.fail(n, what+" must be a list", "write it as [a, b] or with one `- ` per line")
		return nil, false
	}
}

// oneOrMore is a list, or the list of a single value.
func (r *reader) oneOrMore(n ast.Node) []ast.Node {
	switch v := r.resolve(n).(type) {
	case nil:
		return nil
	case *ast.SequenceNode:
		return v.Values
	}
	return []ast.Node{n}
}

func (r *reader) texts(n ast.Node, what string) ([]string, bool) {
	items, ok := r.list(n, what)
	if !ok {
		return nil, false
	}
	out := make([]string, 0, len(items))
	for _, item := range items {
		text, good := r.text(item, "an entry of "+what)
		ok = ok && good
		out = append(out, text)
	}
	return out, ok
}

func (r *reader) textMap(n ast.Node, what string) (map[string]string, bool) {
	entries, ok := r.mapping(n, what)
	if !ok {
		return nil, false
	}
	out := make(map[string]string, len(entries))
	for _, e := range entries {
		text, good := r.text(e.value, "a value of "+what)
		ok = ok && good
		out[e.key] = text
	}
	return out, ok
}
