package doorflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"

	_ "keyroster/reconcile/fixedseed"
)

// TestLawListsAreReadAsJSON: a list whose members are picked by name holds what encoding/json finds
// in it, and fails exactly when encoding/json does.
func TestLawListsAreReadAsJSON(t *testing.T) {
	t.Run("credentials", rapid.MakeCheck(sameAsJSON((*credential).member, func(c *credential) string {
		type bare credential // a credential prints its id alone
		return fmt.Sprintf("%+v", bare(*c))
	})))
	t.Run("people", rapid.MakeCheck(sameAsJSON((*person).member, func(p *person) string {
		enabled := p.Enabled
		p.Enabled = nil
		return fmt.Sprintf("%+v, disabled %v, said %v", *p, enabled != nil && !*enabled, enabled != nil)
	})))
}

// TestListsSayWhatDoesNotFit: the member is named, but nothing that it holds.
func TestListsSayWhatDoesNotFit(t *testing.T) {
	list := array[credential]{member: (*credential).member}
	body := strings.NewReader(`[{},{"id":"a","label":4711,"value":"b"}]`)
	err := list.decode(body, func(*credential) error { return nil })
	const want = "read element 2: the answer has a number where label has another kind"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func sameAsJSON[T any](member func(*T, []byte) any, shown func(*T) string) func(*rapid.T) {
	return func(t *rapid.T) {
		body := "[" + strings.Join(rapid.SliceOfN(drawnElement(), 0, 4).Draw(t, "elements"), ",") + "]"
		cut := rapid.Bool().Draw(t, "cut")
		if cut {
			body = body[:rapid.IntRange(0, len(body)-1).Draw(t, "at")]
		}
		var got, want []string
		err := array[T]{member: member}.decode(strings.NewReader(body), func(e *T) error {
			got = append(got, shown(e))
			return nil
		})
		wanted := decodeJSON(body, func(e *T) { want = append(want, shown(e)) })
		// If two members do not fit, encoding/json names either of them.
		at, _, _ := strings.Cut(fmt.Sprint(err), ": ")
		same := strings.HasPrefix(fmt.Sprint(wanted), at)
		if errors.Is(wanted, httpapi.ErrBroken) {
			same = cut && errors.Is(err, httpapi.ErrBroken)
		}
		if diff := cmp.Diff(want, got); diff != "" || !same {
			t.Fatalf("%s\n%v, encoding/json %v\n(-encoding/json +got):\n%s", body, err, wanted, diff)
		}
	}
}

// decodeJSON reads a list with encoding/json alone.
func decodeJSON[T any](body string, each func(*T)) error {
	dec := json.NewDecoder(strings.NewReader(body))
	if open, err := dec.Token(); err != nil {
		return failure.PlainJSON(err)
	} else if open != json.Delim('[') {
		return errors.New("the answer is not a list")
	}
	for n := 1; dec.More(); n++ {
		var element T
		if err := dec.Decode(&element); err != nil {
			return fmt.Errorf("read element %d: %w", n, failure.PlainJSON(err))
		}
		each(&element)
	}
	_, err := dec.Token()
	return failure.PlainJSON(err)
}

// drawnElement is mostly an object, with some members that a list has and others, in any spelling,
// with values of any kind, and some of them repeated. Names in another case are left out: to
// encoding/json they are the same, and no list has them.
func drawnElement() *rapid.Generator[string] {
	names := []string{
		"label", "id", "status", "first_name", "value", "enabled", "person_id", "credential_type_id",
		"wallet_type", "last_name", "email", "system_id", "valid_from", "valid_to", "url", "", "ids",
	}
	values := []string{
		`"a"`, "null", `"b"`, "31", `"31"`, "null", `""`, `"é"`, `"\u00e9\n\""`, `"\ud83d\ude00"`, `"\ud83d"`, "\"\xff\"",
		"0", "-1.50", "1e400", "12345678901234567890", "true", "false",
		"{}", "[]", `[1,{"id":"a"}]`, `{"id":"b","value":["c",null]}`,
	}
	return rapid.Custom(func(t *rapid.T) string {
		if rapid.IntRange(0, 19).Draw(t, "kind") == 19 {
			return rapid.SampledFrom(values).Draw(t, "element")
		}
		some := rapid.SliceOfN(rapid.SampledFrom(names), 1, 3).Draw(t, "names")
		space := rapid.SampledFrom([]string{"", " ", "\n\t"}).Draw(t, "space")
		members := make([]string, rapid.IntRange(0, 5).Draw(t, "members"))
		for i := range members {
			name := rapid.SampledFrom(some).Draw(t, "name")
			if at := rapid.IntRange(0, 12).Draw(t, "escaped"); at > 0 && at <= len(name) {
				name = fmt.Sprintf(`%s\u%04x%s`, name[:at-1], name[at-1], name[at:])
			}
			members[i] = `"` + name + `"` + space + ":" + space + rapid.SampledFrom(values).Draw(t, "value")
		}
		return "{" + space + strings.Join(members, ","+space) + space + "}"
	})
}
