import type {Texts} from './en.ts';

export const fr: Texts = {
  title: 'Chat avec {company}',
  minimise: 'Réduire le chat',
  log: 'Conversation',
  you: 'Vous avez écrit :',
  assistant: 'Assistant',
  ai: 'IA',
  person: 'Humain',
  personAt: 'Humain, {company}',
  source: 'Cité de {source}',

  aiStrip: 'Vous échangez avec une IA.',
  aiFree: 'Une personne est libre. Demandez à tout moment.',
  aiLater: 'Vous pouvez demander une personne à tout moment.',
  waitingStrip: 'Une personne a été appelée.',
  waitingFree: 'D’ici là, une IA répond.',
  waitingNone:
    'Personne n’est libre pour le moment. Ce que vous écrivez est conservé ; d’ici là, les réponses viennent d’une IA.',
  agentStrip: 'Vous échangez avec {name}.',
  agentMore: 'Une personne. L’IA se tait.',
  closedStrip: 'Cette conversation est terminée.',
  closedMore: 'Écrivez à nouveau pour la reprendre.',

  talkToPerson: 'Parler à une personne',
  personAsked: 'Une personne a été appelée',
  placeholder: 'Écrire un message',
  placeholderTo: 'Écrire à {name}',
  message: 'Votre message',
  send: 'Envoyer',
  left: '{count} caractères sur {limit}',
  tooLong: '{count} caractères de trop. Raccourcissez ou envoyez en plusieurs fois.',
  newBelow: 'Nouveaux messages',
  quick: 'Réponses proposées',

  aiWriting: 'L’IA écrit',
  agentWriting: '{name} écrit',
  sending: 'Envoi en cours',
  kept: 'Pas encore envoyé, conservé ici',
  sent: 'Envoyé',
  seen: 'Vu par {name}',
  seenByPerson: 'Vu par une personne',
  failed: 'Non envoyé.',
  failedTooLong: 'Non envoyé : plus de 4 000 caractères.',
  again: 'Réessayer',
  remove: 'Retirer',

  offline: 'Pas de connexion. Ce que vous écrivez est conservé ici et envoyé dès son retour.',
  refused: 'Le chat n’est pas disponible',
  refusedMeaning: 'Le serveur n’a pas ouvert de conversation. Rien de ce que vous avez écrit n’est perdu.',

  eventHuman: 'Une personne a été appelée.',
  eventJoined: '{name} a rejoint le chat. Vous échangez avec une personne.',
  eventBack: 'La personne est partie. Une IA répond à nouveau.',
  eventClosed: 'La conversation a été terminée.',
  eventReopened: 'La conversation reprend.',
  somebody: 'Une personne',

  privacy: 'Vie privée',
  storedIn: 'Conservé en : {region}',
  close: 'Fermer',
  privacyWho: 'Responsable',
  privacyWhoText: '{company}. Ce chat fonctionne sur leur propre serveur.',
  privacyWhat: 'Ce qui est conservé',
  privacyWhat1:
    'Ce que vous et ceux qui répondent écrivez ici. Les numéros de carte sont masqués auparavant.',
  privacyWhat2:
    'La page où vous avez ouvert le chat, votre type d’appareil et de navigateur, et une adresse réseau tronquée.',
  privacyWhat3:
    'Dans ce navigateur : une clé pour reprendre la conversation plus tard, et ce qui n’est pas encore envoyé.',
  privacyWhere: 'Où',
  privacyAi: 'L’IA',
  privacyAiText:
    'Une IA répond jusqu’à l’arrivée d’une personne. Vous pouvez demander une personne à tout moment.',
  privacyAsk: 'Vos questions et vos droits',
  privacyAskText: 'Pour une copie, une rectification ou l’effacement de vos messages, contactez',
};
