package fake

import (
	"fmt"
	"math/rand/v2"

	"keyroster/providers/sandbox"
)

// The types of generated credentials, unless the account has some of the kind.
var (
	pinType    = credentialType{id: 31, label: "Keypad PIN", slug: "pin", kind: pin, raw: []byte(`{"id":31,"code":10,"label":"Keypad PIN","slug":"pin"}`)}
	cardType   = credentialType{id: 32, label: "Proximity card", slug: "card", raw: []byte(`{"id":32,"code":200,"label":"Proximity card","slug":"card"}`)}
	mobileType = credentialType{id: 33, label: "Mobile pass", slug: "mobile_pass", kind: mobile, raw: []byte(`{"id":33,"code":300,"label":"Mobile pass","slug":"mobile_pass"}`)}
)

// generate adds n credentials, and people to hold them: each a card, a PIN or
// both. Equal seeds give equal accounts.
func (a *account) generate(n int) {
	if n <= 0 {
		return
	}
	random := rand.New(rand.NewPCG(a.seed, 0x646f6f72666c6f77))
	pins, cards := a.typeFor(pinType), a.typeFor(cardType)
	a.typeFor(mobileType)
	nextPerson := int64(90001)
	for _, p := range a.people.All {
		nextPerson = max(nextPerson, p.id+1)
	}
	for number := len(a.people.All) + 1; n > 0; number++ {
		p := samplePerson(nextPerson, number, random)
		nextPerson++
		a.people.Enter(p)
		holds := random.IntN(4) // 0 PIN, 1 card, 2 and 3 both
		if holds != 0 && a.generated(p, cards, random) {
			n--
		}
		if holds != 1 && n > 0 && a.generated(p, pins, random) {
			n--
		}
	}
}

// typeFor is the account's first type of the kind, or the model, entered.
func (a *account) typeFor(model credentialType) *credentialType {
	largest := int64(0)
	for _, t := range a.types.All {
		if t.kind == model.kind {
			return t
		}
		largest = max(largest, t.id)
	}
	if a.types.Find(model.id) != nil {
		model.raw = fmt.Appendf(nil, `{"id":%d%s`, largest+1, model.raw[len(`{"id":31`):])
		model.id = largest + 1
	}
	a.types.Enter(&model)
	return &model
}

func samplePerson(id int64, number int, random *rand.Rand) *person {
	one := sandbox.SamplePerson(random, number)
	return &person{
		id: id, email: one.Email, systemID: fmt.Sprintf("e-%05d", number),
		raw: fmt.Appendf(nil, `{"id":%d,"email":"%s","enabled":true,"first_name":"%s","groups":[],`+
			`"last_name":"%s","roles":[],"system_id":"E-%05d"}`, id, one.Email, one.First, one.Last, number),
	}
}

// generated gives the person a credential, unless no free value is found: there
// are only so many short PINs.
func (a *account) generated(p *person, t *credentialType, random *rand.Rand) bool {
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

// sampleValue draws a PIN of any allowed length, or a card number: mostly
// facility code and number of a 26-bit card in eight digits, sometimes ten
// digits. Either may begin with zeros. PINs get as long as they may when there
// are many of them.
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
