package draft

import (
	"maps"
	"slices"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/reconcile/shape"
)

// overrideShape is the name that files use for a shape accepted for one run.
const overrideShape = "accept-shape"

// statedShape is a shape that the user has given for a type, under any of its names.
type statedShape struct {
	kind  string
	shape shape.Shape
	// once: for this run only, not from the configuration.
	once bool
}

// statedShapes returns those of the configuration, then those of TYPE=SHAPE texts.
func statedShapes(config map[string]shape.Shape, pairs []string) ([]statedShape, error) {
	var out []statedShape
	for _, kind := range slices.Sorted(maps.Keys(config)) {
		out = append(out, statedShape{kind: kind, shape: config[kind]})
	}
	for _, pair := range pairs {
		kind, text, ok := strings.Cut(pair, "=")
		if kind = strings.TrimSpace(kind); !ok || kind == "" {
			return nil, failure.New(failure.Usage, `for example --accept-shape "Proximity card=digits:8-10"`,
				"--accept-shape takes TYPE=SHAPE, not %q", pair)
		}
		s, err := shape.Parse(text)
		if err != nil {
			return nil, failure.New(failure.Usage, `for example digits:8-10, hex:8, alnum:6-12 or digits:3+":"+digits:5`,
				"--accept-shape %s: %w", kind, err)
		}
		out = append(out, statedShape{kind: kind, shape: s, once: true})
	}
	return out, nil
}

// override is the shape as files record it.
func (s statedShape) override() reportio.Override {
	if s.once {
		return reportio.Override{Name: overrideShape, Value: s.kind + "=" + s.shape.String()}
	}
	return reportio.Override{
		Name: "shapes", Value: s.kind + ": " + s.shape.String(), Reason: "the configuration",
	}
}
