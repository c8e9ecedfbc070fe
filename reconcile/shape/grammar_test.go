package shape

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestShapes(t *testing.T) {
	cases := []struct {
		shape, canonical string
		fit, unfit       string
	}{
		{"digits:8-10", "digits:8-10", "12345678 1234567890", "1234567 12345678901 1234567a"},
		{"digits:8-8", "digits:8", "12345678", "123456789"},
		{"HEX:8", "hex:8", "04a1B2C3 DEADBEEF 12345678", "04A1B2G3"},
		{"alnum:6-12", "alnum:6-12", "EMP0042 123456", "returned EMP-0042 E42"},
		{`digits:3+":"+digits:5`, `digits:3+":"+digits:5`, "083:45678", "83:45678 083-45678"},
		{` digits:3 + "," + digits:5 `, `digits:3+","+digits:5`, "083,45678", "083:45678"},
		{`letters:4`, `letters:4`, "QXZT", "QXZ1"},
		{`letters:1+digits:6|digits:8`, `letters:1+digits:6|digits:8`, "K123456 12345678", "1234567"},
		{`"K\"+|"+digits:2`, `"K\"+|"+digits:2`, `K"+|42`, "K42"},
	}
	for _, c := range cases {
		s, err := Parse(c.shape)
		if err != nil {
			t.Errorf("%s: %v", c.shape, err)
			continue
		}
		if s.String() != c.canonical {
			t.Errorf("%s is written %s, want %s", c.shape, s, c.canonical)
		}
		for text := range strings.FieldsSeq(c.fit) {
			if !s.Match(text) {
				t.Errorf("%s does not fit %s", text, c.shape)
			}
		}
		for text := range strings.FieldsSeq(c.unfit) {
			if s.Match(text) {
				t.Errorf("%s fits %s", text, c.shape)
			}
		}
	}
	if (Shape{}).Match("1") || (Shape{}).Match("") {
		t.Error("the zero shape fits something")
	}
}

func TestShapesThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"":                "a part is missing",
		"digits":          "digits needs a length",
		"digit:8":         `unknown alphabet "digit"; the alphabets are digits, hex, alnum, letters; did you mean digits?`,
		"hexa:8":          "did you mean hex?",
		"digits:0":        `"0" is not a length from 1 to 255`,
		"digits:9-8":      "starts above its end",
		"digits:8-":       `"" is not a length`,
		"digits:8|":       "a part is missing",
		`digits:3+":`:     "a quote is not closed",
		`digits:3+""`:     "is empty",
		`digits:3 ":" 5`:  "is not a length",
		`":"digits:3`:     "unexpected",
		"digits:99999999": "is not a length",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestAShapeIsItself: a shape is read back as it is written, and matches the value whose shape it
// is.
func TestAShapeIsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9A-Za-z]{1,12}([-:./_][0-9A-Za-z]{1,9}){0,5}`).Draw(t, "value")
		class, ok := Of(text)
		if !ok {
			t.Fatalf("%q has no shape", text)
		}
		s := class.Shape()
		if again, err := Parse(s.String()); err != nil || again.String() != s.String() {
			t.Fatalf("%s is read back as %s: %v", s, again, err)
		}
		if !s.Match(text) && class.alphabet != Alnum {
			t.Fatalf("%q has not its own shape %s", text, s)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"digits:8", `digits:3+":"+digits:5|hex:8`, `"`, "alnum:1-255", "|", "+"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		if again, err := Parse(s.String()); err != nil || again.String() != s.String() {
			t.Errorf("%q is written %q and read back as %q: %v", text, s, again, err)
		}
	})
}
