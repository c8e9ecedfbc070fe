package sandbox

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Digest is a pseudo-random value derived from a seed and a purpose: the ids, tokens and
// codes that an API makes up are taken from it, so that the order of concurrent requests
// does not change them.
type Digest [sha256.Size]byte

// Derive makes the digest of some words, of which kind says what they are.
func Derive(seed uint64, kind string, words ...string) Digest {
	input := append(binary.BigEndian.AppendUint64(nil, seed), kind...)
	for _, word := range words {
		input = append(append(input, 0), word...)
	}
	return sha256.Sum256(input)
}

// DeriveNumbers is [Derive] for numbers.
func DeriveNumbers(seed uint64, kind string, numbers ...int64) Digest {
	input := append(binary.BigEndian.AppendUint64(nil, seed), kind...)
	for _, number := range numbers {
		input = binary.BigEndian.AppendUint64(input, uint64(number))
	}
	return sha256.Sum256(input)
}

// Tenant makes the digest of the account's own id: it depends on seed, state and place, so
// that what is remembered of one account is never applied to another.
func (o Options) Tenant(kind string) Digest {
	if len(o.State) == 0 && o.Place == "" {
		return Derive(o.Seed, kind)
	}
	return Derive(o.Seed, kind, string(o.State), o.Place)
}

// UUID is a UUID of version 4.
func (d Digest) UUID() string {
	d[6] = d[6]&0x0f | 0x40
	d[8] = d[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", d[0:4], d[4:6], d[6:8], d[8:10], d[10:16])
}

// Hex returns that many bytes of the digest in hexadecimal.
func (d Digest) Hex(bytes int) string { return hex.EncodeToString(d[:bytes]) }

// Digits returns a number of that many digits, 19 at most, with leading zeros.
func (d Digest) Digits(length int) string {
	text := fmt.Sprintf("%020d", binary.BigEndian.Uint64(d[:]))
	return text[len(text)-length:]
}
