package phone

// foldRule rewrites one written form of a line to the one that is compared. In prefix and put, "?" stands for one digit
// that is kept; length counts all digits with the calling code, 0 for any.
type foldRule struct {
	code    int
	prefix  string
	length  int
	put     string
	invalid bool   // only where the number is not valid as it stands
	valid   bool   // only where it is valid afterwards
	source  string // the outside fact
}

// foldTable is the comparison table: numbers of one line written in several E.164 forms fold to one value. What is shown
// is not changed by it.
var foldTable = [...]foldRule{
	{code: 52, prefix: "521", length: 13, put: "52", source: "Mexico: the mobile 1 after +52 ended 2019-08-03 (IFT, Plan Técnico Fundamental de Numeración)"},
	{code: 54, prefix: "549", length: 13, put: "54", source: "Argentina: 9 marks mobiles when called from abroad only (ENACOM, Plan Fundamental de Numeración; ITU E.164 national plan +54)"},
	{code: 55, prefix: "55??6", length: 12, put: "55??96", source: "Brazil: ninth digit of mobiles, completed 2016-11-06 (Anatel, Resolução 553/2010)"},
	{code: 55, prefix: "55??8", length: 12, put: "55??98", source: "Brazil: as above"},
	{code: 55, prefix: "55??9", length: 12, put: "55??99", source: "Brazil: as above"},
	{code: 33, prefix: "33262", length: 11, put: "262262", source: "Réunion in the French plan: 0262 (ARCEP, plan national de numérotation, décision 2018-0881)"},
	{code: 33, prefix: "33263", length: 11, put: "262263", valid: true, source: "Réunion 0263, as above"},
	{code: 33, prefix: "33269", length: 11, put: "262269", valid: true, source: "Mayotte 0269, as above"},
	{code: 33, prefix: "33639", length: 11, put: "262639", valid: true, source: "Mayotte mobile 0639, as above"},
	{code: 33, prefix: "33692", length: 11, put: "262692", source: "Réunion mobile 0692, as above"},
	{code: 33, prefix: "33693", length: 11, put: "262693", source: "Réunion mobile 0693, as above"},
	{code: 33, prefix: "33590", length: 11, put: "590590", source: "Guadeloupe, Saint-Martin, Saint-Barthélemy 0590, as above"},
	{code: 33, prefix: "33690", length: 11, put: "590690", source: "Guadeloupe mobile 0690, as above"},
	{code: 33, prefix: "33691", length: 11, put: "590691", source: "Guadeloupe mobile 0691, as above"},
	{code: 33, prefix: "33594", length: 11, put: "594594", source: "French Guiana 0594, as above"},
	{code: 33, prefix: "33694", length: 11, put: "594694", source: "French Guiana mobile 0694, as above"},
	{code: 33, prefix: "33596", length: 11, put: "596596", valid: true, source: "Martinique 0596, as above"},
	{code: 33, prefix: "33696", length: 11, put: "596696", valid: true, source: "Martinique mobile 0696, as above"},
	{code: 33, prefix: "33697", length: 11, put: "596697", source: "Martinique mobile 0697, as above"},
	{code: 39, prefix: "390549", length: 12, put: "3780549", source: "San Marino is also reached through the Italian plan as 0549 (ITU E.164 national plan +378)"},
	{code: 39, prefix: "39549", length: 11, put: "3780549", source: "San Marino through the Italian plan, zero lost"},
	{code: 378, prefix: "378549", length: 12, put: "3780549", source: "San Marino: the 0 of 0549 belongs to the number (ITU E.164 national plan +378)"},
	{code: 378, prefix: "3788", length: 9, put: "37805498", source: "San Marino: six-digit numbers without 0549, as above"},
	{code: 378, prefix: "3789", length: 9, put: "37805499", source: "San Marino: six-digit numbers without 0549, as above"},
	{code: 39, prefix: "392", put: "3902", invalid: true, valid: true, source: "Italy: since 1998-12-29 the 0 of the area code belongs to the number, also from abroad (AGCOM, delibera 8/15/CIR)"},
	{code: 39, prefix: "394", put: "3904", invalid: true, valid: true, source: "Italy: as above; no other numbers begin with 2, 4, 6, 7 or 9"},
	{code: 39, prefix: "396", put: "3906", invalid: true, valid: true, source: "Italy: as above"},
	{code: 39, prefix: "397", put: "3907", invalid: true, valid: true, source: "Italy: as above"},
	{code: 39, prefix: "399", put: "3909", invalid: true, valid: true, source: "Italy: as above"},
}
