// Package failure makes failures of answers that are not what was asked for, alike
// for every provider: who answered, with which status, and in which words. Which
// class a status has is each provider's to say.
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

// Of is the failure of an answer, which may be nil where the failure is not to
// tell of it.
func Of(r *httpapi.Response, class reconcile.Class, reason string) *reconcile.Failure {
	f := &reconcile.Failure{Class: class, Reason: reason}
	if r != nil {
		f.HTTPStatus, f.RequestID, f.Attempts = r.Status, r.RequestID, r.Attempts
	}
	return f
}

// By is the failure of a status, of class Refused: name says what was asked, and is
// empty where the failure stands on its row; title is the provider's, kind its word
// for the error and said what it says besides. own reports whether the answer is in
// the provider's own form.
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

// In is the failure that an error is or wraps, and an empty one where it is none:
// setting members of that has no effect.
func In(err error) *reconcile.Failure {
	if f, ok := errors.AsType[*reconcile.Failure](err); ok {
		return f
	}
	return &reconcile.Failure{}
}

// IsGone reports whether an error says that the thing asked about does not exist.
func IsGone(err error) bool { return reconcile.ClassOf(err) == reconcile.Gone }

// Unsafe is the failure of a change that must not be sent.
func Unsafe(reason string) error {
	return &reconcile.Failure{Class: reconcile.Unsafe, Reason: reason + ": nothing was sent"}
}

// Unreadable is the failure of an answer that is not what was asked for.
func Unreadable(name string, r *httpapi.Response, err error) error {
	return &unreadableError{Of(r, reconcile.Unreachable, name+": "+err.Error())}
}

// unreadableError tells an answer that the provider itself gave from all else that
// makes the API unreachable, such as a gateway's page.
type unreadableError struct{ *reconcile.Failure }

// Unwrap returns the failure.
func (e *unreadableError) Unwrap() error { return e.Failure }

// OfOne makes an answer about one record or one person that cannot be read, or
// cannot be proved whole, a failure of that one: it must not stop the others.
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

// PlainJSON says what is wrong with a body without repeating any of it: errors
// of encoding/json quote what they do not understand. A cut or damaged body is
// [httpapi.ErrBroken], which the transport asks for again.
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
