package cards

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

var (
	errDigits   = errors.New("it holds something other than digits")
	errTooLong  = errors.New("it has more digits than a card number")
	errTooBig   = errors.New("it is larger than a 26-bit card holds")
	errParts    = errors.New("it is not a facility code with a number")
	errFacility = fmt.Errorf("the facility code is above %d", facilityMax)
	errNumber   = fmt.Errorf("the number is above %d", numberMax)
	errZeros    = errors.New("it has leading zeros, which would be lost: declare how many digits there are")
	errWidth    = errors.New("it has another number of digits than the format says")
	errSpelling = errors.New("its parts have more or fewer leading zeros than the format writes")
)

// read returns the number that a text spells, if spelling it gives the text again.
func (f Format) read(text string) (*big.Int, error) {
	if f.kind == facility {
		return f.readParts(text)
	}
	base, digits := 10, "0123456789"
	if f.kind == hexadecimal {
		base, digits = 16, "0123456789ABCDEFabcdef"
	}
	switch {
	case text == "" || strings.Trim(text, digits) != "":
		return nil, errDigits
	case len(text) > maxDigits:
		return nil, errTooLong
	case f.digits > 0 && len(text) != f.digits:
		return nil, errWidth
	case f.digits == 0 && len(text) > 1 && text[0] == '0':
		return nil, errZeros
	}
	n, ok := new(big.Int).SetString(text, base)
	if !ok {
		return nil, errDigits
	}
	return n, nil
}

func (f Format) readParts(text string) (*big.Int, error) {
	var code, number string
	if f.separator != "" {
		var found bool
		if code, number, found = strings.Cut(text, f.separator); !found {
			return nil, errParts
		}
	} else if len(text) == f.facilityDigits+f.numberDigits {
		code, number = text[:f.facilityDigits], text[f.facilityDigits:]
	} else {
		return nil, errWidth
	}
	c, err := part(code, facilityMax, errFacility)
	if err != nil {
		return nil, err
	}
	n, err := part(number, numberMax, errNumber)
	if err != nil {
		return nil, err
	}
	out := big.NewInt(int64(c)<<numberBits | int64(n))
	if again, err := f.spell(out); err != nil || again != text {
		return nil, errSpelling
	}
	return out, nil
}

func part(text string, most uint64, tooBig error) (uint64, error) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, errParts
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n > most {
		return 0, tooBig
	}
	return n, nil
}

// spell writes a number, if reading gives the number again.
func (f Format) spell(n *big.Int) (string, error) {
	switch f.kind {
	case decimal:
		return f.pad(n.Text(10))
	case hexadecimal:
		return f.pad(strings.ToUpper(n.Text(16)))
	case facility:
		if !fits(n) {
			return "", errTooBig
		}
		whole := n.Int64()
		return fmt.Sprintf(
			"%0*d%s%0*d", f.facilityDigits, whole>>numberBits, f.separator, f.numberDigits,
			whole&numberMax,
		), nil
	}
	return "", errors.New("there is no such format")
}

func (f Format) pad(digits string) (string, error) {
	switch {
	case len(digits) > maxDigits:
		return "", errTooLong
	case f.digits == 0:
		return digits, nil
	case len(digits) > f.digits:
		return "", errWidth
	}
	return strings.Repeat("0", f.digits-len(digits)) + digits, nil
}
