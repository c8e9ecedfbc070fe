package rosterio

import "strings"

// sheetErrors are the error values of spreadsheets: text files contain them in the
// language of the program that exported them.
var sheetErrors = func() map[string]struct{} {
	known := map[string]struct{}{}
	for _, names := range []string{
		"#N/A #REF! #VALUE! #DIV/0! #NAME? #NULL! #NUM! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #BUSY! #UNKNOWN! " +
			"#GETTING_DATA #ERROR! Loading... Loading…",
		"#NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF! #KALK! #FELD!",                                                               // German
		"#VALEUR! #NOM? #NUL! #NOMBRE! #PROPAGATION! #CHAMP!",                                                              // French
		"#N/D #¡REF! #¡VALOR! #¡DIV/0! #¿NOMBRE? #¡NULO! #¡NUM! #¡DESBORDAMIENTO!",                                         // Spanish
		"#RIF! #VALORE! #NOME? #NULLO! #ESPANSIONE!",                                                                       // Italian
		"#N/B #VERW! #WAARDE! #DEEL/0! #NAAM? #LEEG! #GETAL!",                                                              // Dutch
		"#VALOR! #NULO! #NÚM! #DESPEJAR!",                                                                                  // Portuguese
		"#ADR! #ARG! #DZIEL/0! #NAZWA? #ZERO! #LICZBA!",                                                                    // Polish
		"#I/T #REFERENCE! #VÆRDI! #NAVN? #VERDI! #SAKNAS! #REFERENS! #VÄRDEFEL! #DIVISION/0! #NAMN? #SKÄRNING! #OGILTIGT!", // Nordic
		// Finnish
		"#PUUTTUU! #VIITTAUS! #ARVO! #JAKO/0! #NIMI? #TYHJÄ! #LUKU!",
	} {
		for name := range strings.FieldsSeq(names) {
			known[name] = struct{}{}
		}
	}
	return known
}()
