package pingone_test

// svg is a template that shows the title, colours and two fields.
const svg = `<svg xmlns=\"http://www.w3.org/2000/svg\"><rect fill=\"${cardColor}\"/><text fill=\"${textColor}\">${cardTitle}</text>` +
	`<text>${fields[0].title}: ${fields[0].value} ${fields[1].value}</text></svg>`

// plainSVG is svg as a cell holds it.
const plainSVG = `<svg xmlns="http://www.w3.org/2000/svg"><rect fill="${cardColor}"/><text fill="${textColor}">${cardTitle}</text>` +
	`<text>${fields[0].title}: ${fields[0].value} ${fields[1].value}</text></svg>`

const surname = `{"id":"Directory Attribute -> Surname","type":"Directory Attribute","title":"Surname","attribute":"name.family","isVisible":true,"required":true,"default":"-","x":1.50}`

const site = `{"id":"Alphanumeric Text -> Site","type":"Alphanumeric Text","title":"Site","value":"Main","isVisible":true,"required":false}`

// smallState is an environment of four credential types: the first says little and has members that
// keyroster does not know, the second is MANAGED, the third was deleted, the fourth expires.
const smallState = `{
"environment": {"id":"env-1","name":"Sample site","type":"PRODUCTION","region":"EU"},
"credential_types": [
 {"id":"t1","title":"Staff badge","cardDesignTemplate":"` + svg + `  \n","metadata":{"name":"Staff badge","cardColor":"#aabbcc","textColor":"#FFFFFF",
   "bgOpacityPercent":20.0,"version":5,"fields":[` + surname + `,` + site + `],"hologram":{"n":12345678901234567890,"f":1.0}},
  "openid4VCI":{"enabled":true,"scope":"a<b>&c","big":98765432109876543210},"issuerName":null,"createdAt":"2026-01-05T08:00:00.632730246Z",
  "version":{"id":"v","number":4}},
 {"id":"t2","title":"Visitor pass","cardDesignTemplate":"<svg>${cardTitle}</svg>","management":{"mode":"MANAGED"},"onDelete":{"revokeIssuedCredentials":false},
  "metadata":{"fields":[{"id":"Alphanumeric Text -> Host","type":"Alphanumeric Text","title":"Host","isVisible":true}]},"updatedAt":"2026-02-01T00:00:00.406Z"},
 {"id":"t3","title":"Old card","cardDesignTemplate":"<svg></svg>","metadata":{"fields":[` + site + `]},"deletedAt":"2026-01-06T08:00:00Z"},
 {"id":"t4","title":"Lab access","cardDesignTemplate":"<svg>${cardTitle}</svg>","multiple":{"expression":"user.labs"},
  "expiration":{"type":"HARD","after":{"timeUnit":"DAYS","duration":365}},"metadata":{"fields":[` + site + `]}}
],
"issuance_rules": [
 {"id":"r1","credentialType":{"id":"t1"},"status":"ACTIVE","automation":{"issue":"PERIODIC","update":"PERIODIC","revoke":"PERIODIC"},"usageCounts":{"issued":12,"accepted":9,"updated":0,"revoked":1}}
]}`
