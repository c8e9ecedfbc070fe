package csvio_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"keyroster/io/cellio"
	"keyroster/io/csvio"
)

// TestDoubt: letters on which the code pages of Windows agree are certain; all others are a guess,
// and are read in a code page that has a language for them.
func TestDoubt(t *testing.T) {
	tests := []struct {
		name string
		page *charmap.Charmap
		text string
		// letters are those in doubt, as Windows-1252 reads them; want is the first reading, or any
		// of them for code pages of DOS and the Mac.
		letters, want string
	}{
		{"German", charmap.Windows1252, "Müller-Öztürk, Straße, Café", "", ""},
		{"English", charmap.Windows1252, "“quoted” – €5", "", ""},
		{"French", charmap.Windows1252, "cœur", "œ", "Windows-1252 cœur"},
		{"Danish", charmap.Windows1252, "Sørensen på Færøerne", "ø å æ", "Windows-1252 Sørensen på Færøerne"},
		{"Polish", charmap.Windows1250, "Gość, Łódź", "œ æ £ ó Ÿ", "Windows-1250 Gość, Łódź"},
		{"Czech", charmap.Windows1250, "Příliš žlutý kůň", "ø í ù ò", "Windows-1250 Příliš žlutý kůň"},
		{"Hungarian", charmap.Windows1250, "őű", "õ û", "Windows-1250 őű"},
		{"Turkish", charmap.Windows1254, "Işık Güneş", "ý þ", "Windows-1254 Işık Güneş"},
		{"Lithuanian", charmap.Windows1257, "Žvėryno įėjimas", "Þ ë á", "Windows-1257 Žvėryno įėjimas"},
		{
			"signs", charmap.Windows1252,
			"L’Étage 2026 – “O’Brien” (Mo–Fr) 30°C, 5€, §7, Foo™, A·B… ‚x‘ „Haus“ 2½ ÉTAGE", "", "",
		},
		{"German of DOS", charmap.CodePage850, "Köln", "”", "IBM850 Köln"},
		{"German of DOS, a capital", charmap.CodePage850, "Öl, Größe", "™ ” á", "IBM850 Öl, Größe"},
		{"French of DOS", charmap.CodePage850, "Café français", "‚ ‡", "IBM850 Café français"},
		{"Spanish of DOS", charmap.CodePage850, "María Peña", "¡ ¤", "IBM850 María Peña"},
		{"German of the Mac", charmap.Macintosh, "Gäste, groß", "Š §", "Macintosh Gäste, groß"},
		{"Spanish of the Mac", charmap.Macintosh, "España", "–", "Macintosh España"},
		{"Danish of the Mac", charmap.Macintosh, "Færøerne", "¾ ¿", "Macintosh Færøerne"},
		{"Russian", charmap.Windows1251, "Гость здания", "Ã î ñ ò ü ç ä à í è ÿ", "Windows-1251 Гость здания"},
		{"Greek", charmap.Windows1253, "Επισκέπτης", "Å ð é ó ê Ý ò ç", "Windows-1253 Επισκέπτης"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, err := tt.page.NewEncoder().String("title\n" + tt.text + "\n")
			if err != nil {
				t.Fatal(err)
			}
			table, err := csvio.Open(strings.NewReader(file), "r.csv")
			if err != nil || !table.Guessed() {
				t.Fatalf("guessed %v, %v", table.Guessed(), err)
			}
			read, err := charmap.Windows1252.NewDecoder().String(file)
			if err != nil {
				t.Fatal(err)
			}
			doubt := table.Doubt(strings.TrimSuffix(strings.TrimPrefix(read, "title\n"), "\n"))
			if tt.want == "" {
				if doubt != nil {
					t.Errorf("doubt: %v", doubt)
				}
				return
			}
			if doubt == nil || len(doubt.Readings) == 0 {
				t.Fatalf("doubt %+v", doubt)
			}
			first := slices.IndexFunc(doubt.Readings, func(r csvio.Reading) bool { return r.Encoding+" "+r.Text == tt.want })
			if windows := tt.page != charmap.CodePage850 && tt.page != charmap.Macintosh; first < 0 || windows && first > 0 {
				t.Errorf("reading %+v, want %s", doubt.Readings, tt.want)
			}
			for _, letter := range strings.Fields(tt.letters) {
				if !slices.Contains(doubt.Letters, letter) {
					t.Errorf("%s is not in doubt: %q", letter, doubt.Letters)
				}
			}
			// With its encoding named, the text comes back unchanged and nothing is in doubt.
			name := map[*charmap.Charmap]string{
				charmap.Windows1250: "windows-1250", charmap.Windows1251: "cp1251", charmap.Windows1252: "Windows-1252",
				charmap.Windows1253: "WINDOWS-1253", charmap.Windows1254: "latin5", charmap.Windows1257: "windows-1257",
				charmap.CodePage850: "cp850", charmap.Macintosh: "macintosh",
			}[tt.page]
			rows, named, err := readIn(file, name)
			if err != nil || len(rows) != 2 || rows[1] != tt.text || named.Guessed() || named.Doubt(tt.text) != nil {
				t.Errorf("%q, %v", rows, err)
			}
		})
	}
}

func readIn(file, encoding string) (cells []string, table *csvio.Reader, err error) {
	if table, err = csvio.OpenIn(strings.NewReader(file), "r.csv", encoding); err != nil {
		return nil, nil, err
	}
	for {
		line, err := table.Next()
		if err != nil {
			if err.Error() == "EOF" {
				err = nil
			}
			return cells, table, err
		}
		var texts []string
		for _, c := range line.Cells {
			texts = append(texts, c.Text)
		}
		cells = append(cells, strings.Join(texts, ","))
	}
}

func TestNamedEncodings(t *testing.T) {
	for _, name := range csvio.EncodingNames {
		if _, ok := csvio.LookupEncoding(strings.ToUpper(name)); !ok {
			t.Errorf("%s is not known", name)
		}
	}
	for _, tt := range []struct {
		name, file, encoding string
		want                 string
		kind                 string
	}{
		{"a mark counts for more", "\xef\xbb\xbfa\nł\n", "windows-1250", "ł", ""},
		{"UTF-8 all the same", "a\nł\n", "windows-1250", "", cellio.KindEncoding},
		{"no UTF-8", "a\n\xb3\n", "utf-8", "", cellio.KindEncoding},
		{"UTF-16", "a\x00\n\x00B\x01\n\x00", "utf-16le", "ł", ""},
		{"Shift JIS", "a\n\x93\xfa\x96{\n", "shift_jis", "日本", ""},
		{"broken Shift JIS", "a\nb\n\x93\n", "shift_jis", "", cellio.KindEncoding},
		{"an undefined byte", "a\n\x81\n", "windows-1250", "", cellio.KindEncoding},
		{"a code page of DOS", "a\n\x88\n", "cp852", "ł", ""},
		{"ASCII", "a\nb\n", "windows-1250", "b", ""},
		{"nobody's name", "a\nb\n", "windows-125", "", cellio.KindEncoding},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, _, err := readIn(tt.file, tt.encoding)
			if tt.kind != "" {
				if bad, ok := errors.AsType[*cellio.InputError](err); !ok || bad.Kind != tt.kind || bad.Remedy == "" {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil || rows[len(rows)-1] != tt.want {
				t.Errorf("%q, %v", rows, err)
			}
		})
	}
}
