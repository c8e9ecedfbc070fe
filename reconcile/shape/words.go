package shape

import "strings"

// remarks are words that lists have in place of a number, or after one, in ASCII letters: a
// text with other letters is not a number or code whatever it says. What a word means in
// which language does not matter here.
var remarks = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(`
		none null nil nan na tbd tba tbc todo pending void blank empty error undefined true false yes no loading unknown unassigned
		lost returned stolen broken defective defect damaged missing expired inactive active deactivated disabled blocked cancelled
		canceled deleted removed replaced replacement revoked invalid old new spare see note seenote same above below found handed
		number card badge pin code value test dummy sample example placeholder various several multiple
		verloren weg zurueck zurueckgegeben zuruckgegeben gestohlen defekt kaputt fehlt fehlend unbekannt keine kein keiner leer offen
		gesperrt siehe alt neu ersatz ausgegeben abgegeben ungueltig abgelaufen deaktiviert nachreichen folgt nummer karte ausweis
		perdu perdue rendu rendue vole volee inconnu inconnue aucun aucune manquant manquante voir casse cassee retourne retournee
		vide neant ancien nouveau desactive annule bloque invalide remplace carte numero
		perdido perdida devuelto devuelta robado robada desconocido ninguno ninguna falta roto rota vacio pendiente ver nota antiguo
		nuevo anulado bloqueado caducado tarjeta
		perso persa smarrito smarrita restituito restituita rubato rubata sconosciuto nessuno nessuna mancante rotto vuoto vecchio nuovo
		vedi scaduto bloccato tessera
		devolvido devolvida roubado roubada desconhecido nenhum nenhuma vazio pendente antigo novo cartao cancelado
		kwijt ingeleverd gestolen onbekend geen leeg oud nieuw zie kapot geblokkeerd vermist pas kaart
		zgubiony zgubiona zgubione zwrocono zwrocona skradziony skradziona brak nieznany nieznana uszkodzona nowa stara karta
		borttappad tappad aterlamnad stulen saknas okand ingen trasig gammal mistet tabt stjalet mangler ukendt ukjent returnert
		returneret tapt kort kadonnut palautettu varastettu puuttuu tuntematon ei
		ztraceno ztracena vraceno vracena ukradeno chybi neznamy zadny strateny stratena vrateny chyba
		kayip iade yok calindi bilinmiyor eski yeni kart elveszett hianyzik nincs ellopott visszaadva ismeretlen
		pierdut pierduta returnat furat lipsa necunoscut izgubljeno izgubljena vraceno ukradeno nepoznato nema
		poteryan poteryana utrachen vozvrashchen vozvrashchena net neizvestno hilang dikembalikan tidak ada`) {
		words[word] = true
	}
	return words
}()

// shortRemark is the length below which a word counts as a remark only after the digits,
// and separated from them: NO-0042 and IN7 are ids. One letter shorter, it also counts at
// the end of a whole number: 10001111old.
const shortRemark = 4

// inID are words that people's own ids have besides their digits, such as CARD-0042.
var inID = map[string]bool{
	"card": true, "badge": true, "pin": true, "code": true, "test": true, "sample": true, "dummy": true, "spare": true, "pas": true,
	"carte": true, "karte": true, "karta": true, "kart": true, "kaart": true, "kort": true, "tessera": true, "tarjeta": true,
	"cartao": true, "numero": true, "nummer": true, "number": true, "ausweis": true, "value": true, "example": true,
}

// isRemark reports whether a run of letters next to digits is a remark on them. leading: it
// precedes all digits; apart: it is separated from them; ending: it is the end of the text,
// after a whole number.
func isRemark(run string, leading, apart, ending bool) bool {
	word := strings.ToLower(run)
	return remarks[word] && !inID[word] &&
		(len(word) >= shortRemark || apart && !leading || ending && len(word) == shortRemark-1)
}

// isLabel reports whether a word says what the number after it is, with a colon or a stop
// between them: Nr.12345678, PIN:4007.
func isLabel(run string) bool {
	word := strings.ToLower(run)
	return inID[word] || word == "id" || word == "nr" || word == "no" || word == "num" || word == "uid" || word == "csn"
}
