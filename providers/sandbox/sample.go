package sandbox

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// firstNames belong to no one gender or country; with "Sample" and a number after them they
// cannot be the name of a real person.
var firstNames = []string{
	"Avery", "Blake", "Casey", "Devon", "Emery", "Finley", "Gray", "Harper", "Indigo", "Jules",
	"Kendall", "Logan", "Morgan", "Nico", "Oakley", "Parker", "Quinn", "Riley", "Sasha", "Taylor",
}

// Sample is a person of generated accounts, who does not exist.
type Sample struct{ First, Last, Email string }

// SamplePerson generates a person; the number makes last name and address unique.
func SamplePerson(random *rand.Rand, number int) Sample {
	first := firstNames[random.IntN(len(firstNames))]
	return Sample{
		First: first,
		Last:  fmt.Sprintf("Sample %05d", number),
		Email: fmt.Sprintf("%s.sample.%05d@example.com", strings.ToLower(first), number),
	}
}

// SampleCard generates facility code and number of a 26-bit card, in eight digits.
func SampleCard(random *rand.Rand) string {
	return fmt.Sprintf("%03d%05d", random.IntN(256), random.IntN(65536))
}

// SampleDigits generates that many digits.
func SampleDigits(random *rand.Rand, length int) string {
	n := make([]byte, length)
	for i := range n {
		n[i] = '0' + byte(random.IntN(10))
	}
	return string(n)
}
