package metricio

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	collector "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
	metrics "go.opentelemetry.io/proto/slim/otlp/metrics/v1"
	"google.golang.org/protobuf/proto"

	"keyroster/reconcile"
)

// call is a request that a host received.
type call struct {
	method, path, user, password string
	header                       http.Header
	body                         []byte
}

// host records what is pushed to it, and answers as told.
func host(t *testing.T, answer http.HandlerFunc) (*httptest.Server, *[]call) {
	t.Helper()
	var heard []call
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		c := call{method: r.Method, path: r.URL.Path, header: r.Header, body: body}
		c.user, c.password, _ = r.BasicAuth()
		heard = append(heard, c)
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s, &heard
}

// destination returns an address at a host, whose certificate it trusts.
func destination(s *httptest.Server, user, path string) Destination {
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return Destination{Address: reconcile.NewSecret(strings.Replace(s.URL, "://", "://"+user, 1) + path), Roots: roots}
}

// pushed decodes what was pushed to a Pushgateway.
func pushed(t *testing.T, c *call) map[string]*dto.MetricFamily {
	t.Helper()
	out := map[string]*dto.MetricFamily{}
	decoder := expfmt.NewDecoder(bytes.NewReader(c.body), expfmt.ResponseFormat(c.header))
	for {
		var family dto.MetricFamily
		err := decoder.Decode(&family)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out[family.GetName()] = &family
	}
}

// TestAGatewayHasAGroupForEachAccount: a group has everything that the file says about its account,
// except for the labels that the group supplies. A number that a run does not know is not left over
// from an earlier one, but the last success is.
func TestAGatewayHasAGroupForEachAccount(t *testing.T) {
	s, heard := host(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	good, stopped := night("hq", 0), Run{Account: "site/2", Provider: "seam", ExitCode: 6}
	for _, run := range []Run{good, stopped} {
		if err := Push(t.Context(), destination(s, "night:s3cret@", "/gw"), "keyroster test", &run); err != nil {
			t.Fatal(err)
		}
	}
	for i, paths := range [][]string{
		{"/gw/metrics/job/keyroster/account/hq/provider/doorflow", "/gw/metrics/job/keyroster/provider/doorflow/account/hq"},
		{"/gw/metrics/job/keyroster/account@base64/c2l0ZS8y/provider/seam", "/gw/metrics/job/keyroster/provider/seam/account@base64/c2l0ZS8y"},
	} {
		if c := (*heard)[i]; c.method != http.MethodPost || !slices.Contains(paths, c.path) || c.user != "night" || c.password != "s3cret" {
			t.Errorf("%s %s by %s", c.method, c.path, c.user)
		}
	}
	files := gather("keyroster test", []Run{good}, nil)
	first, second := pushed(t, &(*heard)[0]), pushed(t, &(*heard)[1])
	for _, family := range files {
		for _, m := range family.Metric {
			m.Label = ungrouped(m.Label)
		}
		if !proto.Equal(family, first[family.GetName()]) {
			t.Errorf("%s: %v, want %v", family.GetName(), first[family.GetName()], family)
		}
		// Each of them is replaced, so that none from an earlier run remains.
		if name := family.GetName(); (second[name] == nil) != (name == lastSuccess) {
			t.Errorf("after a run that was stopped: %s %v", name, second[name])
		}
	}
	for _, name := range []string{"keyroster_last_run_rows", "keyroster_last_run_records", "keyroster_last_run_sync_owed"} {
		for _, m := range second[name].GetMetric() {
			if !math.IsNaN(m.GetGauge().GetValue()) {
				t.Errorf("%s is %v after a run that does not know it", name, m)
			}
		}
	}
	if n := second["keyroster_last_run_calls"].GetMetric(); len(n) != 1 || n[0].GetGauge().GetValue() != 0 {
		t.Errorf("calls %v", n)
	}
}

// points returns the values of an OTLP request, by name and attributes.
func points(t *testing.T, request *collector.ExportMetricsServiceRequest) map[string]float64 {
	t.Helper()
	out := map[string]float64{}
	for _, r := range request.GetResourceMetrics() {
		if a := r.GetResource().GetAttributes(); len(a) != 1 || a[0].GetKey() != "service.name" || a[0].GetValue().GetStringValue() != "keyroster" {
			t.Errorf("resource %v", a)
		}
		for _, scope := range r.GetScopeMetrics() {
			for _, m := range scope.GetMetrics() {
				for _, p := range m.GetGauge().GetDataPoints() {
					name := m.GetName()
					for _, a := range p.GetAttributes() {
						name += " " + a.GetKey() + "=" + a.GetValue().GetStringValue()
					}
					if p.GetTimeUnixNano() != uint64(night("hq", 0).FinishedAt.UnixNano()) {
						t.Errorf("%s at %d", name, p.GetTimeUnixNano())
					}
					out[name] = p.GetValue().(*metrics.NumberDataPoint_AsDouble).AsDouble
				}
			}
		}
	}
	return out
}

// TestOTLPHasWhatTheFileHas: OTLP gets what the file has, with the headers that the environment
// names.
func TestOTLPHasWhatTheFileHas(t *testing.T) {
	s, heard := host(t, nil)
	to := destination(s, "", "/otlp/v1/metrics")
	to.Headers = "api-key=a%20b%3D, x-scope = hq,"
	run := night("hq", 3)
	if err := Push(t.Context(), to, "keyroster test", &run); err != nil {
		t.Fatal(err)
	}
	c := (*heard)[0]
	if c.method != http.MethodPost || c.path != "/otlp/v1/metrics" || c.header.Get("Content-Type") != protobuf ||
		c.header.Get("api-key") != "a b=" || c.header.Get("x-scope") != "hq" {
		t.Errorf("%s %s %v", c.method, c.path, c.header)
	}
	var request collector.ExportMetricsServiceRequest
	if err := proto.Unmarshal(c.body, &request); err != nil {
		t.Fatal(err)
	}
	families := gather("keyroster test", []Run{run}, nil)
	want := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetName() + "=" + l.GetValue()
			}
			want[name] = m.GetGauge().GetValue()
		}
	}
	if diff := cmp.Diff(want, points(t, &request)); diff != "" {
		t.Errorf("-file +pushed:\n%s", diff)
	}
}

// TestWhatIsRefusedIsSaid: a refusal is reported without the address, which may be a secret, and
// without the credentials.
func TestWhatIsRefusedIsSaid(t *testing.T) {
	partial := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", protobuf)
		data, err := proto.Marshal(&collector.ExportMetricsServiceResponse{
			PartialSuccess: &collector.ExportMetricsPartialSuccess{RejectedDataPoints: 4, ErrorMessage: "s3cret"},
		})
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(data)
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "s3cret", code) }
	}
	run := night("hq", 0)
	for _, test := range []struct {
		name, path, headers string
		answer              http.HandlerFunc
		want                string
	}{
		{
			"gateway", "/s3cret", "", status(404),
			"push to a Pushgateway (the URL does not end in /v1/metrics): the host answered 404",
		},
		{
			"redirect", "/s3cret", "", status(302),
			"push to a Pushgateway (the URL does not end in /v1/metrics): the host answered 302",
		},
		{"otlp", "/s3cret/v1/metrics", "", status(401), "push by OTLP: the host answered 401"},
		{"partial", "/v1/metrics", "", partial, "push by OTLP: the host rejected 4 of the values"},
		{"headers", "/v1/metrics", "s3cret", nil, "the headers for OTLP are not name=value,name=value"},
		{"colon", "/v1/metrics", "authorization: s3cret=", nil, "the headers for OTLP are not name=value,name=value"},
		{"break", "/v1/metrics", "a=s3cret%0A", nil, "the headers for OTLP are not name=value,name=value"},
		{"escape", "/v1/metrics", "a=%s3cret", nil, "the headers for OTLP are not name=value,name=value"},
		{"words", "/v1/metrics", "", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "taken") }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := host(t, test.answer)
			to := destination(s, "night:s3cret@", test.path)
			to.Headers = test.headers
			text := ""
			if err := Push(t.Context(), to, "keyroster test", &run); err != nil {
				text = err.Error()
			}
			if text != test.want {
				t.Errorf("%q, want %q", text, test.want)
			}
			to.Roots = x509.NewCertPool()
			if err := Push(t.Context(), to, "keyroster test", &run); err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("a host that is not trusted: %v", err)
			}
		})
	}
	for _, address := range []string{"http://push.example.com:9091", "ftp://127.0.0.1", "push.example.com:9091", "", "https://%zz"} {
		if err := Push(t.Context(), Destination{Address: reconcile.NewSecret(address)}, "", &run); err == nil || strings.Contains(err.Error(), "example") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestAHostThatHangsIsNotWaitedFor: a host that hangs is waited for no longer than PushTime.
func TestAHostThatHangsIsNotWaitedFor(t *testing.T) {
	for _, path := range []string{"", otlpPath} {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			defer func() { _, _ = near.Close(), far.Close() }()
			go func() { _, _ = io.Copy(io.Discard, far) }()
			p := &pusher{client: &http.Client{Transport: &http.Transport{
				DialContext: func(context.Context, string, string) (net.Conn, error) { return near, nil },
			}}}
			began, run := time.Now(), night("hq", 0)
			err := p.push(t.Context(), "http://127.0.0.1"+path, "", "keyroster test", &run)
			if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took != PushTime {
				t.Errorf("%v after %v", err, took)
			}
		})
	}
}
