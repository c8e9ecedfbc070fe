package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/io/rundir"
	"keyroster/reconcile"
)

// A panic in the work on an account is a failure of that account with exit code 1
// and the run's folder, and says nothing of what it was raised with.
func TestGuarded(t *testing.T) {
	var log bytes.Buffer
	a := &app{log: zerolog.New(&log)}
	dir, err := rundir.Create(t.TempDir(), "hq", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s := &session{app: a, dir: dir}
	err = s.guarded(func() error { panic("value 10020030") })
	f, ok := errors.AsType[*failure](err)
	if !ok || f.code != exitError || f.run == "" || !strings.Contains(err.Error(), "guarded_test.go:") || strings.Contains(err.Error(), "1002") {
		t.Errorf("%+v", err)
	}
	if err := s.guarded(func() error { return reconcile.ErrIncomplete }); !errors.Is(err, reconcile.ErrIncomplete) {
		t.Errorf("an error becomes %v", err)
	}
	a.unstopped(func() { panic("value 10020030") })()
	if text := log.String(); !strings.Contains(text, "guarded_test.go:") || strings.Contains(text, "1002") {
		t.Error(text)
	}
}
