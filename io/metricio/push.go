package metricio

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"keyroster/io/notifyio"
	"keyroster/reconcile"
)

// PushTime bounds a push, whatever the host does.
const PushTime = 10 * time.Second

// otlpPath ends the URL of every OTLP endpoint for metrics.
const otlpPath = "/v1/metrics"

// Destination is where metrics are pushed to.
type Destination struct {
	// Address is an https URL, or one of plain http on this machine. One that ends in
	// /v1/metrics takes OTLP, and any other is the root of a Pushgateway. It may hold a
	// user and a password.
	Address reconcile.Secret
	// Headers are sent to an OTLP endpoint, as OTEL_EXPORTER_OTLP_HEADERS has them:
	// name=value,name=value, with values in percent encoding.
	Headers string
	// Roots are the authorities to trust; nil are the system's.
	Roots *x509.CertPool
}

// Push sends the metrics of a run, which are those of [WriteFile], within [PushTime].
//
// A Pushgateway groups them by account and provider, so that no account replaces those of
// another. It keeps what is not replaced, such as the time of the last success after a failed
// run; what a run does not know is sent as NaN, so that no number of an earlier run remains.
// An OTLP endpoint gets gauges, and only for what the run knows. No error holds the address.
func Push(ctx context.Context, to Destination, tool string, run *Run) error {
	if err := notifyio.CheckAddress(to.Address); err != nil {
		return err
	}
	u, err := url.Parse(to.Address.Reveal())
	if err != nil {
		return errors.New("the address is not a URL")
	}
	p := &pusher{client: notifyio.Client(to.Roots), user: u.User}
	u.User = nil
	return p.push(ctx, u.String(), to.Headers, tool, run)
}

// push sends metrics to an address without a user.
func (p *pusher) push(ctx context.Context, address, headers, tool string, run *Run) error {
	ctx, cancel := context.WithTimeout(ctx, PushTime)
	defer cancel()
	if strings.HasSuffix(address, otlpPath) {
		return p.otlp(ctx, address, headers, tool, run)
	}
	return p.gateway(ctx, address, tool, run)
}

// gateway pushes to a Pushgateway: POST replaces the metrics of these names in the group.
func (p *pusher) gateway(ctx context.Context, address, tool string, run *Run) error {
	s := newSheet(tool)
	s.whole = true
	s.run(run, nil)
	var body bytes.Buffer
	encoder := expfmt.NewEncoder(&body, expfmt.NewFormat(expfmt.TypeProtoDelim))
	for _, family := range s.sorted() {
		for _, m := range family.Metric {
			m.Label = ungrouped(m.Label)
		}
		if err := encoder.Encode(family); err != nil {
			return fmt.Errorf("encode metrics: %w", err)
		}
	}
	address = strings.TrimSuffix(address, "/") + "/metrics/job/keyroster" +
		group(accountLabel, run.Account) + group(providerLabel, run.Provider)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, &body)
	if err != nil {
		return errors.New("the address is not a URL")
	}
	request.Header.Set("Content-Type", string(expfmt.NewFormat(expfmt.TypeProtoDelim)))
	answer, err := p.Do(request)
	if refused, ok := errors.AsType[answerError](err); ok {
		return fmt.Errorf("push to a Pushgateway (the URL does not end in %s): %w", otlpPath, refused)
	}
	if err != nil {
		return fmt.Errorf("push to a Pushgateway: %w", err)
	}
	return answer.Body.Close()
}

// group is a label of a group, as the path of a Pushgateway has it (Prometheus Pushgateway,
// URL): in base64 where a part of a path cannot hold the value.
func group(name, value string) string {
	if value == "" {
		return "/" + name + "@base64/="
	}
	if strings.ContainsFunc(value, notPlain) {
		return "/" + name + "@base64/" + base64.RawURLEncoding.EncodeToString([]byte(value))
	}
	return "/" + name + "/" + value
}

// notPlain reports whether a character may be escaped or special in a path.
func notPlain(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

// ungrouped are the labels that are not those of the group.
func ungrouped(labels []*dto.LabelPair) []*dto.LabelPair {
	var out []*dto.LabelPair
	for _, l := range labels {
		if l.GetName() != accountLabel && l.GetName() != providerLabel {
			out = append(out, l)
		}
	}
	return out
}

// pusher sends requests, within what Destination allows.
type pusher struct {
	client *http.Client
	user   *url.Userinfo
}

// answerError is the status with which a host refuses metrics.
type answerError int

func (e answerError) Error() string { return fmt.Sprintf("the host answered %d", int(e)) }

// Do sends a request. An answer that is not a success is an error without the address.
func (p *pusher) Do(request *http.Request) (*http.Response, error) {
	if p.user != nil {
		password, _ := p.user.Password()
		request.SetBasicAuth(p.user.Username(), password)
	}
	request.Header.Set("User-Agent", "keyroster")
	answer, err := p.client.Do(request)
	if err != nil {
		return nil, notifyio.Plain(err)
	}
	if answer.StatusCode/100 != 2 {
		_ = answer.Body.Close()
		return nil, answerError(answer.StatusCode)
	}
	return answer, nil
}
