package terminal

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// TestProgressInALog: where there is no terminal, a long phase says now and then how far it has
// got, and a short one says nothing.
func TestProgressInALog(t *testing.T) {
	for seconds, want := range map[int]int{9: 0, 25: 2} {
		synctest.Test(t, func(t *testing.T) {
			var log strings.Builder
			phases := Progress{Stream: new(strings.Builder), Log: zerolog.New(&log).Level(zerolog.InfoLevel)}
			p := phases.Begin("listing", -1)
			for done := range seconds {
				p.Set(done, 25)
				time.Sleep(time.Second)
			}
			p.Done()
			if got := strings.Count(log.String(), `"message":"listing"`); got != want {
				t.Errorf("%d s: %d lines, want %d: %s", seconds, got, want, &log)
			}
			if want > 0 && !strings.Contains(log.String(), `"done":10,"total":25`) {
				t.Errorf("no line says how far it is: %s", &log)
			}
		})
	}
}

// TestProgressCounts: the counts of the bar never promise more records than there are.
func TestProgressCounts(t *testing.T) {
	p := Progress{NoBars: true}.Begin("listing", -1).(*phase)
	var got []string
	for _, step := range [][2]int{{0, -1}, {7, -1}, {7, 9}, {9, 9}, {8, 9}, {10, 9}} {
		p.Set(step[0], step[1])
		got = append(got, *p.shown.Load())
	}
	if want := "0|7|7 / 9|9 / 9|9 / 9|10 / 10"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %s", got, want)
	}
}
