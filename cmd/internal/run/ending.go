package run

import (
	"context"
	"errors"
	"fmt"

	"keyroster/cmd/internal/failure"
	"keyroster/reconcile/engine"
)

// result is the error of the sending, nil if all is as desired.
func (s *Sent) result(ctx context.Context) error {
	cause, left := s.endError(ctx), s.stillParked()
	if len(s.done.Parked) == 0 && len(left) == 0 {
		return cause
	}
	s.lookUpLeft(ctx, s.draft.Plan, s.done, left)
	kind, words, hint := failure.Partial, "", ""
	switch {
	case len(s.done.Parked) == 0:
		words, hint = stillParkedText(left), stillParkedHint(left)
	default:
		argument := s.run.Argument()
		words = parkedWords(s.draft.Plan, s.done)
		hint = "the doors are not synced until it has its own value; to try again: keyroster resume " + argument +
			"; if the provider stores refusing it: keyroster resume " + argument + " --abandon"
		if len(left) > 0 {
			words += "; " + stillParkedText(left)
		}
	}
	if cause != nil {
		f := failure.Of(cause)
		kind = f.Kind
		if !f.Shown {
			return failure.New(kind, hint, "%s; %w", words, f.Err)
		}
	}
	return failure.New(kind, hint, "%s", words)
}

// endError is the error of the sending if no record is left on a temporary value.
func (s *Sent) endError(ctx context.Context) error {
	goOn := "to continue: keyroster resume " + s.run.Argument()
	switch stop := s.done.Stop; {
	case errors.Is(stop, context.Canceled):
		return failure.New(
			failure.Interrupted, goOn,
			"interrupted: requests in flight were finished, the rest was not attempted",
		)
	case errors.Is(stop, engine.ErrDeadline),
		errors.Is(stop, engine.ErrTooManyFailures),
		errors.Is(stop, engine.ErrFirst):
		return failure.New(failure.Partial, goOn, "the run stopped: %w", stop)
	case stop != nil:
		f, hint := failure.Of(stop), goOn
		if f.Hint != "" {
			hint = f.Hint + "; then " + hint
		}
		return &failure.Error{Kind: f.Kind, Err: fmt.Errorf("the run stopped: %w", stop), Hint: hint}
	case ctx.Err() != nil:
		return failure.New(failure.Interrupted, "", "interrupted after the last write")
	case s.unsaved != nil:
		return failure.New(
			failure.Stopped,
			"the changes were made and are in the report; make the state folder writable, and the next apply closes this run",
			"%w",
			s.unsaved,
		)
	case s.done.Converged() && s.draft.NeedsNobody() && s.done.FinishErr == nil &&
		(!s.done.Finish.Needed || !s.done.Finish.AnsweredAt.IsZero()):
		return nil
	}
	return failure.Shown(failure.Partial)
}
