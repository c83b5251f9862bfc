package columns

import "strings"

// headings are whole headings, folded by fold, that say what a column holds.
// Sources: the export headings of Outlook (English, German, Dutch), Google
// Contacts, and common words. Phone headings are put together from words, below.
var headings = map[Role]string{
	RoleID: "id|contact id|record id|contactid|recordid|uid|uuid|guid|external id|contact number|" +
		"contactnummer|contact nr|relatie id|record nummer|kontakt id|kontaktnummer|datensatz id|" +
		"identifiant|id contact|id contacto|id contatto|internal id|system id|dn",
	RoleName: "name|full name|fullname|display name|displayname|contact|contact name|contactname|contact person|person|caller name|" +
		"naam|volledige naam|weergavenaam|contactpersoon|contactnaam|persoon|" +
		"vollstandiger name|anzeigename|ansprechpartner|kontaktperson|kontakt|kontaktname|" +
		"nom complet|nombre completo|contacto|nome completo|nome cognome|nominativo|contatto|file as|opslaan als|speichern unter",
	RoleFirst: "first name|firstname|given name|givenname|forename|christian name|first|" +
		"voornaam|roepnaam|voornamen|vorname|vornamen|rufname|prenom|nombre|nome",
	roleMiddle: "middle name|middlename|additional name|middle|infix|tussenvoegsel|tussenvoegsels|middelste naam|tweede voornaam|" +
		"weitere vornamen|zweiter vorname|namenszusatz",
	RoleLast: "last name|lastname|surname|family name|familyname|last|achternaam|familienaam|geslachtsnaam|" +
		"nachname|familienname|zuname|nom|nom de famille|apellido|apellidos|cognome",
	RoleCompany: "company|company name|companyname|organization|organisation|organization name|organisation name|organization 1 name|account|account name|" +
		"employer|business|business name|firm|customer|customer name|client|client name|" +
		"bedrijf|bedrijfsnaam|organisatie|organisatienaam|firma|firmanaam|werkgever|klant|klantnaam|relatie|relatienaam|debiteur|debiteurnaam|" +
		"unternehmen|firmenname|organisationsname|kunde|kundenname|firma name|" +
		"societe|entreprise|raison sociale|empresa|compania|razon social|azienda|societa|ragione sociale",
	RoleEmail: "email|e mail|e mail address|email address|e mail 1 value|emailaddress|mail|mail address|e mail 1|email 1|primary email|business email|work email|e mail work|" +
		"e mailadres|emailadres|mailadres|e mail adres|e mail zakelijk|email zakelijk|" +
		"e mail adresse|emailadresse|mailadresse|e mail geschaftlich|" +
		"courriel|adresse e mail|adresse email|adresse mail|correo|correo electronico|email aziendale|posta elettronica|indirizzo email",
	RoleCountry: "country|country region|country code|country name|nation|phone country|business country|business country region|work country|mailing country|address 1 country|iso country|home country region|home country|" +
		"land|landcode|land regio|land werk|werk land|land regio werk|land zakelijk|landnaam|" +
		"landerkennzeichen|landerkurzel|land region|land region geschaftlich|staat|" +
		"pays|pays region|pais|pais region|paese|nazione",
	RoleIdentifier: "identifier|customer number|customer no|customer nr|customer id|customerid|client number|client no|client id|account number|account no|account nr|account id|member number|member no|debtor number|" +
		"klantnummer|klantnr|klant nr|klant nummer|klantcode|klant id|debiteurnummer|debiteurnr|debiteur nr|relatienummer|relatienr|relatiecode|lidnummer|accountnummer|organisatiecode|" +
		"kundennummer|kundennr|kunden nr|kunden nummer|kunden id|debitorennummer|debitornummer|debitorennr|mitgliedsnummer|adressnummer|" +
		"numero client|numero de client|code client|numero de cliente|codigo cliente|codice cliente|numero cliente",
	RoleURL: "url|crm url|crm link|record url|contact url|link|deep link|deeplink|popup url|screen pop|screenpop|popupuri",
}

// known are the folded headings by what they say.
func knownRoles() map[string]Role {
	table := map[string]Role{}
	for r, list := range headings {
		for _, h := range strings.Split(list, "|") {
			table[h] = r
		}
	}
	return table
}
