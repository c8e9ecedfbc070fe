package fleet_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestOutageIsToldOnce: a worker that is cut off says so once, and says once that it no longer is.
func TestOutageIsToldOnce(t *testing.T) {
	inGroup(t, func(g *group) {
		process := g.kept.Process()
		w := g.worker("one", 1, takes(time.Minute), g.sites(1, "30 1 * * *")...)
		w.Board = process.Board()
		stop := g.start(w)
		told := map[string]int{}
		for _, cut := range []bool{false, true, false, true, false} {
			if cut {
				process.Cut()
			} else {
				process.Mend()
			}
			time.Sleep(time.Hour)
			for _, level := range []string{"warn", "info"} {
				told[fmt.Sprint(level, " cut ", cut)] += g.levels(level)
			}
		}
		want := map[string]int{"warn cut true": 2, "info cut false": 2, "warn cut false": 0, "info cut true": 0}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Error(diff)
		}
		g.must(stop())
	})
}

// levels counts the lines of a level since the last call, except those of a worker's start.
func (g *group) levels(level string) (n int) {
	g.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	var rest bytes.Buffer
	for line := range bytes.Lines(g.logged.Bytes()) {
		switch {
		case bytes.Contains(line, []byte("worker started")):
		case bytes.Contains(line, []byte(`"level":"`+level)):
			n++
		default:
			rest.Write(line)
		}
	}
	g.logged = rest
	return n
}
