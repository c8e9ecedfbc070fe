package cards

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// kind is a family of spellings.
type kind uint8

const (
	decimal kind = iota + 1
	hexadecimal
	facility
)

// The sizes of a 26-bit card (H10301): eight bits of facility code, sixteen of number. Its
// two parity bits are computed and in no spelling.
const (
	facilityBits, numberBits = 8, 16
	facilityMax, numberMax   = 1<<facilityBits - 1, 1<<numberBits - 1
)

// maxDigits is longer than any card number: 128 bits in decimal.
const maxDigits = 39

// Format is one spelling of card numbers. The zero value is none.
type Format struct {
	kind kind
	// digits pads decimal and hex to a fixed width; 0 writes no leading zeros.
	digits int
	// facilityDigits and numberDigits are the minimum widths of the two parts, separator is
	// between them.
	facilityDigits, numberDigits int
	separator                    string
}

// separators are allowed between facility code and number.
const separators = "-:/ .,"

// ParseFormat reads the name of a format:
//
//	decimal        11468794, without leading zeros
//	decimal:10     0011468794, always ten digits
//	hex            AEFFFA, without leading zeros; hex:8 is 00AEFFFA
//	facility:FFF-NNNNN   174-65530, facility code and number of a 26-bit card
//
// In the last, the letters are the minimum number of digits of each part, separated by one
// of
//   - : / . , a space or nothing; without a separator, each part has as many digits as it
//     can need (FFFNNNNN).
func ParseFormat(text string) (Format, error) {
	name, rest, given := strings.Cut(text, ":")
	switch name {
	case "decimal", "hex":
		f := Format{kind: decimal}
		if name == "hex" {
			f.kind = hexadecimal
		}
		if !given {
			return f, nil
		}
		n, err := strconv.Atoi(rest)
		if err != nil || n < 1 || n > maxDigits {
			return Format{}, fmt.Errorf("read card format %q: digits are 1 to %d, as in %s:10", text, maxDigits, name)
		}
		f.digits = n
		return f, nil
	case "facility":
		return parseFacility(text, rest)
	}
	return Format{}, fmt.Errorf(
		"read card format %q: the formats are decimal, decimal:10, hex, hex:8 and facility:FFF-NNNNN",
		text,
	)
}

func parseFacility(text, pattern string) (Format, error) {
	bad := fmt.Errorf(
		"read card format %q: write facility:FFF-NNNNN, with the digits that each part has at least",
		text,
	)
	rest := strings.TrimLeft(pattern, "F")
	f := Format{kind: facility, facilityDigits: len(pattern) - len(rest)}
	numbers := strings.TrimLeft(rest, separators)
	f.separator = rest[:len(rest)-len(numbers)]
	f.numberDigits = len(numbers)
	if strings.Trim(numbers, "N") != "" || len(f.separator) > 1 ||
		f.facilityDigits < 1 || f.facilityDigits > 3 || f.numberDigits < 1 || f.numberDigits > 5 {
		return Format{}, bad
	}
	if f.separator == "" && (f.facilityDigits != 3 || f.numberDigits != 5) {
		return Format{}, fmt.Errorf("read card format %q: without a separator, write facility:FFFNNNNN", text)
	}
	return f, nil
}

// String returns the format as [ParseFormat] reads it, empty for none.
func (f Format) String() string {
	name := map[kind]string{decimal: "decimal", hexadecimal: "hex"}[f.kind]
	switch {
	case f.kind == facility:
		return "facility:" + strings.Repeat("F", f.facilityDigits) + f.separator + strings.Repeat("N", f.numberDigits)
	case f.digits > 0:
		return name + ":" + strconv.Itoa(f.digits)
	}
	return name
}

// IsZero reports whether this is the zero value, which is not a format.
func (f Format) IsZero() bool { return f.kind == 0 }

// MarshalText implements encoding.TextMarshaler.
func (f Format) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *Format) UnmarshalText(text []byte) error {
	parsed, err := ParseFormat(string(text))
	if err == nil {
		*f = parsed
	}
	return err
}

// Respell converts a card number from one format to another. The error says which of the
// two cannot hold it, and why.
func Respell(text string, from, to Format) (string, error) {
	n, err := from.read(text)
	if err != nil {
		return "", fmt.Errorf("read the card number as %s: %w", from, err)
	}
	out, err := to.spell(n)
	if err != nil {
		return "", fmt.Errorf("write the card number as %s: %w", to, err)
	}
	return out, nil
}

// fits reports whether a number fits a 26-bit card.
func fits(n *big.Int) bool { return n.BitLen() <= facilityBits+numberBits }
