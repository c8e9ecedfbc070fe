package status_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"keyroster/io/metricio"
)

// TestRulesAskForMetrics: each metric that the alert rules of the samples ask for, with its outcome
// where they name one, is among those that are written.
func TestRulesAskForMetrics(t *testing.T) {
	rules, err := os.ReadFile("../../../../samples/prometheus/fleet.rules.yml")
	must(t, err)
	path := filepath.Join(t.TempDir(), "fleet.prom")
	must(t, metricio.WriteFleet(path, "keyroster", fleet(t, 3).history().Metrics()))
	written, err := os.ReadFile(path)
	must(t, err)
	asked := regexp.MustCompile(`keyroster_\w+(\{outcome="\w+"\})?`).FindAllString(string(rules), -1)
	slices.Sort(asked)
	asked = slices.Compact(asked)
	for _, series := range asked {
		if !strings.Contains(string(written), "\n"+series+" ") {
			t.Errorf("%s is asked for and not written:\n%s", series, written)
		}
	}
	if len(asked) < 5 {
		t.Errorf("the rules ask for %d metrics alone", len(asked))
	}
}
