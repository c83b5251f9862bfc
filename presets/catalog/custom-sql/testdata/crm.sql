-- What crm.sqlite is made of: `go test ./presets/sql -run Fixture -update` makes it anew.
CREATE TABLE klanten (
  id INTEGER PRIMARY KEY, klantnummer TEXT NOT NULL, bedrijfsnaam TEXT, voornaam TEXT, achternaam TEXT, "e-mailadres" TEXT,
  telefoon TEXT, mobiel INTEGER, fax TEXT, land TEXT, plaats TEXT, foto BLOB
);
INSERT INTO klanten VALUES
  (1, 'K-1001', 'Muster B.V.', 'Ada', 'Muster', 'ada@example.com', '020 123 45 67', 612345678, '020-1234500', 'NL', 'Amsterdam', x'89504e47'),
  (2, 'K-1002', 'Muster GmbH', 'Björn', 'Müller', NULL, '+49 (0)30 2345678', NULL, NULL, 'Duitsland', 'Berlin', NULL),
  (3, 'K-1003', 'Exemple SARL', NULL, NULL, 'info@example.com', '01 42 34 56 78', 612345679, NULL, 'Frankrijk', 'Paris  ', NULL),
  (7, 'K-1007', 'Zonder nummer', 'Kim', 'de Vries', NULL, 'n.v.t.', NULL, '', '', NULL, NULL);
CREATE TABLE people (code TEXT, who TEXT, c1 TEXT, c2 TEXT, customer TEXT, touched TEXT, gone INTEGER);
INSERT INTO people VALUES
  ('a1', 'Ada Muster', '020 123 45 68', NULL, 'K-1001', '2026-11-18 09:00:00', 0),
  ('A1', 'Bo Muster', '06-12 34 56 70', '0031 20 1234569', 'K-1001', '2026-11-19 12:30:00.500', 0),
  ('b2', 'Cor de Groot', '(030) 2345678', '', 'K-1002', '2026-11-19 12:30:00.500', 0),
  ('c3', 'Dee Bakker', '030 2345679', NULL, 'K-1003', '2026-11-20 00:59:00', 1),
  ('d4', 'Eva Toekomst', '06 12345671', NULL, 'K-1003', '2099-01-01 00:00:00', 0),
  (NULL, 'Niemand', '06 12345672', NULL, NULL, '2026-11-18 09:00:00', 0);
