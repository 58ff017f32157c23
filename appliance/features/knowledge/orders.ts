/**
 * Text that tells a model what to do, in the four languages. A document that holds it may be hostile, or about models:
 * such a passage is neither quoted nor shown to one. What slips through is still only quoted data in a prompt, and what a
 * model makes of it is still checked sentence by sentence.
 */
const orders = [
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules|prompts?|guidelines|(?:everything|all) (?:above|before))\b/,
  /\b(?:ignorier\p{L}*|vergiss|vergessen sie|missachte\p{L}*|umgeh\p{L}*)\b.{0,40}\b(?:anweisung\p{L}*|regeln|vorgaben|prompts?|alles (?:davor|bisherige))\b/u,
  /\b(?:ignore[rz]?|oublie[rz]?)\b.{0,40}\b(?:instructions?|consignes?|regles|prompts?)\b/,
  /\b(?:ignor[ae]n?|olvid[ae]n?)\b.{0,40}\b(?:instrucciones|reglas|prompts?|indicaciones)\b/,
  /\b(?:system|hidden|developer) (?:prompt|message|instructions?)\b|\bsystem-?prompt|\bjailbreak/,
  /\b(?:you are|act as|behave as|du bist|sie sind|tu es|vous etes|eres|actua como) (?:now |jetzt |ab jetzt |maintenant |desormais |ahora )?(?:an? |ein\p{L}* |une? )?(?:ai|assistant|chatbot|language model|ki|assistent|sprachmodell|ia|modele de langage|asistente|modelo de lenguaje)\b/u,
  /\b(?:ai|ki|ia|assistant|assistent|asistente|chatbot|llm|language model|sprachmodell)s?\b.{0,30}\b(?:must|should|has to|muss|soll|musst|doit|debe)\b.{0,40}\b(?:say|tell|answer|claim|reply|promise|sagen|antworten|behaupten|versprechen|dire|repondre|promettre|decir|responder|prometer)\b/,
  /\b(?:tell|say to|sag|sage|sagen sie|dis|dites|dile|diga)\b.{0,20}\b(?:visitors?|users?|customers?|besucher\p{L}*|nutzer\p{L}*|kund\p{L}+|visiteurs?|utilisateurs?|clients?|visitantes?|usuarios?)\b.{0,20}\b(?:that|dass|que)\b/u,
  /<\||\|>|\[\/?inst\]|<\/?(?:system|assistant|user|instruction)s?>|^\s*(?:system|assistant)\s*:/m,
];

export const givesOrders = (text: string): boolean => {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return orders.some(order => order.test(plain));
};
