// Package failure turns answers other than what was asked for into failures, worded alike
// for every provider: who answered, with which status, and what it said. Each provider
// decides which class a status has.
//
// A failure never repeats a body: what a provider says goes through
// [httpapi.Redact] first, and a decoder's errors through [PlainJSON].
package failure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// Of returns the failure of an answer, which is nil if the failure must not mention it.
func Of(r *httpapi.Response, class reconcile.Class, reason string) *reconcile.Failure {
	f := &reconcile.Failure{Class: class, Reason: reason}
	if r != nil {
		f.HTTPStatus, f.RequestID, f.Attempts = r.Status, r.RequestID, r.Attempts
	}
	return f
}

// By returns the failure of a status, of class Refused. name is what was asked, empty where
// the failure is shown on its row; title is the provider's, kind its word for the error and
// said what else it says. own reports whether the answer is in the provider's own form.
func By(title, name string, r *httpapi.Response, own bool, kind, said string) *reconcile.Failure {
	f := Of(r, reconcile.Refused, fmt.Sprintf("%s answered %d", title, r.Status))
	f.Foreign = !own
	if kind != "" {
		f.Reason += " " + kind
	}
	if said != "" {
		f.Reason += ": " + said
	}
	if name != "" {
		f.Reason = name + ": " + f.Reason
	}
	return f
}

// IsPage reports whether an answer is a page for people.
func IsPage(r *httpapi.Response) bool {
	return bytes.HasPrefix(bytes.TrimSpace(r.Body), []byte("<")) || strings.Contains(r.Header.Get("Content-Type"), "html")
}

// In returns the failure that an error is or wraps, or an empty one, on which setting
// members has no effect.
func In(err error) *reconcile.Failure {
	if f, ok := errors.AsType[*reconcile.Failure](err); ok {
		return f
	}
	return &reconcile.Failure{}
}

// IsGone reports whether an error says that the thing asked about does not exist.
func IsGone(err error) bool { return reconcile.ClassOf(err) == reconcile.Gone }

// Unsafe returns the failure of a change that must not be sent.
func Unsafe(reason string) error {
	return &reconcile.Failure{Class: reconcile.Unsafe, Reason: reason + ": nothing was sent"}
}

// Unreadable returns the failure of an answer that is not what was asked for.
func Unreadable(name string, r *httpapi.Response, err error) error {
	return &unreadableError{Of(r, reconcile.Unreachable, name+": "+err.Error())}
}

// unreadableError distinguishes an answer of the provider itself from everything else that
// makes the API unreachable, such as a gateway's page.
type unreadableError struct{ *reconcile.Failure }

// Unwrap returns the failure.
func (e *unreadableError) Unwrap() error { return e.Failure }

// OfOne turns an answer about one record or person that cannot be read, or cannot be proved
// complete, into a failure of that one alone: it must not stop the others.
func OfOne(err error) error {
	if answer, ok := errors.AsType[*unreadableError](err); ok {
		f := *answer.Failure
		f.Class = reconcile.Refused
		return &f
	}
	if errors.Is(err, reconcile.ErrIncomplete) {
		return &reconcile.Failure{Class: reconcile.Refused, Reason: err.Error()}
	}
	return err
}

// PlainJSON says what is wrong with a body without repeating any of it: errors of
// encoding/json quote what they do not understand. A cut or damaged body is
// [httpapi.ErrBroken], on which the transport asks again.
func PlainJSON(err error) error {
	var syntax *json.SyntaxError
	var broken *jsontext.SyntacticError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax),
		errors.As(err, &broken):
		return httpapi.ErrBroken
	case errors.As(err, &kind):
		return errors.New(httpapi.OtherKind(kind))
	}
	return err
}
