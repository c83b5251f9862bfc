package file

import "strings"

// headings are whole headings, folded by fold, that say what a column holds.
// Sources: the export headings of Outlook (English, German, Dutch), Google
// Contacts, and common words. Phone headings are put together from words, below.
var headings = map[role]string{
	roleID: "id|contact id|record id|contactid|recordid|uid|uuid|guid|external id|contact number|" +
		"contactnummer|contact nr|relatie id|record nummer|kontakt id|kontaktnummer|datensatz id|" +
		"identifiant|id contact|id contacto|id contatto|internal id|system id|dn",
	roleName: "name|full name|fullname|display name|displayname|contact|contact name|contactname|contact person|person|caller name|" +
		"naam|volledige naam|weergavenaam|contactpersoon|contactnaam|persoon|" +
		"vollstandiger name|anzeigename|ansprechpartner|kontaktperson|kontakt|kontaktname|" +
		"nom complet|nombre completo|contacto|nome completo|nome cognome|nominativo|contatto|file as|opslaan als|speichern unter",
	roleFirst: "first name|firstname|given name|givenname|forename|christian name|first|" +
		"voornaam|roepnaam|voornamen|vorname|vornamen|rufname|prenom|nombre|nome",
	roleMiddle: "middle name|middlename|additional name|middle|infix|tussenvoegsel|tussenvoegsels|middelste naam|tweede voornaam|" +
		"weitere vornamen|zweiter vorname|namenszusatz",
	roleLast: "last name|lastname|surname|family name|familyname|last|achternaam|familienaam|geslachtsnaam|" +
		"nachname|familienname|zuname|nom|nom de famille|apellido|apellidos|cognome",
	roleCompany: "company|company name|companyname|organization|organisation|organization name|organisation name|organization 1 name|account|account name|" +
		"employer|business|business name|firm|customer|customer name|client|client name|" +
		"bedrijf|bedrijfsnaam|organisatie|organisatienaam|firma|firmanaam|werkgever|klant|klantnaam|relatie|relatienaam|debiteur|debiteurnaam|" +
		"unternehmen|firmenname|organisationsname|kunde|kundenname|firma name|" +
		"societe|entreprise|raison sociale|empresa|compania|razon social|azienda|societa|ragione sociale",
	roleEmail: "email|e mail|e mail address|email address|e mail 1 value|emailaddress|mail|mail address|e mail 1|email 1|primary email|business email|work email|e mail work|" +
		"e mailadres|emailadres|mailadres|e mail adres|e mail zakelijk|email zakelijk|" +
		"e mail adresse|emailadresse|mailadresse|e mail geschaftlich|" +
		"courriel|adresse e mail|adresse email|adresse mail|correo|correo electronico|email aziendale|posta elettronica|indirizzo email",
	roleCountry: "country|country region|country code|country name|nation|phone country|business country|business country region|work country|mailing country|address 1 country|iso country|home country region|home country|" +
		"land|landcode|land regio|land werk|werk land|land regio werk|land zakelijk|landnaam|" +
		"landerkennzeichen|landerkurzel|land region|land region geschaftlich|staat|" +
		"pays|pays region|pais|pais region|paese|nazione",
	roleIdentifier: "identifier|customer number|customer no|customer nr|customer id|customerid|client number|client no|client id|account number|account no|account nr|account id|member number|member no|debtor number|" +
		"klantnummer|klantnr|klant nr|klant nummer|klantcode|klant id|debiteurnummer|debiteurnr|debiteur nr|relatienummer|relatienr|relatiecode|lidnummer|accountnummer|organisatiecode|" +
		"kundennummer|kundennr|kunden nr|kunden nummer|kunden id|debitorennummer|debitornummer|debitorennr|mitgliedsnummer|adressnummer|" +
		"numero client|numero de client|code client|numero de cliente|codigo cliente|codice cliente|numero cliente",
	roleURL: "url|crm url|crm link|record url|contact url|link|deep link|deeplink|popup url|screen pop|screenpop|popupuri",
}

// phoneWords are words, folded, a phone column's heading is made of: the sign *
// marks a word that makes it a phone column, ? one that does so only if the
// cells agree; a label after = is what kind of number it is. A word with neither
// only fits in.
var phoneWords = words(
	// what it is
	"phone* phones* telephone* telephones* tel* tels* phonenumber* telephonenumber* telno* telnr* telnumber* dial? "+
		"telefoon* telefoonnummer* telefoonnummers* telefoonnr* toestelnummer? bellen? "+
		"telefon* telefonnummer* telefonnummern* telefonnr* rufnummer* rufnummern* fon* fernsprecher* anrufen? "+
		"telefono* telefoni* tlf* tfno* numero? number? nummer? nr? no? num? line? lijn? leitung? e164* msisdn* caller? callerid*",
	// mobile
	"mobile*=mobile mobiles*=mobile mob*=mobile cell*=mobile cellphone*=mobile cellular*=mobile mobilephone*=mobile gsm*=mobile sms*=mobile whatsapp*=mobile iphone*=mobile "+
		"mobiel*=mobile mobiele*=mobile mobieltje*=mobile mobielnummer*=mobile gsmnummer*=mobile mobiltelefoon*=mobile "+
		"mobil*=mobile handy*=mobile handynummer*=mobile mobiltelefon*=mobile mobilnummer*=mobile mobilfunk*=mobile mobilfunknummer*=mobile mobilnr*=mobile handynr*=mobile funk?=mobile "+
		"portable*=mobile movil*=mobile celular*=mobile cellulare*=mobile natel*=mobile",
	// fax
	"fax*=fax telefax*=fax faxnumber*=fax faxnummer*=fax faxnr*=fax facsimile*=fax telecopie*=fax geschaftsfax*=fax",
	// pager and the like
	"pager*=pager semafoon*=pager",
	// at work
	"business=business work=business office=business job=business company=business organisation=business organization=business "+
		"werk=business zakelijk=business zakelijke=business kantoor=business bedrijf=business "+
		"geschaftlich=business geschaft=business arbeit=business buro=business dienstlich=business dienst=business firma=business beruflich=business "+
		"geschaftstelefon*=business firmentelefon*=business burotelefon*=business diensttelefon*=business diensthandy*=business_mobile bedrijfstelefoon*=business "+
		"bureau=business travail=business professionnel=business pro=business trabajo=business oficina=business lavoro=business ufficio=business",
	// private
	"home=home private=home personal=home residential=home house=home prive=home thuis=home huis=home "+
		"privat=home privates=home zuhause=home privattelefon*=home privatnummer*=home privetelefoon*=home domicile=home maison=home personnel=home casa=home particular=home privato=home",
	// switchboard, direct line, others
	"main=main switchboard=main reception=main primary=main general=main hoofd=main algemeen=main centrale=main hoofdnummer*=main hoofdtelefoon*=main receptie=main "+
		"zentrale=main haupt=main haupttelefon*=main hauptnummer*=main sammelnummer*=main standard=main principal=main principale=main generale=main "+
		"direct=direct directe=direct did=direct ddi=direct doorkiesnummer*=direct doorkies*=direct durchwahl*=direct direktwahl*=direct direkt=direct "+
		"assistant=assistant assistants=assistant assistent=assistant secretary=assistant secretaresse=assistant sekretariat=assistant "+
		"other=other alternative=other alternate=other additional=other secondary=other second=other andere=other ander=other overig=other overige=other extra=other weitere=other weiteres=other sonstige=other sonstiges=other autre=other otro=other altro=other car=other auto=other radio=other autotelefoon*=other autotelefon*=other "+
		"landline*=business festnetz*=business festnetznummer*=business vast*=business vaste*=business fixed=business fixe=business fijo=business fisso=business",
	// what only fits in
	"de op het van der die das le la du el il for s nummern numbers value wert waarde contact contacts customer klant kunde relatie persoon person contactpersoon ansprechpartner the your uw ihre",
)

type phoneWord struct {
	makes, maybe bool
	label        string
}

func words(lists ...string) map[string]phoneWord {
	table := map[string]phoneWord{}
	for _, list := range lists {
		for _, w := range strings.Fields(list) {
			name, label, _ := strings.Cut(w, "=")
			bare := strings.TrimRight(name, "*?")
			table[bare] = phoneWord{strings.HasSuffix(name, "*"), strings.HasSuffix(name, "?"), label}
		}
	}
	return table
}

// known are the folded headings by what they say.
func knownRoles() map[string]role {
	table := map[string]role{}
	for r, list := range headings {
		for _, h := range strings.Split(list, "|") {
			table[h] = r
		}
	}
	return table
}
