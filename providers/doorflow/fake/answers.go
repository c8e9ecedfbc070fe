package fake

import (
	"encoding/json"
	"net/http"
	"strconv"

	"keyroster/providers/sandbox"
)

// raw is an answer of JSON.
func raw(status int, body []byte) *sandbox.Answer {
	return &sandbox.Answer{Status: status, Kind: "application/json; charset=utf-8", Body: body}
}

// plain is an answer of text, as deletions give.
func plain(status int, text string) *sandbox.Answer {
	return &sandbox.Answer{Status: status, Kind: "text/plain; charset=utf-8", Body: []byte(text), Applied: true}
}

func answer(status int, value any) *sandbox.Answer {
	body, err := json.Marshal(value)
	if err != nil {
		panic("encode answer: " + err.Error()) // only maps and strings of ours come here
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

// appendNullable appends text, or null when it is empty.
func appendNullable(dst []byte, text string) []byte {
	if text == "" {
		return append(dst, "null"...)
	}
	return sandbox.AppendText(dst, text)
}

// masked is what a masked PIN is read as.
const masked = "******"

// append appends the credential's object.
func (c *credential) append(dst []byte, mask bool) []byte {
	dst = append(dst, `{"id":`...)
	dst = sandbox.AppendText(dst, c.id)
	dst = append(dst, `,"credential_type_id":`...)
	dst = strconv.AppendInt(dst, c.typ.id, 10)
	dst = append(dst, `,"label":`...)
	dst = sandbox.AppendText(dst, c.typ.label)
	dst = append(dst, `,"person_id":`...)
	dst = strconv.AppendInt(dst, c.person.id, 10)
	dst = append(dst, `,"value":`...)
	switch {
	case !c.hasValue:
		dst = append(dst, "null"...)
	case mask && c.typ.kind == pin:
		dst = sandbox.AppendText(dst, masked)
	default:
		dst = sandbox.AppendText(dst, c.value)
	}
	dst = append(dst, `,"status":`...)
	dst = appendNullable(dst, c.status)
	dst = append(dst, `,"url":`...)
	dst = appendNullable(dst, c.url)
	dst = append(dst, `,"wallet_type":`...)
	dst = appendNullable(dst, c.wallet)
	dst = append(dst, c.extra...)
	return append(dst, '}')
}

// append appends the person's object with the members that are named after the
// slugs of the person's credentials.
func (p *person) append(dst []byte, mask bool) []byte {
	dst = append(dst, p.raw[:len(p.raw)-1]...)
	for _, c := range p.creds {
		if !c.hasValue {
			continue
		}
		value := c.value
		if mask && c.typ.kind == pin {
			value = masked
		}
		dst = append(dst, ',')
		dst = sandbox.AppendText(dst, c.typ.slug)
		dst = append(dst, ':')
		dst = sandbox.AppendText(dst, value)
	}
	return append(dst, '}')
}
