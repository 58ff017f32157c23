/** Where a person can complain, by the region that was chosen; names as the authorities write them themselves. */
const authorities: Record<string, {name: string; href: string}> = {
  'eu-at': {name: 'Österreichische Datenschutzbehörde', href: 'https://www.dsb.gv.at'},
  'eu-de': {
    name: 'Der oder die Bundesbeauftragte für den Datenschutz und die Informationsfreiheit',
    href: 'https://www.bfdi.bund.de',
  },
  'eu-es': {name: 'Agencia Española de Protección de Datos', href: 'https://www.aepd.es'},
  'eu-fr': {name: 'Commission nationale de l’informatique et des libertés', href: 'https://www.cnil.fr'},
  'eu-ie': {name: 'Data Protection Commission', href: 'https://www.dataprotection.ie'},
  'eu-it': {name: 'Garante per la protezione dei dati personali', href: 'https://www.garanteprivacy.it'},
  'eu-nl': {name: 'Autoriteit Persoonsgegevens', href: 'https://www.autoriteitpersoonsgegevens.nl'},
  'eu-pl': {name: 'Urząd Ochrony Danych Osobowych', href: 'https://uodo.gov.pl'},
  uk: {name: 'Information Commissioner’s Office', href: 'https://ico.org.uk'},
  ch: {
    name: 'Eidgenössischer Datenschutz- und Öffentlichkeitsbeauftragter',
    href: 'https://www.edoeb.admin.ch',
  },
};
export const europeanAuthorities = 'https://www.edpb.europa.eu/about-edpb/about-edpb/members_en';

export const authorityOf = (region: string): {name: string; href: string} | undefined => authorities[region];
