package notifyio

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"

	"keyroster/io/notifyio/notifytest"
	"keyroster/reconcile"
)

var night = Message{
	Account: "hq", Provider: "doorflow", RunID: "20260131T020001Z-hq-0a1b2c", ExitCode: 3,
	Subject: "keyroster hq: 1 of 7 rows needs a person", Text: "1 of 7 rows needs a person\ntotals  …\n", Report: []byte("<!DOCTYPE html><title>hq</title>"),
}

func TestPingIsTriedAgain(t *testing.T) {
	bell := notifytest.NewWebhookServer(503, 429)
	defer bell.Close()
	if err := New(nil).Ping(t.Context(), reconcile.NewSecret(bell.URL+"/start"), "begins"); err != nil {
		t.Fatal(err)
	}
	calls := bell.Calls()
	if len(calls) != 3 || calls[2].Body != "begins" || calls[2].Path != "/start" {
		t.Errorf("calls %q", calls)
	}
}

func TestWebhookCarriesTheSummary(t *testing.T) {
	bell := notifytest.NewWebhookServer()
	defer bell.Close()
	if err := New(nil).Webhook(t.Context(), reconcile.NewSecret(bell.URL+"/hook"), night); err != nil {
		t.Fatal(err)
	}
	var got Message
	if err := json.Unmarshal([]byte(bell.Calls()[0].Body), &got); err != nil || got.Text != night.Text || got.ExitCode != 3 || got.Report != nil {
		t.Errorf("%+v %v", got, err)
	}
}

func TestErrorsHoldNoAddress(t *testing.T) {
	bell := notifytest.NewWebhookServer(404)
	refused := bell.URL
	gone := notifytest.NewWebhookServer()
	gone.Close()
	defer bell.Close()
	for _, address := range []string{refused + "/s3cret", gone.URL + "/s3cret", "http://host.example/s3cret", "://s3cret", "s3cret", "ftp://host.example/s3cret"} {
		err := New(nil).Ping(t.Context(), reconcile.NewSecret(address), "")
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("error %v", err)
		}
	}
	if n := len(bell.Calls()); n != 1 {
		t.Errorf("a refusal for good was asked %d times", n)
	}
}

func TestMailHasTheReportAttached(t *testing.T) {
	box, err := notifytest.NewMailbox()
	if err != nil {
		t.Fatal(err)
	}
	server := Server{Host: box.Host, Port: box.Port, TLS: "none"}
	if err := New(nil).Mail(t.Context(), server, "Keyroster <keyroster@example.com>", []string{"it@example.com", "hr@example.com"}, night); err != nil {
		t.Fatal(err)
	}
	box.Close()
	envelope, rest, _ := strings.Cut(box.Mails()[0], "RCPT TO:<hr@example.com>\r\n")
	if !strings.Contains(envelope, "<keyroster@example.com>") || !strings.Contains(envelope, "RCPT TO:<it@example.com>") {
		t.Errorf("envelope %q", envelope)
	}
	got, err := mail.ReadMessage(strings.NewReader(rest))
	if err != nil {
		t.Fatal(err)
	}
	if s := got.Header.Get("Subject"); s != night.Subject {
		t.Errorf("subject %q", s)
	}
	_, params, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(got.Body, params["boundary"])
	text, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(text); err != nil || !strings.Contains(string(body), "1 of 7 rows needs a person") {
		t.Errorf("text %q, %v", body, err)
	}
	report, err := parts.NextPart()
	if err != nil || report.FileName() != reportName {
		t.Fatalf("no report attached: %v", err)
	}
	if body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, report)); err != nil || string(body) != string(night.Report) {
		t.Errorf("report %q, %v", body, err)
	}
}

func TestMailNeedsTLSUnlessToldOtherwise(t *testing.T) {
	box, err := notifytest.NewMailbox()
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	server := Server{Host: box.Host, Port: box.Port, TLS: "starttls", Username: "it", Password: reconcile.NewSecret("s3cret")}
	err = New(nil).Mail(t.Context(), server, "keyroster@example.com", []string{"it@example.com"}, night)
	if err == nil || strings.Contains(err.Error(), "s3cret") || len(box.Mails()) > 0 {
		t.Errorf("error %v, %d mails", err, len(box.Mails()))
	}
}

func TestPrivateAuthority(t *testing.T) {
	bell := notifytest.NewTLSWebhookServer()
	defer bell.Close()
	mails, err := notifytest.NewTLSMailbox()
	if err != nil {
		t.Fatal(err)
	}
	defer mails.Close()
	known := x509.NewCertPool()
	if !known.AppendCertsFromPEM(bell.CA) || !known.AppendCertsFromPEM(mails.CA) {
		t.Fatal("no certificate")
	}
	address := reconcile.NewSecret(bell.URL)
	server := Server{Host: mails.Host, Port: mails.Port, TLS: "tls"}
	for name, tc := range map[string]struct {
		roots *x509.CertPool
		good  bool
	}{"known": {known, true}, "unknown": {x509.NewCertPool(), false}} {
		m := New(tc.roots)
		for what, err := range map[string]error{
			"ping": m.Ping(t.Context(), address, ""), "webhook": m.Webhook(t.Context(), address, night),
			"mail": m.Mail(t.Context(), server, "a@example.com", []string{"b@example.com"}, night),
		} {
			if (err == nil) != tc.good {
				t.Errorf("%s by an authority that is %s: %v", what, name, err)
			}
		}
	}
	if len(bell.Calls()) != 2 || len(mails.Mails()) != 1 {
		t.Errorf("%d calls and %d mails arrived", len(bell.Calls()), len(mails.Mails()))
	}
}
