import type {Locale} from './engine.types.ts';
import {fold} from './text.ts';

/** "Are you a bot?", "Spreche ich mit einem Menschen?": folded text, in four languages. */
const questions = [
  /\b(?:are|r) (?:you|u) (?:\w+ ){0,3}(?:ro)?bots?\b/,
  /\b(?:are|r) (?:you|u) (?:an? )?(?:\w+ )?(?:ai|machine|human|real|person)\b/,
  /\b(?:is this|am i (?:talking|speaking|chatting) (?:to|with)) (?:an? )?(?:\w+ )?(?:(?:ro)?bot|ai|machine|human|person)\b/,
  /\b(?:sind sie|bist du|bist|seid ihr) (?:ein(?:e)? )?(?:\w+ )?(?:roboter|bot|ki|maschine|mensch)\b/,
  /\b(?:spreche|schreibe|rede|chatte) ich (?:hier |gerade )?mit (?:einem?r? )?(?:\w+ )?(?:menschen?|roboter|bot|ki|maschine)\b/,
  /\b(?:vous etes|etes-vous|tu es|es-tu|t.?es) (?:une? )?(?:\w+ )?(?:robot|bot|ia|machine|humain|vraie? personne)\b/,
  /\b(?:je parle|est-ce que je parle) (?:a|avec) (?:une? )?(?:\w+ )?(?:robot|bot|ia|machine|humain)\b/,
  /\b(?:es|eres|sois|usted es) (?:una? )?(?:\w+ )?(?:robot|bot|ia|maquina|humano|persona real)\b/,
  /\b(?:hablo|estoy hablando) con (?:una? )?(?:\w+ )?(?:robot|bot|ia|maquina|persona|humano)\b/,
];

export const asksIfRobot = (text: string): boolean => {
  const folded = fold(text.slice(0, 400)).text;
  return questions.some(question => question.test(folded));
};

/** The answer nobody may soften (EU AI Act, Art. 50). */
export const robotAnswer: Record<Locale, string> = {
  en: 'I am an AI, not a person. You can talk to a person at any time.',
  de: 'Ich bin eine KI, kein Mensch. Sie können jederzeit mit einem Menschen sprechen.',
  fr: 'Je suis une IA, pas une personne. Vous pouvez parler à une personne à tout moment.',
  es: 'Soy una IA, no una persona. Puede hablar con una persona en cualquier momento.',
};
