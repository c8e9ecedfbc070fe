package configio

import (
	"net/mail"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Heartbeat are addresses that are called when a run begins and ends, in the
// style of Healthchecks; nil is none. They may be references, since whoever
// knows one can call it.
type Heartbeat struct{ Start, Success, Failure *Reference }

// Notify says who is told of a run, and when.
type Notify struct {
	// Always: also of a run that ended with everything as desired.
	Always bool
	// Webhook is an address that gets the summary as JSON; nil for none.
	Webhook *Reference
	// Mail is nil for none.
	Mail *Mail
}

// Mail is how the summary is mailed.
type Mail struct {
	Host string
	// Port is 587, or 465 with TLS tls.
	Port int
	// TLS is starttls (required), tls (from the first byte) or none, which is
	// for this machine alone.
	TLS string
	// Username is empty, and Password nil, for a server that wants no login.
	Username string
	Password *Reference
	From     string
	To       []string
}

var heartbeatKeys = []key[Heartbeat]{
	{
		"start",
		"URL or reference",
		"called when a run begins",
		func(r *reader, h *Heartbeat, v ast.Node) { r.address(&h.Start, v, "start") },
	},
	{
		"success",
		"URL or reference",
		"called when a run ended with 0",
		func(r *reader, h *Heartbeat, v ast.Node) { r.address(&h.Success, v, "success") },
	},
	{
		"failure",
		"URL or reference",
		"called when a run ended otherwise, with the summary",
		func(r *reader, h *Heartbeat, v ast.Node) { r.address(&h.Failure, v, "failure") },
	},
}

var notifyKeys = []key[Notify]{
	{
		"when",
		"text",
		"trouble: only of runs that did not end with 0 (default); always",
		func(r *reader, n *Notify, v ast.Node) {
			if word, ok := r.word(v, "`when`", "trouble", "always"); ok {
				n.Always = word == "always"
			}
		},
	},
	{"webhook", "reference", "an address that gets the summary as JSON", func(r *reader, n *Notify, v ast.Node) {
		if ref, ok := r.secret(v, "webhook", "KEYROSTER_WEBHOOK"); ok {
			n.Webhook = &ref
		}
	}},
	{"mail", "map", "mails the summary, with the report attached", (*reader).mail},
}

var mailKeys = []key[Mail]{
	{"host", "text", "the SMTP server", func(r *reader, m *Mail, v ast.Node) { m.Host, _ = r.text(v, "`host`") }},
	{
		"port",
		"number",
		"default 587, or 465 with tls: tls",
		func(r *reader, m *Mail, v ast.Node) { r.count(&m.Port, v, "`port`", 1, 65535) },
	},
	{
		"tls",
		"text",
		"starttls (default), tls, or none for a server on this machine",
		func(r *reader, m *Mail, v ast.Node) {
			r.choose(&m.TLS, v, "`tls`", "starttls", "tls", "none")
		},
	},
	{
		"username",
		"text",
		"of the login, if the server wants one",
		func(r *reader, m *Mail, v ast.Node) { m.Username, _ = r.text(v, "`username`") },
	},
	{"password", "reference", "of the login", func(r *reader, m *Mail, v ast.Node) {
		if ref, ok := r.secret(v, "password", "SMTP_PASSWORD"); ok {
			m.Password = &ref
		}
	}},
	{"from", "text", "the sender's address", func(r *reader, m *Mail, v ast.Node) { m.From = r.mailbox(v, "`from`") }},
	{"to", "list", "the recipients' addresses", func(r *reader, m *Mail, v ast.Node) {
		nodes, ok := r.list(v, "`to`")
		for _, n := range nodes {
			m.To = append(m.To, r.mailbox(n, "each of `to`"))
		}
		if ok && len(nodes) == 0 {
			r.fail(v, "`to` is empty", "")
		}
	}},
}

// address reads a URL that may stand in the file or be referred to.
func (r *reader) address(into **Reference, v ast.Node, name string) {
	ref, ok := r.reference(v, name, "KEYROSTER_HEARTBEAT")
	if !ok {
		return
	}
	if ref.kind == literal {
		if ref.text, ok = r.url(v, "`"+name+"`", ref.text); !ok {
			return
		}
	}
	*into = &ref
}

func (r *reader) mailbox(v ast.Node, what string) string {
	text, ok := r.text(v, what)
	if !ok {
		return ""
	}
	if _, err := mail.ParseAddress(text); err != nil || strings.ContainsAny(text, "\r\n") {
		r.fail(v, what+" must be an e-mail address", "")
	}
	return text
}

func (r *reader) heartbeat(a *Account, v ast.Node) {
	section := &Heartbeat{}
	if entries, ok := r.mapping(v, "`heartbeat`"); ok {
		readSection(r, section, entries, heartbeatKeys, "")
		a.Heartbeat = section
	}
}

func (r *reader) notify(a *Account, v ast.Node) {
	section := &Notify{}
	entries, ok := r.mapping(v, "`notify`")
	if !ok {
		return
	}
	readSection(r, section, entries, notifyKeys, "")
	if !hasKey(entries, "webhook") && !hasKey(entries, "mail") {
		r.fail(v, "`notify` tells nobody", "add `webhook` or `mail`")
	}
	a.Notify = section
}

func (r *reader) mail(n *Notify, v ast.Node) {
	m := &Mail{TLS: "starttls"}
	entries, ok := r.mapping(v, "`mail`")
	if !ok {
		return
	}
	readSection(r, m, entries, mailKeys, "")
	for _, needed := range []string{"host", "from", "to"} {
		if !hasKey(entries, needed) {
			r.fail(v, "`mail` has no `"+needed+"`", "")
		}
	}
	if hasKey(entries, "username") != hasKey(entries, "password") {
		r.fail(v, "`username` and `password` go together", "")
	}
	if m.TLS == "none" && !loopback(m.Host) {
		r.fail(
			v,
			"`tls: none` is only for a server on this machine: localhost, 127.0.0.1 or [::1]",
			"write starttls or tls",
		)
	}
	if m.Port == 0 {
		m.Port = map[string]int{"tls": 465, "none": 25}[m.TLS]
	}
	if m.Port == 0 {
		m.Port = 587
	}
	n.Mail = m
}
