package fake

import (
	"encoding/json"
	"net/http"
	"strconv"

	"keyroster/providers/sandbox"
)

// raw makes a JSON answer.
func raw(status int, body []byte) *sandbox.Answer {
	return &sandbox.Answer{Status: status, Kind: "application/json; charset=utf-8", Body: body}
}

// plain makes a text answer, as deletions give.
func plain(status int, text string) *sandbox.Answer {
	return &sandbox.Answer{Status: status, Kind: "text/plain; charset=utf-8", Body: []byte(text), Applied: true}
}

func answer(status int, value any) *sandbox.Answer {
	body, err := json.Marshal(value)
	if err != nil {
		panic("encode answer: " + err.Error()) // only our own maps and strings get here
	}
	return raw(status, body)
}

func failure(status int, code, description string) *sandbox.Answer {
	return answer(status, map[string]string{"error": code, "error_description": description})
}

func notFound() *sandbox.Answer {
	return failure(http.StatusNotFound, "not_found", "The requested resource was not found")
}

// invalid answers 422 for one member. Of all of them only limit_reached is a
// string and not a list.
func invalid(member string, words any) *sandbox.Answer {
	return answer(http.StatusUnprocessableEntity, map[string]any{
		"error": "validation_failed", "errors": map[string]any{member: words},
	})
}

func wrong(member, words string) *sandbox.Answer { return invalid(member, []string{words}) }

// masked is what a masked PIN is read as.
const masked = "******"

// shown returns a credential's value as it is read.
func (c *credential) shown(mask bool) string {
	if mask && c.typ.kind == pin {
		return masked
	}
	return c.value
}

// appendMember appends a member that has others before it; no text is null.
func appendMember(dst []byte, name, text string, none bool) []byte {
	dst = append(append(append(dst, `,"`...), name...), `":`...)
	if none {
		return append(dst, "null"...)
	}
	return sandbox.AppendText(dst, text)
}

// append appends the credential's object.
func (c *credential) append(dst []byte, mask bool) []byte {
	dst = sandbox.AppendText(append(dst, `{"id":`...), c.id)
	dst = strconv.AppendInt(append(dst, `,"credential_type_id":`...), c.typ.id, 10)
	dst = appendMember(dst, "label", c.typ.label, false)
	dst = strconv.AppendInt(append(dst, `,"person_id":`...), c.person.id, 10)
	dst = appendMember(dst, "value", c.shown(mask), !c.hasValue)
	dst = appendMember(dst, "status", c.status, c.status == "")
	dst = appendMember(dst, "url", c.url, c.url == "")
	dst = appendMember(dst, "wallet_type", c.wallet, c.wallet == "")
	return append(append(dst, c.extra...), '}')
}

// append appends the person's object with the members that are named after the
// slugs of the person's credentials.
func (p *person) append(dst []byte, mask bool) []byte {
	dst = append(dst, p.raw[:len(p.raw)-1]...)
	for _, c := range p.creds {
		if c.hasValue {
			dst = append(sandbox.AppendText(append(dst, ','), c.typ.slug), ':')
			dst = sandbox.AppendText(dst, c.shown(mask))
		}
	}
	return append(dst, '}')
}
