/** The launcher's few words; apart from the chat's own, so that the loader carries nothing else. */
const en = {
  title: 'Questions? Chat with us',
  hint: 'An AI answers, a person is near',
  fail: 'The chat is not available right now.',
};
type Words = typeof en;
const de: Words = {
  title: 'Fragen? Schreiben Sie uns',
  hint: 'Eine KI antwortet, auf Wunsch ein Mensch',
  fail: 'Der Chat ist gerade nicht verfügbar.',
};
const fr: Words = {
  title: 'Une question ? Écrivez-nous',
  hint: 'Une IA répond, un humain sur demande',
  fail: 'Le chat n’est pas disponible pour le moment.',
};
const es: Words = {
  title: '¿Preguntas? Escríbanos',
  hint: 'Responde una IA; una persona, si lo pide',
  fail: 'El chat no está disponible en este momento.',
};
export const launcherTexts: Record<string, Words> = {en, de, fr, es};
