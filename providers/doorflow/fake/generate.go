package fake

import (
	"fmt"
	"math/rand/v2"

	"keyroster/providers/sandbox"
)

// model is a type for generated credentials, used if the account has none of the kind.
type model struct {
	kind        kind
	id, code    int64
	label, slug string
}

// generate adds n credentials, and people to hold them: each a card, a PIN or both. Equal
// seeds give equal accounts.
func (a *account) generate(n int) {
	if n <= 0 {
		return
	}
	random := rand.New(rand.NewPCG(a.seed, 0x646f6f72666c6f77))
	pins := a.typeFor(model{pin, 31, 10, "Keypad PIN", "pin"})
	cards := a.typeFor(model{card, 32, 200, "Proximity card", "card"})
	a.typeFor(model{mobile, 33, 300, "Mobile pass", "mobile_pass"})
	nextPerson := int64(90001)
	for _, p := range a.people.All {
		nextPerson = max(nextPerson, p.id+1)
	}
	for number := len(a.people.All) + 1; n > 0; number++ {
		p := samplePerson(nextPerson, number, random)
		nextPerson++
		a.people.Enter(p)
		holds := random.IntN(4) // 0 PIN, 1 card, 2 and 3 both
		if holds != 0 && a.addGenerated(p, cards, random) {
			n--
		}
		if holds != 1 && n > 0 && a.addGenerated(p, pins, random) {
			n--
		}
	}
}

// typeFor returns the account's first type of the kind; if there is none, it adds the
// model.
func (a *account) typeFor(m model) *credentialType {
	largest := int64(0)
	for _, t := range a.types.All {
		if t.kind == m.kind {
			return t
		}
		largest = max(largest, t.id)
	}
	if a.types.Find(m.id) != nil {
		m.id = largest + 1
	}
	object := sandbox.ObjectOf(map[string]any{"id": m.id, "code": m.code, "label": m.label, "slug": m.slug})
	if err := a.types.Insert(object); err != nil {
		panic("generate a type: " + err.Error())
	}
	t := a.types.Find(m.id)
	t.kind = m.kind // regardless of switches that name its id
	return t
}

func samplePerson(id int64, number int, random *rand.Rand) *person {
	one := sandbox.SamplePerson(random, number)
	return &person{
		id: id, email: one.Email, systemID: fmt.Sprintf("e-%05d", number),
		raw: fmt.Appendf(nil, `{"id":%d,"email":"%s","enabled":true,"first_name":"%s","groups":[],`+
			`"last_name":"%s","roles":[],"system_id":"E-%05d"}`, id, one.Email, one.First, one.Last, number),
	}
}

// addGenerated gives the person a credential, unless no free value is found: there are only so
// many short PINs.
func (a *account) addGenerated(p *person, t *credentialType, random *rand.Rand) bool {
	for range tries {
		value := a.sampleValue(t, random)
		if a.inUse(t, value, nil) {
			continue
		}
		c := &credential{typ: t, person: p, value: value, hasValue: true, order: a.nextOrder()}
		c.id, _ = a.nextID(p, t)
		a.credentials.Enter(c)
		return true
	}
	return false
}

// sampleValue generates a PIN of any allowed length, or a card number: mostly facility code
// and number of a 26-bit card in eight digits, sometimes ten digits. Either may begin with
// zeros. PINs get as long as allowed when there are many of them.
func (a *account) sampleValue(t *credentialType, random *rand.Rand) string {
	if t.kind == pin {
		low, high := a.settings.pinMin, a.settings.pinMax
		if t.count > 2000 {
			low = high
		}
		return sandbox.SampleDigits(random, low+random.IntN(high-low+1))
	}
	if random.IntN(4) == 0 || t.count > 1_000_000 {
		return sandbox.SampleDigits(random, 10)
	}
	return sandbox.SampleCard(random)
}
