package configio

import (
	"net/mail"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Heartbeat are addresses that are called when a run starts and ends, in the style of
// Healthchecks; nil is none. They may be references, since anyone who knows one can call it.
type Heartbeat struct{ Start, Success, Failure *Reference }

// Notify says who is notified of a run, and when.
type Notify struct {
	// Always: also of a run that ended with everything as desired.
	Always bool
	// Webhook is a URL that receives the summary as JSON; nil for none.
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
	address("start", "called when a run starts", func(h *Heartbeat) **Reference { return &h.Start }),
	address("success", "called when a run ends with 0", func(h *Heartbeat) **Reference { return &h.Success }),
	address("failure", "called when a run ends with another exit code, with the summary",
		func(h *Heartbeat) **Reference { return &h.Failure }),
}

var notifyKeys = []key[Notify]{
	{
		"when", of("text", oneOf("trouble", "always")),
		"trouble (default): only runs that do not end with 0; always",
		func(r *reader, n *Notify, v ast.Node) {
			if word, ok := r.word(v, "`when`", "trouble", "always"); ok {
				n.Always = word == "always"
			}
		},
	},
	secret("webhook", "a URL that receives the summary as JSON", "KEYROSTER_WEBHOOK",
		func(n *Notify) **Reference { return &n.Webhook }),
	section("mail", "mails the summary, with the report attached", mailKeys, (*reader).mail),
}

var mailKeys = []key[Mail]{
	text("host", "the SMTP server", func(m *Mail) *string { return &m.Host }),
	number("port", "default 587, or 465 with tls: tls", 1, 65535, func(m *Mail) *int { return &m.Port }),
	words("tls", "starttls (default), tls, or none for a server on this machine",
		func(m *Mail) *string { return &m.TLS }, "starttls", "tls", "none"),
	text("username", "user name, if the server requires a login", func(m *Mail) *string { return &m.Username }),
	secret("password", "of the login", "SMTP_PASSWORD", func(m *Mail) **Reference { return &m.Password }),
	{
		"from", of("text", textSchema), "the sender's address",
		func(r *reader, m *Mail, v ast.Node) { m.From = r.mailbox(v, "`from`") },
	},
	{
		"to", of("list", listOf(textSchema)), "the recipients' addresses",
		func(r *reader, m *Mail, v ast.Node) {
			nodes, ok := r.list(v, "`to`")
			for _, n := range nodes {
				m.To = append(m.To, r.mailbox(n, "each of `to`"))
			}
			if ok && len(nodes) == 0 {
				r.fail(v, "`to` is empty", "")
			}
		},
	},
}

// address is a key for a URL, which may be literal or a reference.
func address[T any](name, help string, field func(*T) **Reference) key[T] {
	return key[T]{name, of("URL or reference", addressSchema), help, func(r *reader, into *T, v ast.Node) {
		r.address(field(into), v, name)
	}}
}

// address reads a URL, literal or by reference.
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
		r.fail(v, "`notify` has no recipients", "add `webhook` or `mail`")
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
