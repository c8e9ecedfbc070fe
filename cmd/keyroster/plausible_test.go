package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/cmd/internal/exit"
	"keyroster/reconcile"
)

// stock is an account with values of one type, and a roster that brings others.
type stock struct {
	name string
	// have has the values in the account, rows those in the roster: every second row replaces a
	// value that is there, and the others are for new people.
	have, rows []string
	// digits: the values are digits, so they may be Seam codes too.
	digits bool
	// pin: the values are PINs, else cards.
	pin bool
}

// values makes n different values.
func values(n int, one func(i int) string) []string {
	var out []string
	seen := map[string]bool{}
	for i := 0; len(out) < n; i++ {
		if v := one(i); !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

func split(n int, all []string) (first, second []string) { return all[:n], all[n:] }

// TestPlausible: rosters such as sites have are accepted with at most one warning.
func TestPlausible(t *testing.T) {
	for _, s := range plausibleStocks() {
		for _, provider := range []string{"doorflow", "seam"} {
			if provider == "seam" && !s.digits {
				continue // a code must be digits
			}
			t.Run(s.name+"/"+provider, func(t *testing.T) {
				t.Parallel()
				r := s.plan(t, provider)
				for _, l := range r.Lines {
					if l.Outcome == reconcile.Blocked || l.Outcome == reconcile.InvalidRow {
						t.Errorf("row %d: %s: %s", l.Source.Line-2, l.Situation, l.Reason)
					}
				}
				if len(r.Problems) > 1 {
					t.Errorf("%d warnings: %v", len(r.Problems), r.Problems)
				}
			})
		}
	}
}

func plausibleStocks() []stock {
	random := rand.New(rand.NewPCG(7, 11))
	of := func(alphabet string, n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte(alphabet[random.IntN(len(alphabet))])
		}
		return b.String()
	}
	const decimal, upper, lower, letters = "0123456789", "0123456789ABCDEF", "0123456789abcdef", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	kinds := []struct {
		name   string
		digits bool
		one    func(i int) string
	}{
		{"8 digits with zeros in front", true, func(int) string { return "00" + of(decimal, 6) }},
		{"8 digits", true, func(int) string { return of(decimal, 8) }},
		{"10 digits without zeros in front", true, func(int) string { return fmt.Sprint(1 + random.Uint32()) }},
		{"24 bits in decimals", true, func(int) string { return fmt.Sprint(1 + random.IntN(1<<24)) }},
		{"mixed lengths", true, func(i int) string { return of(decimal, []int{8, 10, 8, 5}[i%4]) }},
		{"16 digits", true, func(int) string { return "4" + of(decimal, 15) }},
		{"facility and number", false, func(int) string { return fmt.Sprintf("%d:%d", 1+random.IntN(255), 1+random.IntN(65535)) }},
		{"facility and number, padded", false, func(int) string { return fmt.Sprintf("%03d-%05d", random.IntN(256), random.IntN(65536)) }},
		{"hex of 4 bytes", false, func(int) string { return of(upper, 8) }},
		{"hex of 7 bytes", false, func(int) string { return "04" + of(lower, 12) }},
		{"bytes with colons", false, func(int) string {
			return fmt.Sprintf("04:%02X:%02X:%02X", random.IntN(256), random.IntN(256), random.IntN(256))
		}},
		{"badge ids", false, func(i int) string { return fmt.Sprintf("EMP%05d", i) }},
		{"badge ids with hyphens", false, func(i int) string { return fmt.Sprintf("CARD-%04d", i) }},
		{"codes of chance", false, func(int) string { return of(letters, 6) }},
		{"uuids", false, func(int) string {
			return fmt.Sprintf("%s-%s-4%s-a%s-%s", of(lower, 8), of(lower, 4), of(lower, 3), of(lower, 3), of(lower, 12))
		}},
	}
	var out []stock
	for _, k := range kinds {
		have, rows := split(120, values(160, k.one))
		out = append(out, stock{name: k.name + ", the same stock", have: have, rows: rows, digits: k.digits},
			stock{name: k.name + ", one new card", have: have, rows: rows[:1], digits: k.digits},
			stock{name: k.name + ", a first fill", rows: rows, digits: k.digits},
			stock{name: k.name + ", a small account", have: have[:6], rows: append(rows[:3:3], "31415926"), digits: k.digits},
			stock{name: k.name + ", a second site", have: values(60, func(int) string { return "77" + of(decimal, 10) }), rows: rows, digits: k.digits})
	}
	pins, newPins := split(60, values(80, func(i int) string { return of(decimal, 4+i%5) }))
	short := values(20, func(int) string { return of(decimal, 4) })
	counted := values(200, func(i int) string { return fmt.Sprint(2000 + i*500) })
	tight := values(40, func(i int) string { return fmt.Sprint(99960 + i) })
	return append(out,
		stock{name: "PINs of 4 to 8 digits", have: pins, rows: newPins, digits: true, pin: true},
		stock{name: "few PINs of 4 to 8 digits", have: pins[:12], rows: newPins[:5], digits: true, pin: true},
		stock{name: "longer PINs for all", have: short, rows: newPins, digits: true, pin: true},
		stock{name: "running numbers from 1", have: values(412, func(i int) string { return fmt.Sprint(i + 1) }), rows: []string{"413", "414"}, digits: true},
		stock{name: "running numbers, one digit more", have: counted[:195], rows: []string{"100000"}, digits: true},
		stock{name: "the last numbers of a length", have: tight, rows: []string{"100000", "100001"}, digits: true},
		stock{name: "five cards of a new stock", have: values(40, func(int) string { return of(decimal, 8) }), rows: values(5, func(int) string { return of(decimal, 10) }), digits: true},
		stock{name: "hex in small letters", have: values(60, func(int) string { return of(upper, 8) }), rows: []string{"04a1b2c3", "be11ab1e"}},
	)
}

// TestImplausible: a value that is no number or code, or is unlike all others, is never sent,
// whatever the account holds.
func TestImplausible(t *testing.T) {
	eights := values(40, func(i int) string { return fmt.Sprintf("00%06d", 100003+i*7919) })
	for name, have := range map[string][]string{
		"among cards": eights, "in an empty account": nil,
		"where others hold such": append(eights[:20:20], "returned", "verloren", "perdu", "TBD", "12345678 (old)", "see note", "12345678, 12345679", "lost"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stock{have: have, rows: impossible}
			if len(have) > 0 {
				s.rows = append(s.rows[:len(s.rows):len(s.rows)], unlike...)
			}
			held := map[string]bool{}
			for _, v := range have {
				held[v] = true
			}
			r := s.plan(t, "doorflow")
			for _, l := range r.Lines {
				value := s.rows[l.Source.Line-2]
				if l.Outcome != reconcile.Blocked && l.Outcome != reconcile.InvalidRow && !held[value] {
					t.Errorf("%q is %s, %s", value, l.Situation, l.Outcome)
				}
				if len(value) > 3 && value[0] != '#' && value != "Loading..." && strings.Contains(l.Reason, value) {
					t.Errorf("the reason holds the value %q: %s", value, l.Reason)
				}
			}
		})
	}
}

// impossible has texts that are not a value in any account.
var impossible = []string{
	"returned", "Lost", "TBD", "N/A", "-", "?", "see note", "Loading...", "#N/A", "#NV", "#BEZUG!", "#¡VALOR!", "#ЗНАЧ!", "Err:502", "unknown",
	"verloren", "zurückgegeben", "gestohlen", "siehe Notiz", "k.A.", "perdu", "rendue", "volée", "à remplacer", "perdido", "devuelto", "ninguno",
	"smarrito", "restituito", "nessuna", "devolvido", "não tem", "kwijt", "ingeleverd", "zgubiona", "brak", "förlorad", "saknas", "ztraceno", "žádná",
	"kayıp", "yok", "утеряна", "нет", "χάθηκε", "紛失", "丢失", "مفقود", "kadonnut", "elveszett", "pierdut", "분실", "abhanden",
	"12345678 (old)", "12345678 lost", "12345678/12345679", "12345678, 12345679", "12345678;12345679", "12345678 & 12345679", "12345678-alt",
	"user@example.com", "0151 23456789", "+49 151 23456789", "(089) 123456", "1.23E+10", "1,23E+10", "1234,5", "12345678,00", "1234.5",
	"2026-01-31", "31.01.2026", "1/31/2026", "2-Jan", "[12345678]", "<none>", "null", "NaN", "12345678*", "$1234", "12 345 678", "–", "...",
	`="00123456"`, "'00123456", "=A2", "１２３４５６７８", "12345678\u200b", "12345678\u00a0",
}

// unlike has values that resemble none in a stock of 8-digit cards.
var unlike = []string{"123456789", "1234567", "EMP00421", "0012345678", "AB12CD34", "123:45678", "1234-5678", "42", "12345678A"}

// planOfStock is what the tests read from plan --json.
type planOfStock struct {
	Lines []struct {
		Source    *reconcile.Source
		Situation reconcile.Situation
		Outcome   reconcile.Outcome
		Reason    string
	}
	Problems []reconcile.Problem
}

// plan compares the roster with an account that the sandbox serves.
func (s *stock) plan(t *testing.T, provider string) planOfStock {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	state, kind := s.doorflow, "card"
	if s.pin {
		kind = "pin"
	}
	if provider == "seam" {
		state, kind = s.seam, "code"
	}
	content, err := json.Marshal(state())
	if err != nil {
		t.Fatal(err)
	}
	write("state.json", content)
	config := write("keyroster.yaml", []byte("accounts:\n  a: {provider: "+provider+
		", base_url: sandbox, sandbox: {state: state.json}, rate: none, limits: {update: 9999, create: 9999, invalid: 9999}}\n"))
	var roster bytes.Buffer
	out := csv.NewWriter(&roster)
	_ = out.Write([]string{"holder_email", "type", "value"})
	for i, v := range s.rows {
		_ = out.Write([]string{s.email(i), kind, v})
	}
	out.Flush()
	var stdout, stderr bytes.Buffer
	args := []string{"plan", "--config", config, "--state", filepath.Join(dir, "state"), "--runs", filepath.Join(dir, "runs"), "--json", write("roster.csv", roster.Bytes())}
	if code := execute(args, func(string) string { return "" }, strings.NewReader(""), &stdout, &stderr); code != exit.OK {
		t.Fatalf("plan exits %d: %s%s", code, &stdout, &stderr)
	}
	var r planOfStock
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	lines := r.Lines[:0]
	for _, l := range r.Lines {
		if l.Source != nil {
			lines = append(lines, l)
		}
	}
	if r.Lines = lines; len(lines) != len(s.rows) {
		t.Fatalf("%d rows of %d", len(lines), len(s.rows))
	}
	return r
}

// email returns the address of the person in a row: every second one has a value already, as long
// as there are any.
func (s *stock) email(row int) string {
	who := len(s.have) + row
	if row%2 == 0 && row/2 < len(s.have) {
		who = row / 2
	}
	return fmt.Sprintf("p%d@example.com", who)
}

func (s *stock) people() int { return len(s.have) + len(s.rows) }

func (s *stock) doorflow() any {
	type object = map[string]any
	kind := 32
	if s.pin {
		kind = 31
	}
	people, credentials := []object{}, []object{}
	for i := range s.people() {
		people = append(people, object{"id": 1000 + i, "email": fmt.Sprintf("p%d@example.com", i), "first_name": "Person", "last_name": fmt.Sprint("Sample ", i), "enabled": true})
	}
	for i, v := range s.have {
		credentials = append(credentials, object{"id": fmt.Sprint("K", i), "person_id": 1000 + i, "credential_type_id": kind, "value": v})
	}
	return object{
		"people": people, "credentials": credentials,
		"credential_types": []object{
			{"id": 31, "label": "Keypad PIN", "slug": "pin", "code": 10}, {"id": 32, "label": "Proximity card", "slug": "card", "code": 200},
		},
	}
}

func (s *stock) seam() any {
	type object = map[string]any
	const system = "22222222-2222-4222-8222-222222222222"
	id := func(kind, n int) string { return fmt.Sprintf("%08d-0000-4000-8000-%012d", kind, n) }
	users, credentials := []object{}, []object{}
	for i := range s.people() {
		users = append(users, object{"acs_user_id": id(1, i), "acs_system_id": system, "full_name": fmt.Sprint("Person Sample ", i), "email_address": fmt.Sprintf("p%d@example.com", i)})
	}
	for i, v := range s.have {
		credentials = append(credentials, object{
			"acs_credential_id": id(2, i), "acs_system_id": system, "acs_user_id": id(1, i), "access_method": "code", "code": v, "is_managed": true,
		})
	}
	return object{
		"workspace":   object{"workspace_id": "33333333-3333-4333-8333-333333333333", "name": "Sample workspace", "is_sandbox": true},
		"acs_systems": []object{{"acs_system_id": system, "name": "House", "external_type": "brivo_account"}},
		"acs_users":   users, "acs_credentials": credentials,
	}
}
