package findings

import (
	"fmt"
	"hash/maphash"
	"math/bits"
	"slices"
	"strings"

	"keyroster/reconcile/shape"
)

// place is a value within its scope of uniqueness: one access system, or the whole account.
type place struct{ system, text string }

// bitsARecord makes collisions rare among keys that have one record.
const bitsARecord = 16

// groups returns the records of each key that has several, in the order of their first. key
// reports which records take part.
func groups[K comparable](records int, key func(n int) (K, bool)) [][]int {
	// Nearly all keys have one record: a bit of their hashes separates most of them in a
	// fraction of the memory that keys take, and only those that share one are compared.
	seed, mask := maphash.MakeSeed(), uint32(1)<<bits.Len(uint(bitsARecord*records)|63)-1
	seen, again := make([]uint64, mask/64+1), make([]uint64, mask/64+1)
	hashes := make([]uint32, records)
	for n := range records {
		if k, ok := key(n); ok {
			hash := uint32(maphash.Comparable(seed, k)) & mask
			again[hash/64] |= seen[hash/64] & (1 << (hash % 64))
			seen[hash/64] |= 1 << (hash % 64)
			hashes[n] = hash
		}
	}
	var out [][]int
	at := map[K]int{}
	for n, hash := range hashes {
		if again[hash/64]&(1<<(hash%64)) == 0 {
			continue
		}
		k, ok := key(n)
		if !ok {
			continue
		}
		i, known := at[k]
		if !known {
			i, at[k] = len(out), len(out)
			out = append(out, nil)
		}
		out[i] = append(out[i], n)
	}
	return slices.DeleteFunc(out, func(same []int) bool { return len(same) < 2 })
}

// sharedValues finds values that several credentials hold.
func (s *search) sharedValues() {
	for _, same := range groups(s.records.Len(), func(n int) (place, bool) {
		text := s.text(n, s.value)
		return place{s.text(n, s.system), text}, text != ""
	}) {
		pins := 0
		for _, n := range same {
			if s.isPIN(n) {
				pins++
			}
		}
		if pins >= ManyShare {
			s.add(
				SharedPIN, same,
				fmt.Sprintf("%d credentials have the same PIN: those of %s.", len(same), s.people(same)),
			)
			continue
		}
		s.add(
			DuplicateValue, same,
			fmt.Sprintf("%d credentials have the same value: those of %s.", len(same), s.people(same)),
		)
	}
}

// otherSpellings finds card numbers that are the same number to a reader that drops leading
// zeros, or ignores case and separators.
func (s *search) otherSpellings() {
	for _, same := range groups(s.records.Len(), func(n int) (place, bool) {
		if s.isPIN(n) {
			return place{}, false
		}
		text := spelling(s.text(n, s.value))
		return place{s.text(n, s.system), text}, text != ""
	}) {
		first := s.text(same[0], s.value)
		if !slices.ContainsFunc(same, func(n int) bool { return s.text(n, s.value) != first }) {
			continue // the same value twice
		}
		s.add(
			OtherSpelling,
			same,
			fmt.Sprintf(
				"%d card numbers are the same number written differently: those of %s.", len(same),
				s.people(same),
			),
		)
	}
}

// spelling returns a card number without what readers and lists spell differently: leading
// zeros, case, spaces and separators. A number of only zeros has none.
func spelling(text string) string {
	text = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', ':', '.', '/':
			return -1
		}
		return r
	}, text)
	return strings.TrimLeft(strings.ToLower(text), "0")
}

func (s *search) weakPINs() {
	for n := range s.records.Len() {
		if s.isPIN(n) && isWeak(s.text(n, s.value)) {
			s.add(WeakPIN, []int{n}, fmt.Sprintf("The PIN of %s is easy to guess.", s.who(n)))
		}
	}
}

func (s *search) isPIN(n int) bool {
	if s.options.PINTypes != nil {
		return s.options.PINTypes[s.text(n, s.kind)]
	}
	return IsPINType(s.text(n, s.kind), s.text(n, s.label))
}

// IsPINType recognises by the words of a type, or of its name, whether its values are PINs:
// for providers that do not say.
func IsPINType(kind, name string) bool {
	for _, text := range []string{kind, name} {
		for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' }) {
			switch word {
			case "pin", "pins", "code", "codes", "passcode", "keypad":
				return true
			}
		}
	}
	return false
}

// isWeak reports whether a PIN is among the first that a stranger tries.
func isWeak(pin string) bool {
	if len(pin) < 3 {
		return pin != ""
	}
	return shape.AllDigits(pin) && (isSequence(pin) || isRepetition(pin) || year(pin))
}

// isSequence reports whether each digit is the one before plus one, or minus one; 0 follows 9.
func isSequence(pin string) bool {
	step := (pin[1] - pin[0] + 10) % 10
	if step != 1 && step != 9 {
		return false
	}
	for i := 2; i < len(pin); i++ {
		if (pin[i]-pin[i-1]+10)%10 != step {
			return false
		}
	}
	return true
}

// isRepetition reports whether one digit or group of digits repeats (0000, 1212, 123123).
func isRepetition(pin string) bool {
	for size := 1; size <= len(pin)/2; size++ {
		if len(pin)%size == 0 && strings.Repeat(pin[:size], len(pin)/size) == pin {
			return true
		}
	}
	return false
}

func year(pin string) bool {
	return len(pin) == 4 && (pin[:2] == "19" || pin[:2] == "20")
}
