package phonelabel

// Words are words, folded, that the name of a phone number's column or kind is made of: the sign *
// marks a word that makes it a phone column, ? one that does so only if the
// cells agree; a label after = is what kind of number it is. A word with neither
// only fits in.
var Words = words(
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
