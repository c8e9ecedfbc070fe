package fake

import (
	"fmt"
	"math/rand/v2"
	"time"

	"keyroster/providers/sandbox"
)

// The systems of generated credentials, unless the workspace has some.
var models = []struct{ name, kind, title, zone string }{
	{"Example Depot", "pti_site", "PTI Storlogix", "Europe/London"},
	{"Example Tower", "brivo_account", "Brivo", "America/New_York"},
}

// generate adds n credentials, and users to hold them: mostly a PIN, and some a card, a
// mobile key or a second PIN besides. Every eighth user is the one before in the next
// system, with the same e-mail address. Equal seeds give equal workspaces.
func (w *workspace) generate(n int) {
	if n <= 0 {
		return
	}
	random := rand.New(rand.NewPCG(w.seed, 0x7365616d))
	w.needSystems()
	var email, name string
	for number := 1; n > 0; number++ {
		if number%8 != 0 || len(w.systems.All) == 1 {
			one := sandbox.SamplePerson(random, number)
			name, email = one.First+" "+one.Last, one.Email
		}
		u := w.sampleUser(w.systems.All[number%len(w.systems.All)], number, name, email)
		for _, method := range sampleMethods(random) {
			if n > 0 && w.sampleCredential(u, method, random) {
				n--
			}
		}
	}
}

func (w *workspace) needSystems() {
	if len(w.systems.All) > 0 {
		return
	}
	for _, model := range models {
		must(w.systems.Insert(sandbox.ObjectOf(map[string]any{
			"acs_system_id": sandbox.Derive(w.seed, "system", model.name).
				UUID(),
			"name": model.name, "external_type": model.kind,
			"external_type_display_name": model.title, "location": map[string]string{"time_zone": model.zone},
		})))
	}
}

func must(err error) {
	if err != nil {
		panic("generate: " + err.Error())
	}
}

func (w *workspace) sampleUser(s *system, number int, name, email string) *user {
	id := sandbox.Derive(w.seed, "user", fmt.Sprint(number)).UUID()
	must(w.users.Insert(sandbox.ObjectOf(map[string]any{
		"acs_user_id": id, "acs_system_id": s.id, "full_name": name, "display_name": name, "email_address": email,
	})))
	return w.users.Find(id)
}

func sampleMethods(random *rand.Rand) []string {
	switch random.IntN(8) {
	case 0, 1:
		return []string{"code", "card"}
	case 2:
		return []string{"code", "mobile_key"}
	case 3:
		return []string{"code", "code"}
	case 4:
		return []string{"card"}
	}
	return []string{"code"}
}

// sampleCredential adds a credential that its provider knows, unless no free code is found.
// Codes have four to six digits, or more when there are many; every third credential ends,
// in ten years or later.
func (w *workspace) sampleCredential(u *user, method string, random *rand.Rand) bool {
	at := len(w.credentials.All)
	object := map[string]any{
		"acs_credential_id": sandbox.Derive(w.seed, "sample", fmt.Sprint(at)).
			UUID(),
		"acs_system_id": u.system, "acs_user_id": u.id,
		"access_method": method, "code": nil,
	}
	switch method {
	case "code":
		code := w.sampleCode(w.systems.Find(u.system), random)
		if code == "" {
			return false
		}
		object["code"] = code
	case "card":
		object["card_number"], object["is_issued"] = sandbox.SampleCard(random), true
	}
	if random.IntN(3) == 0 {
		object["starts_at"] = w.after(at)
		object["ends_at"] = stamp(time.Date(2036, time.Month(1+random.IntN(60)), 1, 0, 0, 0, 0, time.UTC))
	}
	must(w.credentials.Insert(sandbox.ObjectOf(object)))
	return true
}

// tries bounds the search for a free code where nearly all are taken.
const tries = 1000

func (w *workspace) sampleCode(s *system, random *rand.Rand) string {
	for range tries {
		length := 4 + random.IntN(3)
		if len(w.credentials.All) > 2000 {
			length = 8
		}
		if code := sandbox.SampleDigits(random, length); !w.inUse(s, code, nil) && fitsPTI(code) {
			return code
		}
	}
	return ""
}
