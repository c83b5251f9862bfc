// 1,200 people with numbers as people type them. Nobody in it is real; each number belongs to one person.
const first = ['Ada', 'Bram', 'Chiara', 'Dirk', 'Esmé', 'Fenna', 'Güven', 'Hanne', 'Ilse', 'Jan-Willem', 'Krijn', 'Łucja'];
const last = ['Muster', 'de Vries', 'van der Berg', "O'Neill", 'Åkesson', 'García López', 'Jansen', 'Bakker', 'ten Hove', 'Müller'];

const two = (s) => s.match(/.{1,2}/g).join(' ');
const three = (s) => s.match(/.{1,3}/g).join(' ');
const wide = (s) => s.replace(/[0-9]/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0));

// Forms of a Dutch mobile number, n being the eight digits behind 06.
const mobile = [
  (n) => `06-${n}`, (n) => `06 ${two(n)}`, (n) => `+31 6 ${two(n)}`, (n) => `0031 6${n}`, (n) => `+31 (0)6 ${n}`, (n) => `(06) ${two(n)}`,
  (n) => `06.${n.match(/.{2}/g).join('.')}`, (n) => `tel:+316${n}`, (n) => `06\u00a0${n}`, (n) => `  06 - ${three(n)} `, (n) => `316${n}`,
  (n) => wide(`06${n}`), (n) => `06/${n}`, (n) => `M: 06-${n}`, (n) => `06-${n} (privé)`,
];

// Forms of office numbers: E.164 and what was typed.
const office = [
  (i) => { const n = String(2000000 + i * 311); return [`+3120${n}`, `020-${n}`]; },
  (i) => { const n = String(2000000 + i * 311); return [`+3110${n}`, `010 ${three(n)}`]; },
  (i) => { const n = String(2000000 + i * 311); return [`+3120${n}`, `+31 (20) ${n}`]; },
  (i) => { const n = String(2000000 + i * 311); return [`+4930${n}`, `+49 (0)30 / ${three(n)}`]; },
  (i) => { const n = String(20000000 + i * 3111); return [`+4989${n}`, `0049 89 ${two(n)}`]; },
  (i) => { const n = String(7000000 + i * 311); return [`+44207${n}`, `+44 (0) 207 ${n.slice(0, 3)}-${n.slice(3)}`]; },
  (i) => { const n = String(2000000 + i * 311); return [`+322${n}`, `+32 2 ${n.slice(0, 3)} ${two(n.slice(3))}`]; },
];

export const people = Array.from({ length: 1200 }, (_, i) => {
  const digits = String(10000000 + i * 4321);
  const [number, typed] = office[i % office.length](i);
  return {
    id: `p${i}`,
    name: `${first[i % first.length]} ${last[i % last.length]} ${i}`,
    company: i % 3 ? `Company ${i % 40}` : null,
    mobile: mobile[i % mobile.length](digits),
    office: typed,
    changed: new Date(Date.UTC(2026, 0, 1) + i * 60000).toISOString(),
    deleted: false,
    numbers: [`+316${digits}`, number],
  };
});
