package fake

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"keyroster/providers/sandbox"
)

// kinds are the cards of generated environments.
var kinds = []struct{ title, card string }{
	{"Staff badge", "StaffBadge"},
	{"Visitor pass", "VisitorPass"},
	{"Contractor card", "ContractorCard"},
	{"Library card", "LibraryCard"},
	{"Parking permit", "ParkingPermit"},
	{"Lab access", "LabAccess"},
}

const sampleTemplate = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 480"><rect fill="${cardColor}" width="736" height="476" rx="10"/>` +
	`<text fill="${textColor}" x="30" y="90">${cardTitle}</text><text fill="${textColor}" x="30" y="130">${cardSubtitle}</text>` +
	`<text fill="${textColor}" x="30" y="250">${fields[0].title}: ${fields[0].value}</text></svg>`

// generate adds n credential types, and rules for those that are issued by rule. Equal
// seeds give equal environments.
func (e *environment) generate(n int) {
	random := rand.New(rand.NewPCG(e.seed, 0x70696e676f6e65))
	start := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	for i := range n {
		at := start.Add(time.Duration(i) * time.Minute).Format("2006-01-02T15:04:05.000Z")
		t := e.add(sampleContent(i, random), at)
		if modeOf(t.content) != "AUTOMATED" || random.IntN(4) == 0 {
			continue
		}
		issued := random.IntN(400)
		e.rules.Enter(&rule{
			id: uuid(e.seed, "rule", uint64(i)), typeID: t.id,
			content: sandbox.ObjectOf(map[string]any{
				"status": "ACTIVE", "automation": map[string]string{"issue": "PERIODIC", "update": "PERIODIC", "revoke": "ON_DEMAND"},
				"filter": map[string]string{"scim": `population.name eq "Staff"`}, "createdAt": at,
			}),
			usage: sandbox.Marshal(
				map[string]int{
					"issued":   issued,
					"accepted": issued * 3 / 4,
					"updated":  issued / 2,
					"revoked":  issued / 20,
				},
			),
		})
	}
}

// sampleContent leaves out, in some types, members that have defaults, and adds members
// that only newer references document.
func sampleContent(i int, random *rand.Rand) sandbox.Object {
	kind := kinds[i%len(kinds)]
	title := fmt.Sprintf("%s %02d", kind.title, i/len(kinds)+1)
	content := sandbox.ObjectOf(map[string]any{
		"title": title, "description": fmt.Sprintf("Sample site %d", random.IntN(9)+1), "cardType": kind.card,
		"cardDesignTemplate": sampleTemplate,
	})
	field := func(kind, title, member, value string) map[string]any {
		return map[string]any{
			"id":        kind + " -> " + title,
			"type":      kind,
			"title":     title,
			member:      value,
			"isVisible": true,
		}
	}
	content["metadata"] = sandbox.Marshal(map[string]any{
		"name": title, "cardColor": fmt.Sprintf("#%06X", random.IntN(1<<24)), "textColor": "#FFFFFF", "columns": 1,
		"fields": []any{
			field("Directory Attribute", "Surname", "attribute", "name.family"),
			field("Directory Attribute", "Given name", "attribute", "name.given"),
			field("Alphanumeric Text", "Site", "value", fmt.Sprintf("Sample site %d", random.IntN(9)+1)),
		},
	})
	switch random.IntN(4) {
	case 0:
		content["management"] = sandbox.Marshal(map[string]string{"mode": "MANAGED"})
	case 1:
		content["management"] = sandbox.Marshal(map[string]string{"mode": "AUTOMATED"})
		content["expiration"] = json.RawMessage(`{"type":"HARD","after":{"duration":365,"timeUnit":"DAYS"}}`)
	}
	if random.IntN(2) == 0 {
		content["onDelete"] = json.RawMessage(`{"revokeIssuedCredentials":false}`)
	}
	if random.IntN(3) == 0 {
		content["openid4VCI"] = json.RawMessage(`{"enabled":true,"scope":"sample_card"}`)
	}
	fillDefaults(content, nil)
	return content
}
