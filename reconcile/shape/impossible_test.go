package shape

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestImpossible: what people write in lists instead of a number, or beside one, in their own
// languages.
func TestImpossible(t *testing.T) {
	for reason, texts := range map[Reason][]string{
		TextForm:  {`="00123456"`, `= "00123456"`, `="0012""3456"`},
		Formula:   {`=TEXT(A1;"0000")`, "=A2", "=1+1", `="00"&"12"`, "="},
		Email:     {"user@example.com", "12345678@example.com", "a b@c"},
		Brackets:  {"12345678 (old)", "[12345678]", "(089) 1234567", "{12345678}", "<12345678>"},
		ErrorWord: {"#NV", "#N/A", "#REF!", "#BEZUG!", "#WERT!", "#NOM?", "#VALEUR!", "#¡VALOR!", "#ЗНАЧ!", "#N/D", "#NAME?", "#ÉRTÉK!", "#DEĞER!", "#ARVO!"},
		Placeholder: {
			"-", "--", "?", "???", "...", "…", "/", "*?", "_", "–", "—", "!", ".", "#", "()",
		},
		Word: {
			// English, German, French, Spanish, Italian, Portuguese, Dutch, Polish,
			// Swedish, Czech, Turkish, Russian, Greek, Japanese, Chinese, Arabic, Finnish,
			// Hungarian, Romanian, Korean.
			"returned", "LOST", "TBD", "N/A", "n/a", "n.a.", "see note", "Loading...", "unknown", "none", "NULL", "not issued", "as above",
			"verloren", "zurück", "gestohlen", "siehe Notiz", "k.A.", "wird nachgereicht", "perdu", "rendue", "volé", "à venir",
			"perdido", "devuelta", "ninguno", "smarrito", "restituito", "nessuno", "devolvido", "não tem", "kwijt", "ingeleverd",
			"zgubiona", "brak", "förlorad", "saknas", "ztraceno", "žádný", "kayıp", "yok", "утеряна", "нет", "χάθηκε", "紛失", "丢失", "مفقود",
			"kadonnut", "puuttuu", "elveszett", "nincs", "pierdut", "lipsă", "분실", "Wird geladen...", "TRUE", "NaN",
		},
		Remark: {
			"12345678 lost", "12345678 (alt) x", "00123456-old", "12345678/verloren", "12345678lost", "LOST-12345678", "12345678, neu",
			"see 12345678", "12345678 → 12345679a", "Nr. 12345678", "12345678; old",
			"12345678old", "12345678neu", "00123456NEW", "Nr.12345678", "Card:12345678", "PIN:4007", "ID:12345678",
		},
		Space:   {"1234 5678", "12345678 ", " 12345678", "12345678\n12345679", "0151 23456789", "12345678\u00a0", "1234\t5678"},
		Decimal: {"1234,5", "1234.5", "12345678,00", "12.5", "0,1", "0.520833333"},
		Several: {
			"12345678,12345679", "12345678;12345679", "12345678/12345679", "12345678-12345679", "12345678 & 12345679", "12345678+12345679",
			"12345678, 12345679", "4711/4712", "1,2,3", "12345678|12345679", `12345678\12345679`,
		},
		Day:       {"2026-01-31", "31.01.2026", "1/31/26", "31-12-2026", "2026.1.31"},
		Foreign:   {"１２３４", "١٢٣٤", "12345678№", "1234–5678", "12345678€"},
		Character: {"12345678*", "12345678?", "$12345678", "12345678!", `"12345678"`, "12345678~", "'12345678", "12%"},
		Separator: {"-12345678", "12345678-", "12345678.", "12--34", "123:/456", "./12"},
		Unlikely:  {"abhanden", "geklaut", "QXZTVB", "DEADBEEF", "x"},
	} {
		for _, text := range texts {
			got := Impossible(text)
			if reason == Brackets && got == Remark || reason == Remark && got == Brackets {
				continue
			}
			if got != reason && !(reason == Placeholder && got == Brackets) && !(reason == Word && got == ErrorWord) {
				t.Errorf("%q: %q, want %q", text, got, reason)
			}
		}
	}
}

func TestPossible(t *testing.T) {
	for text := range strings.FieldsSeq(`0 1 0000 4711 00123456 4294967295 12345678901234567890 04A1B2C3D4E5F6 04a1b2c3 04:A1:B2:C3 04-A1-B2-C3-D4-E5-F6
		123:45678 123-45678 123/45678 1/45678 083.45678 12_345678 1234-5678-1234-5678 K123456 EMP0042 EMP-0042 0042A A-17 CARD-0042 BADGE-001
		TEST-01 PIN1234 VISITOR01 NO-1234 IN7 550e8400-e29b-41d4-a716-446655440000 C0FFEE01 0x1A2B3C4D 1E5 12E10 AB12CD34 7Q2K9Z
		0000-12345678 12-34-56-78 26:123:45678`) {
		if got := Impossible(text); got != Possible {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// TestImpossibleSigns: no value contains white space, letters of other alphabets or brackets.
func TestImpossibleSigns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := rapid.StringMatching(`[0-9A-Z]{0,8}`).Draw(t, "before"), rapid.StringMatching(`[0-9A-Z]{0,8}`).Draw(t, "after")
		sign := rapid.SampledFrom([]string{" ", "\t", "\u00a0", "\u2003", "(", "]", "@", "ß", "ж", "語", "?", "*", ";", "=", "…"}).Draw(t, "sign")
		if text := before + sign + after; Impossible(text) == Possible {
			t.Fatalf("%q is possible", text)
		}
	})
}

func TestUnwrap(t *testing.T) {
	for text, want := range map[string]string{`="00123456"`: "00123456", `= "1"`: "1", `=""`: "", `="a""b"`: `a"b`} {
		if got, ok := Unwrap(text); !ok || got != want {
			t.Errorf("%s: %q, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "=", `="`, `"1"`, "=A1", `="a"&"b"`, `="a"b"`} {
		if got, ok := Unwrap(text); ok {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func FuzzImpossible(f *testing.F) {
	for _, seed := range []string{"", "1", "a-b", "12:34", "=\"1\"", "1/2/3", "\xff", "12,5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		reason := Impossible(text)
		class, ok := Of(text)
		if reason == Possible && !ok && text != "" {
			t.Errorf("%q is possible and has no shape", text)
		}
		if ok && (class.Shape().String() == "" || class.String() == "") {
			t.Errorf("%q has a shape without words", text)
		}
		var p Population
		for range Few {
			p.Add(text)
		}
		if p.Tells() && !p.Fits(text) {
			t.Errorf("%q does not fit among its like", text)
		}
		_ = p.String()
	})
}

func TestOneDigitIsNoDigits(t *testing.T) {
	class, _ := Of("1:23")
	if got, want := class.String(), `1 digit, ":", 2 digits`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
