package reconcile

import "fmt"

// Secret is a text that cannot print itself: a token, a PIN, a card number.
//
// The text is behind two pointers. Methods such as String or Format do not protect a value
// nested in an unexported field, and behind one pointer some verbs still print it; behind
// two, none does. Only [Secret.Reveal] returns it. The zero value holds the empty text.
type Secret struct{ text **string }

// NewSecret hides text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	p := &text
	return Secret{text: &p}
}

// Reveal returns the text. The caller must not log it, wrap it in an error or
// keep it in a struct.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return **s.text
}

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return s.text == nil }

// String returns dots, or nothing for the empty text.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return Dots
}

// Format implements [fmt.Formatter]: every verb prints the mask.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// MarshalText implements encoding.TextMarshaler (JSON, CSV, logs) with the mask.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalCSV implements gocsv's TypeMarshaller with the mask.
func (s Secret) MarshalCSV() (string, error) { return s.String(), nil }

// UnmarshalCSV implements gocsv's TypeUnmarshaller: it takes the text unchanged.
func (s *Secret) UnmarshalCSV(text string) error {
	*s = NewSecret(text)
	return nil
}
