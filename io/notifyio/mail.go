package notifyio

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"time"

	"github.com/wneessen/go-mail"

	"keyroster/reconcile"
)

// Server is where mails are delivered.
type Server struct {
	Host string
	Port int
	// TLS is starttls (required, never skipped), tls (from the first byte) or
	// none.
	TLS string
	// Username is empty for a server that wants no login.
	Username string
	Password reconcile.Secret
}

// mailTime bounds the delivery of one mail.
const mailTime = 30 * time.Second

// reportName is what the attached report is called.
const reportName = "report.html"

// Mail sends a message as a mail of plain text, with the report attached when
// there is one.
func (m *Messenger) Mail(ctx context.Context, s Server, from string, to []string, message Message) error {
	composed, err := compose(from, to, message)
	if err != nil {
		return err
	}
	options := []mail.Option{mail.WithPort(s.Port), mail.WithTimeout(mailTime), mail.WithTLSConfig(&tls.Config{
		ServerName: s.Host, MinVersion: tls.VersionTLS12, RootCAs: m.roots,
	})}
	switch s.TLS {
	case "tls":
		options = append(options, mail.WithSSL())
	case "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.Username != "" {
		options = append(
			options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.Username),
			mail.WithPassword(s.Password.Reveal()),
		)
	}
	client, err := mail.NewClient(s.Host, options...)
	if err != nil {
		return fmt.Errorf("prepare the mail server: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, mailTime)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, composed); err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}

func compose(from string, to []string, m Message) (*mail.Msg, error) {
	letter := mail.NewMsg()
	if err := letter.From(from); err != nil {
		return nil, fmt.Errorf("address mail: %w", err)
	}
	if err := letter.To(to...); err != nil {
		return nil, fmt.Errorf("address mail: %w", err)
	}
	letter.Subject(m.Subject)
	letter.SetDate()
	letter.SetMessageID()
	// This asks for no replies and no absence notes.
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.Report != nil {
		if err := letter.AttachReader(reportName, bytes.NewReader(m.Report), mail.WithFileContentType("text/html")); err != nil {
			return nil, fmt.Errorf("attach the report: %w", err)
		}
	}
	return letter, nil
}
