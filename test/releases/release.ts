import {createHash} from 'node:crypto';

/** What every release fixture holds. The key protects nothing: it is published here, with invented people behind it. */
export const release = {
  master: createHash('sha256').update('release fixtures hold invented people only').digest(),
  agent: {name: 'Jana Muster', email: 'jana@example.com', password: 'the password of a fixture'},
  conversations: [
    {
      locale: 'en',
      says: ['Hello, I am Ada Probe from Beispielklinik, ada@example.com', 'We are 250 people'],
      agentSays: 'I will call you.',
    },
    {locale: 'de', says: ['Guten Tag, unser Budget ist 40.000 Euro im Jahr'], agentSays: null},
    {locale: 'fr', says: ['Bonjour, nous sommes 30 salariés'], agentSays: null},
    {locale: 'es', says: ['Hola, somos 12 personas, escribidme a eva@example.org'], agentSays: null},
  ],
} as const;
