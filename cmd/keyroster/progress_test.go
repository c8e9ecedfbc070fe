package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Where there is no terminal, a long phase says now and then how far it is.
func TestProgressInALog(t *testing.T) {
	for _, quiet := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var stderr strings.Builder
			a := &app{stderr: &stderr, getenv: func(string) string { return "" }, logFormat: "auto", quiet: quiet}
			if err := a.openLog(); err != nil {
				t.Fatal(err)
			}
			p := a.progress("listing", -1)
			for done := range 25 {
				p.Set(done, 25)
				time.Sleep(time.Second)
			}
			p.Done()
			want := 2
			if quiet {
				want = 0
			}
			if got := strings.Count(stderr.String(), `"message":"listing"`); got != want {
				t.Errorf("quiet %v: %d lines, want %d: %s", quiet, got, want, &stderr)
			}
			if !quiet && !strings.Contains(stderr.String(), `"done":10,"total":25`) {
				t.Errorf("no line says how far it is: %s", &stderr)
			}
		})
	}
}

// The counts of the bar never promise a record more than there is.
func TestProgressCounts(t *testing.T) {
	a := &app{stderr: new(strings.Builder), quiet: true}
	p := a.progress("listing", -1).(*progress)
	var got []string
	for _, step := range [][2]int{{0, -1}, {7, -1}, {7, 9}, {9, 9}, {8, 9}, {10, 9}} {
		p.Set(step[0], step[1])
		got = append(got, *p.shown.Load())
	}
	if want := "0|7|7 / 9|9 / 9|9 / 9|10 / 10"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %s", got, want)
	}
}
