package sandbox_test

import (
	"math/rand/v2"
	"regexp"
	"testing"

	"keyroster/providers/sandbox"
)

// TestSamples: equal seeds give equal samples, which look as roster readers expect and belong to
// nobody.
func TestSamples(t *testing.T) {
	draw := func() (s []string) {
		random := rand.New(rand.NewPCG(1, 2))
		for range 200 {
			one := sandbox.SamplePerson(random, 17)
			s = append(s, one.First+" "+one.Last+" "+one.Email+" "+sandbox.SampleCard(random)+" "+sandbox.SampleDigits(random, 5))
		}
		return s
	}
	shape := regexp.MustCompile(`^[A-Z][a-z]+ Sample 00017 [a-z]+\.sample\.00017@example\.com ([01]\d\d|2[0-4]\d|25[0-5])\d{5} \d{5}$`)
	again := draw()
	for i, one := range draw() {
		if !shape.MatchString(one) || one != again[i] {
			t.Fatalf("%s, again %s", one, again[i])
		}
	}
}
