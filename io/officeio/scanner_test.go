package officeio_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"keyroster/io/officeio"
)

// told returns what a scanner says about a part, except for tokens that only a verbatim scanner
// yields.
func told(s *officeio.Scanner) (string, error) {
	var out strings.Builder
	for {
		token, err := s.Next()
		if err != nil || token == officeio.EOF {
			return out.String(), err
		}
		if token == officeio.Other {
			continue
		}
		fmt.Fprintf(&out, "%d %d", token, s.Depth())
		switch token {
		case officeio.Text:
			fmt.Fprintf(&out, " %q", s.Text)
		case officeio.End:
			fmt.Fprintf(&out, " %q %v", s.Name, s.Main)
		case officeio.Start:
			fmt.Fprintf(&out, " %q %v %v", s.Name, s.Main, s.Empty())
			for i := range s.Attrs {
				text, err := s.AttrText(&s.Attrs[i])
				fmt.Fprintf(&out, " %s=%q %v", s.Attrs[i].Name, text, err)
			}
		}
		out.WriteByte('\n')
	}
}

// verbatim returns everything that a verbatim scanner yields, and checks that each token is where
// it says.
func verbatim(t *testing.T, src io.Reader, data []byte) ([]byte, error) {
	t.Helper()
	s := officeio.NewVerbatim(src)
	var out []byte
	for {
		token, err := s.Next()
		if err != nil || token == officeio.EOF {
			return out, err
		}
		from, to := s.Offset()
		if from != len(out) || !bytes.Equal(data[from:to], s.Raw()) {
			t.Fatalf("token %q at %d to %d, behind %d bytes", s.Raw(), from, to, len(out))
		}
		out = append(out, s.Raw()...)
	}
}

// hold checks that all scanners agree on a part, however its bytes arrive, and that nothing of it
// is lost.
func hold(t *testing.T, data []byte) (accepted bool) {
	t.Helper()
	want, err := told(officeio.NewScanner(bytes.NewReader(data)))
	for name, s := range map[string]*officeio.Scanner{
		"byte by byte": officeio.NewScanner(iotest.OneByteReader(bytes.NewReader(data))),
		"in memory":    officeio.ScanBytes(data),
		"verbatim":     officeio.NewVerbatim(bytes.NewReader(data)),
	} {
		got, gotErr := told(s)
		if got != want || fmt.Sprint(gotErr) != fmt.Sprint(err) {
			t.Fatalf("%s: %v, want %v\ngot  %s\nwant %s\n%q", name, gotErr, err, got, want, data)
		}
	}
	for _, src := range []io.Reader{bytes.NewReader(data), iotest.OneByteReader(bytes.NewReader(data))} {
		got, gotErr := verbatim(t, src, data)
		if (gotErr == nil) != (err == nil) || err == nil && !bytes.Equal(got, data) {
			t.Fatalf("verbatim: %v\ngot  %q\nwant %q", gotErr, got, data)
		}
	}
	return err == nil
}

var parts = map[string]bool{
	`<a/>`: true,
	"\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- - --><x:a xmlns:x='urn:x'>t&amp;\r\n<![CDATA[]]><![CDATA[<]]><x:b c=\"&lt;\" d='\"'/ ><?p q?></x:a >\n<!--end-->\n": false,
	"\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- - --><x:a xmlns:x='urn:x'>t&amp;\r\n<![CDATA[]]><![CDATA[<]]><x:b c=\"&lt;\" d='\"'/><?p q?></x:a >\n<!--end-->\n":  true,
	`<a>` + strings.Repeat(`<b c="d">text</b> `, 9000) + `</a>`: true,
	`<a><b></a></b>`:           false,
	`<a b="1" b="2"/>`:         false,
	`<a/><b/>`:                 false,
	`<a>`:                      false,
	``:                         false,
	`<!DOCTYPE a><a/>`:         false,
	`<a>]]></a>`:               false,
	"<a>\xff</a>":              false,
	`<a>&nbsp;</a>`:            false,
	"<\x00a\x00/\x00>\x00":     false,
	`text<a/>`:                 false,
	`<a/> <?xml version="1"?>`: false,
}

func TestScannersAgree(t *testing.T) {
	for part, accepted := range parts {
		if got := hold(t, []byte(part)); got != accepted {
			t.Errorf("accepted %v, want %v: %.80q", got, accepted, part)
		}
	}
}

func FuzzScanner(f *testing.F) {
	for part := range parts {
		if len(part) < 4096 {
			f.Add([]byte(part))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 4096 {
			hold(t, data)
		}
	})
}

func TestATokenHasABound(t *testing.T) {
	part := `<a b="` + strings.Repeat("x", 3<<20) + `"/>`
	if _, err := told(officeio.NewScanner(strings.NewReader(part))); err == nil {
		t.Error("a tag of 3 MiB was read from a stream")
	}
}
