import type {LetterTexts} from './texts.ts';

const notYou =
  'Si ce n’était pas vous, prévenez tout de suite l’administration de la console ou les responsables de son serveur : ils peuvent bloquer le compte et créer un lien pour un nouveau mot de passe. Ce message ne contient aucun lien, et personne ne vous demande un mot de passe ou un code par e-mail.';

export const fr: LetterTexts = {
  hello: name => `Bonjour ${name},`,
  helloYou: 'Bonjour,',
  button: 'Choisir un mot de passe',
  foot: 'Ce message a été envoyé automatiquement.',
  invitation: {
    subject: ({company}) => `Invitation à la console de ${company}`,
    before: ({company}) =>
      `${company} vous invite à la console dans laquelle on répond aux visiteurs. Ouvrez ce lien et choisissez un mot de passe :`,
    after: ({until}) =>
      `Le lien est valable une seule fois, jusqu’au ${until}. Si vous ne l’attendiez pas, ne l’ouvrez pas et prévenez les responsables de la console.`,
  },
  password_reset: {
    subject: ({company}) => `Un nouveau mot de passe pour la console de ${company}`,
    before: ({company}) =>
      `L’administration de ${company} a créé un lien qui vous permet de choisir un nouveau mot de passe :`,
    after: ({until}) =>
      `Le lien est valable une seule fois, jusqu’au ${until}. Vos autres sessions prendront alors fin. Si vous ne l’avez pas demandé, ne l’ouvrez pas et prévenez l’administration.`,
  },
  destination_asked: {
    subject: ({company}) => `${company} : davantage pourra bientôt quitter le serveur`,
    before: ({about, company}) =>
      `Quelqu’un demande que le serveur de ${company} puisse envoyer des données à ${about}. Qui le demande, ce qui y partirait et pourquoi se trouve ici :`,
    after: ({until}) =>
      `Rien n’y part avant l’approbation. Elle peut être donnée ou retirée jusqu’au ${until} ; là où il n’y a qu’une seule personne à l’administration, elle prend alors effet d’elle-même. Si vous n’en savez rien, retirez-la ou prévenez l’administration.`,
    button: 'Voir',
  },
  exception_ends: {
    subject: ({company}) => `${company} : une exception à la région prend fin`,
    before: ({about}) => `L’exception pour ${about}, en dehors de la région choisie, prend bientôt fin :`,
    after: ({until}) =>
      `Elle prend fin d’elle-même le ${until} ; dès cette minute, plus rien n’y est envoyé. Si elle est encore nécessaire, l’administration demande une nouvelle date, et une deuxième personne l’approuve.`,
    button: 'Voir',
  },
  test: {
    subject: ({company}) => `Message d’essai de ${company}`,
    before: ({company}) =>
      `Voici l’essai que vous avez demandé : la console de ${company} peut envoyer des messages.`,
    after: () =>
      'Les messages qui reviennent plus tard arrivent dans la boîte de l’adresse d’expédition ; la console ne la lit pas.',
  },
  privacy_code: {
    subject: ({company}) => `Votre code pour ${company}`,
    before: ({company}) =>
      `Dans le chat de ${company}, quelqu’un demande quelles données sont conservées sous cette adresse. Si c’est vous, saisissez-y ce code :`,
    after: ({until}) =>
      `Il est valable une seule fois, dans ce chat uniquement, jusqu’au ${until}. Si ce n’est pas vous, ne faites rien : sans le code, rien n’est communiqué ni modifié.`,
  },
  cancellation: {
    subject: ({company, until}) => `Toutes les données de ${company} seront supprimées le ${until}`,
    before: ({company, until}) =>
      `${company} a résilié. Le ${until}, cette console supprimera tout ce qu’elle conserve : conversations, prospects, documents, réglages, et les clés avec lesquelles ils sont chiffrés. Personne ne pourra plus les récupérer ni se connecter.`,
    after: ({until}) =>
      `Jusqu’au ${until}, l’administration peut annuler la résiliation, et créer puis télécharger une dernière exportation de toutes les données, sur la page « Cancellation ». Il reste une attestation signée de la suppression et le journal d’audit.`,
  },
  cancellation_revoked: {
    subject: ({company}) => `Les données de ${company} ne seront pas supprimées`,
    before: ({company, until}) =>
      `L’administration a annulé la résiliation de ${company}. Rien ne sera supprimé le ${until}, et tout continue comme avant.`,
    after: () => 'Vous n’avez rien à faire.',
  },
  promise_broken: {
    subject: ({company}) => `Un engagement envers vos visiteurs n’est plus tenu : ${company}`,
    before: ({company}) =>
      `Un contrôle sur le serveur de ${company} a trouvé que quelque chose n’est pas comme cela est promis aux visiteurs. Ce qu’il a vu figure sur la page Evidence :`,
    after: () =>
      'Le contrôle est refait chaque nuit. Vous recevrez un autre message quand l’engagement sera de nouveau tenu.',
    button: 'Ouvrir Evidence',
  },
  promise_mended: {
    subject: ({company}) => `De nouveau tenu : ${company}`,
    before: ({company}) =>
      `Un engagement de ${company} qui n’était plus tenu l’est de nouveau. Ce que le contrôle a vu figure sur la page Evidence :`,
    after: () => 'Il n’y a rien à faire.',
    button: 'Ouvrir Evidence',
  },
  password_changed: {
    subject: ({company}) => `Votre mot de passe pour la console de ${company} a été modifié`,
    before: ({company, until}) =>
      `Votre mot de passe pour la console de ${company} a été modifié le ${until}. Toutes les sessions ont pris fin, sauf celle où il a été modifié.`,
    after: () => notYou,
  },
  second_factor_set_up: {
    subject: ({company}) => `Un second facteur pour la console de ${company} a été configuré`,
    before: ({company, until}) =>
      `Le ${until}, une application d’authentification a été configurée comme second facteur de votre compte dans la console de ${company}. Celui d’avant n’est plus valable, ses codes de secours non plus.`,
    after: () => notYou,
  },
  second_factor_removed: {
    subject: ({company}) => `Le second facteur pour la console de ${company} a été retiré`,
    before: ({company, until}) =>
      `Le ${until}, le second facteur de votre compte dans la console de ${company} a été retiré, avec ses codes de secours. Tant que vous n’en configurez pas un nouveau, le mot de passe seul suffit.`,
    after: () => notYou,
  },
  recovery_codes_renewed: {
    subject: ({company}) => `Nouveaux codes de secours pour la console de ${company}`,
    before: ({company, until}) =>
      `Le ${until}, de nouveaux codes de secours ont été créés pour votre compte dans la console de ${company}. Les précédents ne sont plus valables.`,
    after: () => notYou,
  },
  recovery_code_used: {
    subject: ({company}) => `Un code de secours pour la console de ${company} a été utilisé`,
    before: ({company, until}) =>
      `Le ${until}, un code de secours a été utilisé à la place du second facteur de votre compte dans la console de ${company}. Ce code n’est plus valable.`,
    after: () => notYou,
  },
  audit_checkpoint: {
    subject: ({company, about}) => `Point de contrôle du journal des accès de ${company} : ${about} entrées`,
    before: ({company, about}) =>
      `Voici le dernier point de contrôle signé du journal des accès de ${company}, sur ses ${about} premières entrées. Conservez cette lettre : elle permet de savoir plus tard si le journal a été réécrit. Le même point de contrôle est joint en fichier.`,
    after: () =>
      'Pour vérifier un export du journal avec lui, enregistrez le fichier joint et lancez : node verify-audit.mjs audit.jsonl --checkpoint FICHIER. Une telle lettre arrive chaque jour où quelque chose s’est ajouté ; un jour sans elle mérite une question.',
  },
};
