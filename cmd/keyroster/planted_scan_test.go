package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// inDecimal is a form in which programs print bytes, but in which no host spells a value.
const inDecimal = "as bytes in decimal"

// forms returns the spellings in which a secret might be written, by name.
func forms(secret string) map[string]string {
	out := map[string]string{
		"as it is": secret, "in a URL": url.QueryEscape(secret), "in hexadecimal": hex.EncodeToString([]byte(secret)),
		"in base64": base64.RawStdEncoding.EncodeToString([]byte(secret)), "in base64 for URLs": base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
	var percent, escaped, decimal strings.Builder
	for _, b := range []byte(secret) {
		fmt.Fprintf(&percent, "%%%02X", b)
		fmt.Fprintf(&escaped, `\u%04x`, b)
		fmt.Fprintf(&decimal, "%d ", b)
	}
	out["percent-encoded"], out["escaped in JSON"], out[inDecimal] = percent.String(), escaped.String(), strings.TrimSpace(decimal.String())
	for _, separator := range []string{" ", "-", ".", ":", "\u00a0"} {
		for _, size := range []int{1, 2, 3, 4} {
			out[fmt.Sprintf("in groups of %d with %q", size, separator)] = grouped(secret, separator, size)
		}
	}
	out["with commas"] = grouped(secret, ",", 3)
	if strings.Contains(out["in base64"], "/") {
		out["in base64, escaped in JSON"] = strings.ReplaceAll(out["in base64"], "/", `\/`)
	}
	return out
}

// grouped splits a text into groups, counted from its end as thousands are.
func grouped(text, separator string, size int) string {
	var groups []string
	for len(text) > size {
		groups = append([]string{text[len(text)-size:]}, groups...)
		text = text[:len(text)-size]
	}
	return strings.Join(append([]string{text}, groups...), separator)
}

// scanner looks for secrets in whatever a program wrote.
type scanner struct {
	// needles has the texts that are looked for, by their first bytes.
	needles map[[stem]byte][]needle
	// begins reports whether any needle begins with two bytes.
	begins [1 << 16]bool
	// looked counts what was looked into, by extension.
	looked map[string]int
}

// stem is the length of the shortest needle.
const stem = 6

type needle struct {
	text []byte
	what string
}

func (s *scanner) add(text, what string) {
	n := needle{[]byte(text), what}
	key := [stem]byte(n.text)
	s.needles[key] = append(s.needles[key], n)
	s.begins[int(text[0])<<8|int(text[1])] = true
}

// in returns what is found in data, each with the place where it is first.
func (s *scanner) in(data []byte) map[string]int {
	found := map[string]int{}
	for i := 0; i+stem <= len(data); i++ {
		if !s.begins[int(data[i])<<8|int(data[i+1])] {
			continue
		}
		for _, n := range s.needles[[stem]byte(data[i:])] {
			if _, known := found[n.what]; !known && bytes.HasPrefix(data[i:], n.text) {
				found[n.what] = i
			}
		}
	}
	return found
}

// newScanner makes a scanner for secrets in all their forms, and for the ends of PINs behind a
// mask.
func newScanner(secrets, pins []string) *scanner {
	s := &scanner{looked: map[string]int{}, needles: map[[stem]byte][]needle{}}
	for _, secret := range secrets {
		for how, text := range forms(secret) {
			s.add(text, secret+" "+how)
		}
	}
	for _, pin := range pins {
		for n := 1; n <= 4; n++ {
			s.add("••••"+pin[len(pin)-n:]+"\x00", fmt.Sprintf("%d digits of PIN %s", n, pin))
		}
	}
	return s
}

// encodedBlob matches something that a mail or a page holds in base64.
var encodedBlob = regexp.MustCompile(`(?:[A-Za-z0-9+/]{60,}\r?\n?)+[A-Za-z0-9+/]*={0,2}`)

// find returns which of the secrets are in data, also unpacked and decoded; empty for none.
func (s *scanner) find(name string, data []byte) []string {
	s.looked[filepath.Ext(name)]++
	var out []string
	for _, layer := range unpacked(name, data) {
		text := byChance.ReplaceAll(layer.data, []byte("#"))
		// The end of what a mask shows, that of its cell, word or text, is marked.
		text = maskEnd.ReplaceAll(text, []byte("$1\x00"))
		for what, at := range s.in(text) {
			out = append(out, fmt.Sprintf("%s holds %s: …%.80q", layer.name, what, text[max(0, at-40):]))
		}
	}
	return out
}

// maskEnd matches a mask with what is shown behind it.
var maskEnd = regexp.MustCompile(`(••••[^\s"'<>,;|)\\\x{001f}]{0,8})`)

type layer struct {
	name string
	data []byte
}

// unpacked returns data, what is packed in it, and what it holds in another encoding.
func unpacked(name string, data []byte) []layer {
	out := []layer{{name, data}}
	if z, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil {
		for _, f := range z.File {
			part, err := f.Open()
			if err != nil {
				continue
			}
			inside, _ := io.ReadAll(part)
			_ = part.Close()
			out = append(out, unpacked(name+": "+f.Name, inside)...)
		}
		return out
	}
	if bytes.Contains(data, []byte("quoted-printable")) {
		if plain, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(data))); err == nil {
			out = append(out, layer{name + ", quoted-printable", plain})
		}
	}
	for i, blob := range encodedBlob.FindAll(data, -1) {
		if plain, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(blob))); err == nil {
			out = append(out, layer{fmt.Sprintf("%s, base64 %d", name, i), plain})
		}
	}
	return out
}

// TestScanner: the scanner finds a secret in each of its forms, in plain text, in a workbook and
// in a mail, and does not take a digest for one.
func TestScanner(t *testing.T) {
	const secret, pin = "70415926535", "9340758"
	s := newScanner([]string{secret, pin}, []string{pin})
	var book bytes.Buffer
	z := zip.NewWriter(&book)
	for how, form := range forms(secret) {
		if len(s.find("a.txt", []byte("value "+form+" is taken"))) == 0 {
			t.Errorf("not found %s", how)
		}
		part, err := z.Create("xl/" + url.PathEscape(how) + ".xml")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(part, "<v>"+form+"</v>")
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if found := s.find("a.xlsx", book.Bytes()); len(found) < len(forms(secret)) {
		t.Errorf("of %d forms in a workbook, %d are found", len(forms(secret)), len(found))
	}
	mail := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("the value is "+secret+" or so\n"), 20))
	for text, want := range map[string]bool{
		mail:                   true,
		"value ••••58":         true,
		`{"after":"••••0758"}`: true,
		"value: •••• -> ••••8; ends_at":        true,
		"value ••••59":                         false,
		"sha256:00ab9340758c9340758ffee012345": false,
		"request 9340758":                      true,
	} {
		if got := len(s.find("a.txt", []byte(text))) > 0; got != want {
			t.Errorf("%q: found %v", text, got)
		}
	}
}
