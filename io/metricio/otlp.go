package metricio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	dto "github.com/prometheus/client_model/go"
	collector "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
	common "go.opentelemetry.io/proto/slim/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/slim/otlp/metrics/v1"
	resource "go.opentelemetry.io/proto/slim/otlp/resource/v1"
	"golang.org/x/net/http/httpguts"
	"google.golang.org/protobuf/proto"
)

// protobuf is the media type of requests and answers.
const protobuf = "application/x-protobuf"

// maxAnswer is far above any answer of an OTLP endpoint.
const maxAnswer = 64 << 10

// otlp exports the metrics as OTLP over HTTP has it: one request of protocol buffers.
func (p *pusher) otlp(ctx context.Context, address, headers, tool string, run *Run) error {
	families := gather(tool, []Run{*run}, nil)
	body, err := proto.Marshal(exported(families, uint64(run.FinishedAt.UnixNano())))
	if err != nil {
		return fmt.Errorf("encode metrics: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return errors.New("the address is not a URL")
	}
	if err := setHeaders(request.Header, headers); err != nil {
		return err
	}
	request.Header.Set("Content-Type", protobuf)
	answer, err := p.Do(request)
	if err != nil {
		return fmt.Errorf("push by OTLP: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("push by OTLP: read the answer: %w", err)
	}
	var said collector.ExportMetricsServiceResponse
	if answer.Header.Get("Content-Type") != protobuf || proto.Unmarshal(data, &said) != nil {
		return nil // it was accepted, and its answer cannot be read
	}
	if n := said.GetPartialSuccess().GetRejectedDataPoints(); n > 0 {
		return fmt.Errorf("push by OTLP: the host rejected %d of the values", n)
	}
	return nil
}

// setHeaders adds the headers of a text in the format of OTEL_EXPORTER_OTLP_HEADERS.
// The error quotes none of it.
func setHeaders(to http.Header, text string) error {
	for pair := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		name, value, ok := strings.Cut(pair, "=")
		value, err := url.PathUnescape(strings.TrimSpace(value))
		// An invalid name may be the secret, which net/http would quote.
		name = strings.TrimSpace(name)
		if !ok || err != nil || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			return errors.New("the headers for OTLP are not name=value,name=value")
		}
		to.Set(name, value)
	}
	return nil
}

// exported are metrics as OTLP has them: gauges of one point each for a set of labels.
func exported(families []*dto.MetricFamily, at uint64) *collector.ExportMetricsServiceRequest {
	scope := &metrics.ScopeMetrics{Scope: &common.InstrumentationScope{Name: "keyroster"}}
	for _, family := range families {
		gauge := &metrics.Gauge{}
		for _, m := range family.GetMetric() {
			point := &metrics.NumberDataPoint{
				TimeUnixNano: at, Value: &metrics.NumberDataPoint_AsDouble{AsDouble: m.GetGauge().GetValue()},
			}
			for _, l := range m.GetLabel() {
				point.Attributes = append(point.Attributes, attribute(l.GetName(), l.GetValue()))
			}
			gauge.DataPoints = append(gauge.DataPoints, point)
		}
		scope.Metrics = append(scope.Metrics, &metrics.Metric{
			Name: family.GetName(), Description: family.GetHelp(), Data: &metrics.Metric_Gauge{Gauge: gauge},
		})
	}
	return &collector.ExportMetricsServiceRequest{ResourceMetrics: []*metrics.ResourceMetrics{{
		Resource:     &resource.Resource{Attributes: []*common.KeyValue{attribute("service.name", "keyroster")}},
		ScopeMetrics: []*metrics.ScopeMetrics{scope},
	}}}
}

func attribute(name, value string) *common.KeyValue {
	return &common.KeyValue{Key: name, Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: value}}}
}
