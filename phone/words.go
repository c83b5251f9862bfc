package phone

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// meaning is what a word beside a number says about it.
type meaning uint8

const (
	meansNothing meaning = iota
	meansMobile
	meansBusiness
	meansHome
	meansFax
	meansPhone
	meansPager
	meansExtension
	meansDirectDial // German: these digits follow the stem
	meansOther      // an order number, an account, a price: no phone number
	meansCurrency
	meansNumber // changes nothing: "order number", "fax no."
	meansParty  // a customer, a contract: their numbers are no phone numbers, but theirs may be one beginning with 0
	meansAnd    // stands between two numbers
)

// label gives the label of a found number, "" where the word only says that it is a phone number.
func (m meaning) label() string {
	switch m {
	case meansMobile:
		return "mobile"
	case meansBusiness:
		return "business"
	case meansHome:
		return "home"
	case meansFax:
		return "fax"
	case meansPager:
		return "pager"
	}
	return ""
}

// wordLists holds the words, in small letters and without marks that clean removes. Extension words follow the forms that
// telephone companies of the countries print.
var wordLists = map[meaning]string{
	meansMobile: `m mob mobil mobile mobiel mobiele mobiles mobilnr mobiltelefon mobilnummer handy natel gsm cell cellular cellulare
		celular cel cellulaire portable port movil móvil telemovel telemóvel tlm matkapuhelin kännykkä komórka komorka kom mobilní mobilny mobilný
		моб мобильный мобільний сот сотовый κινητό κιν whatsapp wa 携帯 手机 手機 휴대폰 نقال جوال נייד`,
	meansBusiness: `b w work werk zakelijk kantoor office büro buero bureau pro professionnel trabajo oficina ufficio lavoro
		geschäft geschäftlich gesch dienstlich firma company business praca biuro arbete jobb arbeid arbejde раб рабочий 会社 公司 direct direkt durchwahlnummer zentrale`,
	meansHome:  `h p home thuis privé prive privat private huis maison domicile dom casa hogar zuhause hem hjem дом домашний 自宅 家`,
	meansFax:   `f fax telefax faks télécopie telecopie fx факс φαξ 传真 傳真 ファックス 팩스 فاكس פקס`,
	meansPager: `pager semafoon beeper`,
	meansPhone: `t tel tél tel tele telefon telefoon telefono teléfono telefone telephone téléphone telnr telefonnummer telefoonnummer
		phone ph fon fono fone tfn tlf puh puhelin tno телефон тел τηλ τηλέφωνο call bel rufnummer rufnr numéro
		voice festnetz vast landline fixed fixe fijo fisso 电话 電話 전화 هاتف تلفون תלפון טלפון โทร hotline service support sales info contact`,
	meansExtension: `x ext extn xtn xt exten extension extensión extensao extensão toestel tst toest app apparat nebenstelle nst nbst poste int interno interne inter
		anexo ramal wew wewn wewnętrzny linka klapka mellék mellek ankn anknytning lokal lok lokalnr alanumero alanro alanum dahili
		доб добавочный внутр внутренний вн додатковий дод внут εσωτ εσωτερικό שלוחה تحويلة داخلي داخلی فرعي 内線 分机 分機 轉 转 内线 내선 구내 ต่อ nhánh nhanh lẻ
		interní interná interior papildomas vidinis iekšējais sisetelefon sise kućni kucni вътр вътрешен एक्सटेंशन विस्तार sambungan samb tlnr ekst ekstensi dah hs linje vid iekš innanhúss локал local pst extensie doorkies intern hausanschluss ішкі máy 内線番号 hausruf`,
	meansDirectDial: `dw durchwahl durchw dwl ddi kl klappe`,
	meansOther: `order orders ordernr ordernummer bestelling bestelnummer bestellung bestellnr bestellnummer auftrag auftragsnr invoice inv factuur factuurnummer
		rechnung rechnungsnr facture factura fattura commande pedido po iban bic swift kvk vat btw ust ustid uid siret siren nif cif account acct konto kontonr kto blz rekening
		rekeningnummer compte isbn issn ean gtin upc asin sku ticket zip plz postcode postal postbus postleitzahl bsn ssn serial imei imsi iccid mac tracking
		artikel artikelnr art item amount bedrag betrag total totaal price prijs preis prix date datum fecha geboren geb dob born ref reference referentie referenz
		referenznr version ver build rev uuid ip ipv4 case dossier zaaknummer klantnummer klantnr klantcode kundennr kundennummer kdnr kd
		mitgliedsnummer mitgliedsnr lidnummer lidnr lidmaatschapsnummer vertragsnummer vertragsnr contractnummer contractnr polisnummer polisnr relatienummer debiteur debiteurnummer
		debitor crediteurnummer lieferantennummer leveranciersnummer personeelsnummer personalnummer steuernummer steuernr finanzamt sofinummer aktenzeichen hrb hra id rcs iva piva cnpj cpf utr nhs cvr nip regon pesel krs dni ruc cuit cuil
		rfc curp abn acn ein gst gstin orgnr orgnummer organisationsnummer инн кпп огрн lat lon latitude longitude hash passport paspoort`,
	meansNumber: `nummer number nr no num numero número code номер`,
	meansParty: `customer client klant kunde kunden member mitglied lid contract vertrag policy polis police licence license supplier lieferant leverancier
		cliente contrato contratto contrat socio membre adhérent fournisseur`,
	meansAnd:      `and or und oder en of et ou y e o och eller og i lub und и или и/или`,
	meansCurrency: `ft lei kn tl rp rm лв дин ден kr zł zl rs kč руб грн 円 元 원 baht eur euro euros usd dollar dollars gbp chf jpy sek nok dkk pln czk huf rub inr cny aud cad nzd sgd hkd krw`,
}

var words = sync.OnceValue(func() map[string]meaning {
	all := map[string]meaning{}
	for _, m := range []meaning{meansPhone, meansHome, meansBusiness, meansMobile, meansFax, meansPager, meansOther, meansNumber, meansParty, meansAnd, meansCurrency, meansExtension, meansDirectDial} {
		for w := range strings.FieldsSeq(wordLists[m]) {
			all[normalWord(w)] = m
		}
	}
	return all
})

// normalWord gives a word as clean leaves it, in small letters.
func normalWord(w string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(w) {
		if out := asciiRune(r); out != 0 && isLetter(out) {
			b.WriteRune(out)
		}
	}
	return b.String()
}

// meaningOf looks a word of a cleaned text up.
func meaningOf(w string) meaning {
	if len(w) > 40 {
		return meansNothing
	}
	var buf [48]byte
	low := buf[:0]
	for _, r := range w {
		low = utf8.AppendRune(low, unicode.ToLower(r))
		if len(low) > 44 {
			return meansNothing
		}
	}
	if m, ok := words()[string(low)]; ok {
		return m
	}
	if n := len(low); n > 3 && low[n-1] == 'r' {
		return compound(string(low))
	}
	return meansNothing
}

// compound gives the meaning of a Dutch or German word such as "Auftragsnummer", made of one for an order or a customer
// and one for a number.
func compound(w string) meaning {
	for _, end := range []string{"nummer", "nr"} {
		stem, ok := strings.CutSuffix(w, end)
		if !ok {
			continue
		}
		for _, joint := range []string{"", "s", "en", "n"} {
			if s, ok := strings.CutSuffix(stem, joint); ok && (words()[s] == meansOther || words()[s] == meansParty) {
				return meansOther
			}
		}
	}
	return meansNothing
}

func isLetter(r rune) bool {
	if r < 0x80 {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.Is(unicode.M, r)
}
