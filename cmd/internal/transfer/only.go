package transfer

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"keyroster/cmd/internal/failure"
	"keyroster/io/migrationio"
	"keyroster/reconcile"
)

// readOnly finds the people in --only-holders. Anyone not found or ambiguous is an error: the
// others would be moved without them, or the wrong person would be moved.
func (m *Made) readOnly() (map[string]bool, error) {
	if m.people == nil {
		return nil, nil
	}
	source := newDirectory(m.from.Holders)
	only := map[string]bool{}
	var words []string
	for _, p := range m.people {
		id, wrong := source.find(p)
		if wrong != "" {
			words = append(words, fmt.Sprintf("line %d: account %s %s", p.Line, m.source.Config.Name, wrong))
			continue
		}
		only[id] = true
	}
	if len(words) == 0 {
		return only, nil
	}
	if more := len(words) - shownUnknown; more > 0 {
		words = append(words[:shownUnknown], fmt.Sprintf("and %d more", more))
	}
	return nil, &failure.Error{
		Kind: failure.Roster, Err: errors.New(m.options.Only + ", " + strings.Join(words, "; ")),
		Hint: "write each person as in the account, under a header that says how: holder_id, holder_ref or holder_email",
	}
}

// directory finds an account's people by id, reference or e-mail address.
type directory struct{ byID, byRef, byEmail map[string][]string }

func newDirectory(holders *reconcile.Holders) *directory {
	d := &directory{map[string][]string{}, map[string][]string{}, map[string][]string{}}
	for _, id := range holders.IDs() {
		h := holders.Of(id)
		d.byID[id] = []string{id}
		for _, key := range []struct {
			in   map[string][]string
			text string
		}{{d.byRef, h.Ref}, {d.byEmail, h.Email}} {
			if key.text != "" {
				key.in[nameKey(key.text)] = append(key.in[nameKey(key.text)], id)
			}
		}
	}
	return d
}

// nameKey normalises references and addresses, so that what looks equal is equal.
func nameKey(text string) string {
	return strings.ToLower(norm.NFC.String(strings.TrimSpace(text)))
}

// find returns the one person that an entry names, or what is wrong with it.
func (d *directory) find(p migrationio.Person) (id, wrong string) {
	for _, way := range []struct {
		text string
		ids  []string
	}{
		{p.ID, d.byID[p.ID]},
		{p.Ref, d.byRef[nameKey(p.Ref)]},
		{p.Email, d.byEmail[nameKey(p.Email)]},
		{p.Any, slices.Concat(d.byID[p.Any], d.byRef[nameKey(p.Any)], d.byEmail[nameKey(p.Any)])},
	} {
		if way.text == "" {
			continue
		}
		slices.Sort(way.ids)
		switch ids := slices.Compact(way.ids); {
		case len(ids) == 0:
			return "", fmt.Sprintf("has no person matching %q", way.text)
		case len(ids) > 1:
			return "", fmt.Sprintf("has %d people matching %q: %s", len(ids), way.text, strings.Join(ids, ", "))
		case id != "" && id != ids[0]:
			return "", fmt.Sprintf("has %s, also named on the line, as a different person than %q", id, way.text)
		default:
			id = ids[0]
		}
	}
	return id, ""
}
