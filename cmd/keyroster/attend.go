package main

import (
	"context"
	"time"
)

// attend does the work of a session and, whatever became of it, what others
// are owed: the metrics.
func (a *app) attend(_ context.Context, s *session, metrics *metricsFlag, work func() error) error {
	started := time.Now()
	err := work()
	metrics.write(a, s.measured(started, err))
	return err
}
