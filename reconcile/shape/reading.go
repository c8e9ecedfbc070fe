package shape

// Alphabet says which letters and digits a value has.
type Alphabet uint8

// The alphabets; each includes those before it, except Letters.
const (
	Digits Alphabet = iota
	Hex
	Alnum
	// Letters is a text without a digit.
	Letters
)

// maxParts is the most parts that separators split a value into: sixteen bytes separated by
// colons.
const maxParts = 16

// separators are allowed between the parts of a number or code.
const separators = "-:./_"

// Form is a shape without its lengths: the alphabet and the separators.
type Form struct {
	alphabet Alphabet
	parts    uint8
	between  [maxParts - 1]byte
}

// Class is the shape of one value. Equal classes are equal as Go values.
type Class struct {
	Form
	lengths [maxParts]uint8
}

// reading is what one pass over a value finds.
type reading struct {
	Class
	// well: only letters, digits and single separators between them.
	well bool
	// hexLetters: no letter beyond F. upper, lower: there is such a letter.
	hexLetters, upper, lower bool
	// zero: a number with a leading zero. number is its numeric value, if counted.
	zero, counted bool
	number        uint64
	size          int
}

// maxCounted is the most digits that certainly fit number.
const maxCounted = 19

// kinds has what each byte of a value is.
var kinds = func() (k [256]byte) {
	for c := '0'; c <= '9'; c++ {
		k[c] = kindDigit
	}
	for c := 'a'; c <= 'z'; c++ {
		k[c], k[c-'a'+'A'] = kindLower, kindUpper
	}
	for _, c := range separators {
		k[c] = kindSeparator
	}
	return k
}()

const (
	kindOther byte = iota
	kindDigit
	kindLower
	kindUpper
	kindSeparator
)

// read finds the shape of a value in one pass and without allocating.
func read(text string) reading {
	r := reading{hexLetters: true, size: len(text)}
	digit, letter := false, false
	part, length := 0, 0
	for i := range len(text) {
		c := text[i]
		switch kinds[c] {
		case kindDigit:
			digit = true
			if r.number = r.number*10 + uint64(c-'0'); i == 0 {
				r.zero = c == '0'
			}
		case kindLower:
			letter, r.lower = true, true
			r.hexLetters = r.hexLetters && c <= 'f'
		case kindUpper:
			letter, r.upper = true, true
			r.hexLetters = r.hexLetters && c <= 'F'
		case kindSeparator:
			if length == 0 || part == maxParts-1 || i == len(text)-1 {
				return reading{size: len(text)}
			}
			r.lengths[part], r.between[part] = uint8(min(length, longest)), c
			part, length = part+1, 0
			continue
		default:
			return reading{size: len(text)}
		}
		length++
	}
	r.lengths[part], r.parts = uint8(min(length, longest)), uint8(part+1)
	r.well = text != ""
	switch {
	case !letter:
		r.counted = part == 0 && len(text) <= maxCounted
	case !digit:
		r.alphabet = Letters
	case r.hexLetters:
		r.alphabet = Hex
	default:
		r.alphabet = Alnum
	}
	return r
}

// Of returns the shape of a value; ok is false if it has none, since it holds other
// characters than letters, digits and separators between them.
func Of(text string) (class Class, ok bool) {
	r := read(text)
	return r.Class, r.well
}
