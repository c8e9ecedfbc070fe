package reconcile

import (
	"testing"

	"pgregory.net/rapid"

	_ "keyroster/reconcile/fixedseed"
)

func TestFoldEmail(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		equal bool
	}{
		{"Ann@Example.com", "ann@example.COM", true},
		{"jürgen@example.com", "ju\u0308rgen@example.com", true},
		{"JÜRGEN@EXAMPLE.COM", "ju\u0308rgen@example.com", true},
		{"ann@münchen.example", "ann@xn--mnchen-3ya.example", true},
		{"ann@MÜNCHEN.example", "ann@XN--mnchen-3ya.example", true},
		{"σίσυφος@example.com", "ΣΊΣΥΦΟΣ@example.com", true},
		{"ann@example.com", "аnn@example.com", false}, // a Cyrillic а
		{"ann@example.com", "ann\u200b@example.com", false},
		{"ann@example.com", "ann＠example.com", false},
		{"jurgen@example.com", "jürgen@example.com", false},
	} {
		if got := NormalizeEmail(c.a) == NormalizeEmail(c.b); got != c.equal {
			t.Errorf("%q and %q: equal is %t, want %t", c.a, c.b, got, c.equal)
		}
	}
}

func TestSkeleton(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Visitor pass 01", "Visitor pass 01 ", true},
		{"Visitor pass 01", "VISITOR PASS 01", true},
		{"Visitor pass 01", "Visitor\u00a0pass  01", true},
		{"Visitor pass 01", "Visіtor pass 01", true}, // a Cyrillic і
		{"Visitor pass 01", "VISІTOR pass 01", true}, // a Cyrillic І
		{"Visitor pass 01", "Visitor\u200b pass 01", true},
		{"Visitor pass 01", "Visitor pass 01\u00ad", true},
		{"Visitor pass 01", "Ｖisitor pass ０１", true},
		{"Café", "Cafe\u0301", true},
		{"Staff – night", "Staff - night", true},
		{"R-10", "r‑10", true},
		{"Visitor pass 01", "Visitor pass 02", false},
		{"Visitor pass 01", "Visitor pass O1", true},
		{"E0O1", "e001", true},
		{"userl0@example.com", "user10@example.com", true},
		{"KI2", "Kl2", true},
		{"Gate O", "Gate 0", false},
		{"Lobby", "1obby", false},
		{"Level L", "Level 1", false},
		{"Oslo 1", "0slo 1", false},
		{"Café", "Cafe", false},
		{"Level 1", "Level I", false},
		{"Пропуск", "Пропуск 2", false},
		{"R-10", "R10", false},
	} {
		if got := Skeleton(c.a) == Skeleton(c.b); got != c.same {
			t.Errorf("%q and %q: same is %t, want %t (%q, %q)", c.a, c.b, got, c.same, Skeleton(c.a), Skeleton(c.b))
		}
	}
}

// TestFoldedLettersAreComposed: folding composes the letters that it makes, but not letters that
// stood apart.
func TestFoldedLettersAreComposed(t *testing.T) {
	const capital = "\u1fba\u0345"
	if once := NormalizeEmail(capital); NormalizeEmail(once) != once {
		t.Errorf("%+q folds to %+q, and that to %+q", capital, once, NormalizeEmail(once))
	}
	if a, b := NormalizeEmail("\u03b1\u03b9@example.com"), NormalizeEmail("\u1fb3@example.com"); a == b {
		t.Errorf("alpha and iota fold to %+q, as alpha with iota below does", a)
	}
	if a, b := NormalizeEmail("\u03b9@example.com"), NormalizeEmail("\u0399@example.com"); a != b {
		t.Errorf("iota folds to %+q and %+q", a, b)
	}
}

// TestLawSkeletons: making a skeleton, folding an address and trimming a key change nothing the
// second time.
func TestLawSkeletons(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		once := Skeleton(text)
		if again := Skeleton(once); again != once {
			t.Errorf("%q becomes %q, and that %q", text, once, again)
		}
		if a, b := NormalizeEmail(text), NormalizeEmail(NormalizeEmail(text)); a != b {
			t.Errorf("%q folds to %q, and that to %q", text, a, b)
		}
		if trimmed := TrimKey(text); TrimKey(trimmed) != trimmed {
			t.Errorf("%q is not trimmed", trimmed)
		}
	})
}

func TestTrimKey(t *testing.T) {
	for text, want := range map[string]string{
		"R-10": "R-10", " R-10\t": "R-10", "\u00a0R-10\u200b": "R-10", "\ufeffR\u00ad-\u202e10": "R-10", "a  b": "a  b", "\u3000": "",
	} {
		if got := TrimKey(text); got != want {
			t.Errorf("%q is trimmed to %q, want %q", text, got, want)
		}
	}
}

func TestUnlikeNamesMistakenDigits(t *testing.T) {
	const want = "a letter in place of a digit (O and 0, l or I and 1)"
	if got := ExplainLookalikes("E0O1", "E001"); got != want {
		t.Errorf("%q", got)
	}
	if got := ExplainLookalikes("E001", "e001"); got != "capital letters" {
		t.Errorf("%q", got)
	}
}
