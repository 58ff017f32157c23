import type {NoticeTexts} from './en.ts';

export const fr: NoticeTexts = {
  title: 'Information sur les données personnelles : chat de {company}',

  controller: 'Qui est responsable',
  controllerText:
    '{company} décide pourquoi et comment les données décrites ici sont utilisées (responsable du traitement, article 4, point 7, {law}). Le chat fonctionne sur son propre serveur.',
  otherLaw:
    'Ce serveur se trouve ici : {region}. Les articles cités ci-dessous sont ceux du RGPD. Si un autre droit vous protège, il s’applique en plus.',
  contactName: 'Contact pour les questions de vie privée : {name}',
  contact: 'Contact pour les questions de vie privée :',
  postalAddress: 'Adresse postale : {address}',
  officer: 'Délégué à la protection des données : {officer}',

  ai: 'Une IA répond d’abord',
  aiText:
    'Vous écrivez à une IA jusqu’à ce qu’une personne vous rejoigne ; le chat vous le dit avant la première réponse (article 50 du règlement européen sur l’IA). Vous pouvez demander une personne à tout moment. Sous « Vie privée », dans le chat, vous pouvez aussi choisir une réponse sans IA : dès lors, aucune IA ne lit vos messages ni n’y répond.',
  aiHere:
    'L’IA fonctionne sur le serveur du chat. Ce que vous écrivez n’est transmis à aucun service d’IA extérieur.',
  aiServer:
    'L’IA fonctionne sur un serveur de modèles auquel vos messages sont transmis. Il est cité sous « Qui reçoit des données ».',

  data: 'Ce qui est conservé',
  dataIntro: 'Le serveur du chat conserve :',
  dataMore:
    'S’y ajoute ce dont un chat a besoin pour fonctionner : les heures, votre langue, le site d’où vous venez et des numéros d’ordre.',
  dataBrowser:
    'Votre navigateur garde une clé qui permet de reprendre la conversation, l’endroit où vous en êtes de votre lecture, l’état ouvert ou fermé du chat et les mots pas encore envoyés. Avant l’ouverture du chat, rien n’y est déposé, et personne ne vous suit de page en page.',
  dataSource: 'Tout cela vient de vous et de votre navigateur. Rien n’est ajouté d’autres sources.',
  dataSensitive:
    'Merci de ne rien écrire sur la santé, la religion, les opinions politiques ou d’autres sujets sensibles. Le chat n’en a pas besoin.',
  items: {
    messages:
      'Messages : ce que vous et ceux qui vous répondent écrivez. Les numéros de carte de paiement sont masqués avant tout enregistrement.',
    facts:
      'Éléments : ce que l’IA a relevé dans vos messages, comme le besoin, le budget, la taille de l’entreprise ou le calendrier, chacun avec vos propres mots.',
    score: 'Évaluation : les points donnés pour ces éléments, et leurs raisons.',
    contact: 'Coordonnées que vous écrivez : nom, e-mail, téléphone, entreprise, fonction.',
    address: 'Adresse réseau (IP), raccourcie.',
    device: 'Type d’appareil et de navigateur.',
    page: 'Page sur laquelle vous avez ouvert le chat.',
    pages:
      'Pages que vous visitez pendant que le chat est ouvert ou réduit : leurs adresses sans ce qui suit un point d’interrogation, jamais leurs titres.',
    time: 'Combien de temps le chat a été ouvert.',
    video: 'Combien de fois vous avez utilisé des appels vidéo.',
    crm: 'Combien de fois votre demande a été transmise au système de vente.',
    answers:
      'Réponses : ce qui vous a été montré sur la vie privée et l’IA, sur quelle page, et ce que vous avez accepté ou refusé.',
    requests:
      'Demandes concernant vos données : ce que vous demandez, la réponse, et l’adresse à laquelle un code est envoyé.',
    access: 'Journal des accès : qui a consulté vos données, quand et pourquoi.',
  },
  itemNames: {
    messages: 'messages',
    facts: 'éléments',
    score: 'évaluation',
    contact: 'coordonnées',
    address: 'adresse réseau',
    device: 'appareil et navigateur',
    page: 'page',
    pages: 'pages visitées',
    time: 'temps passé dans le chat',
    video: 'appels vidéo',
    crm: 'nombre de transmissions',
    answers: 'réponses sur la vie privée',
    requests: 'demandes',
    access: 'journal des accès',
  },

  addressWhole: 'Adresse réseau (IP), entière.',
  usage: 'Ce qui est mesuré, et comment s’y opposer',
  usageAsk:
    'Là où le chat vous demande d’abord, rien de votre usage n’est mesuré avant que vous disiez oui (article 6, paragraphe 1, point a {law}). Vous pouvez revenir là-dessus tout aussi facilement.',
  usageInform:
    'Là où le chat vous le dit à l’ouverture, l’usage est mesuré à partir de ce moment, car nous avons un intérêt légitime à trouver des erreurs (article 6, paragraphe 1, point f {law}), jusqu’à ce que vous vous y opposiez (article 21).',
  usageHow:
    'Sous « Vie privée » dans le chat, vous voyez ce qui a été mesuré, et un clic y met fin : rien d’autre n’est alors mesuré, et ce qui l’a été est supprimé. Un navigateur qui demande à ne pas être suivi (Global Privacy Control ou Do Not Track) vaut opposition.',
  usageWhole: 'Les adresses réseau sont enregistrées en entier, pour cette raison : {reason}',
  usageOff: 'Désactivé ici, donc non mesuré : {items}.',
  usageNone: 'Votre usage du chat n’est pas mesuré ici.',

  purposes: 'À quoi elles servent, et pourquoi c’est licite',
  purposesHead: ['Finalité', 'Données', 'Base juridique'],
  purposeWords: {
    service: 'Converser avec vous et vous répondre',
    qualification: 'Comprendre votre besoin et qui peut vous aider',
    routing: 'Vous mettre en relation avec la bonne personne',
    crm_sync: 'Transmettre votre demande au système de vente',
    security: 'Protéger le chat contre les abus et prouver qui a eu accès',
    administration: 'Exploiter ce serveur et répondre de ce qui s’y fait',
    usage: 'Trouver les défauts et améliorer le chat',
  },
  bases: {
    contract: 'Article 6, paragraphe 1, point b), {law} : vous l’avez demandé, avant ou pendant un contrat',
    legitimate_interest:
      'Article 6, paragraphe 1, point f), {law} : notre intérêt légitime à un chat qui fonctionne et qui soit protégé contre les abus',
    consent:
      'Article 6, paragraphe 1, point a), {law} : votre consentement, que vous pouvez retirer à tout moment pour l’avenir',
    legal_obligation:
      'Article 6, paragraphe 1, point c), {law} : notre obligation de protéger les données et de pouvoir le prouver (article 5, paragraphe 2, et article 32)',
  },

  recipients: 'Qui reçoit des données',
  recipientsStaff:
    'Les personnes qui répondent aux chats ou exploitent ce serveur pour {company}, dans la mesure de leur rôle.',
  recipientsNone: 'Le serveur n’envoie les données de ce chat à personne d’autre.',
  recipientsIntro: 'Le serveur envoie des données de ce chat à :',
  recipient: '{kind} : {name}, lieu : {region}. Reçoit : {items}.',
  recipientOwn: '{kind} dans le réseau de {company}, lieu : {region}. Reçoit : {items}.',
  recipientKinds: {
    crm_sync: 'Système de vente (CRM)',
    mail: 'Service d’e-mail',
    licence: 'Contrôle de licence',
    model_server: 'Serveur de modèles de l’IA',
    model_mirror: 'Source des fichiers de modèles de l’IA',
    backup: 'Stockage des sauvegardes',
    audit_witness: 'Témoin du journal des accès',
    identity_provider: 'Service de connexion',
    turn: 'Relais des appels vidéo',
    benchmark: 'Comparaison de chiffres',
  },
  recipientsNever:
    'Les données de ce chat ne sont pas vendues, et aucun service de publicité ou d’analyse n’en fait partie.',

  place: 'Où se trouvent les données',
  placeText:
    'Les données sont conservées sur ce serveur, lieu : {region}. Le serveur ne se connecte qu’aux destinataires que {company} a déclarés nommément comme situés dans cette région, et refuse tout le reste.',
  placeInside: 'Ce serveur ne transfère rien hors de cette région.',
  transferBases: {
    adequacy_decision: 'décision d’adéquation',
    standard_clauses: 'clauses contractuelles types',
    binding_rules: 'règles d’entreprise contraignantes',
    explicit_consent: 'consentement explicite',
    contract_performance: 'contrat avec vous',
  },
  until: 'jusqu’au',
  placeOutside:
    'Hors de cette région, des données vont à : {names}. Le contact ci-dessus vous indique les garanties (articles 44 à 49 {law}).',

  retention: 'Combien de temps elles sont conservées',
  retentionHead: ['Données', 'Conservation'],
  kept: {
    conversations: 'Jusqu’à {days} jours après le dernier message',
    leads: 'Jusqu’à {days} jours après la dernière modification',
    usage: '{days} jours',
    mail: '{days} jours après sa rédaction',
    audit: 'Tant que {company} exploite ce serveur',
    account: 'Tant que {company} exploite ce serveur',
    with_subject: 'Aussi longtemps que les données dont elles dépendent',
  },
  keptOnSite: 'sur {site} {days} jours',
  keptAtLeast:
    'au moins {days} jours, car {demand} l’exige ; jusque-là elles sont conservées sans être utilisées',
  retentionRun:
    'Chaque nuit, ce qui est plus ancien est supprimé. La clé qui rend lisibles les données d’une personne est détruite en premier.',
  retentionElsewhere: 'Ce qu’un destinataire a reçu y est conservé selon ses propres règles.',

  qualification: 'Comment votre demande est évaluée',
  qualificationHow:
    'L’IA cherche dans vos messages des éléments comme le besoin, le budget et le calendrier. Des règles fixées par {company} leur donnent des points. Chaque élément figure à côté de vos propres mots, afin qu’une personne puisse le vérifier.',
  qualificationThen:
    'À partir d’un certain nombre de points, une personne est appelée et votre demande est traitée comme une piste commerciale. En dessous, le chat continue, et vous pouvez demander une personne tout autant.',
  qualificationCrm: 'Une piste commerciale est aussi transmise au système de vente.',
  qualificationRights:
    'Aucune décision produisant des effets juridiques à votre égard, ou vous affectant de façon comparable, ne repose sur cela seul (article 22 {law}). Vous pouvez vous faire expliquer l’évaluation, la faire corriger et réexaminer par une personne, et donner votre point de vue : par le contact ci-dessus.',

  rights: 'Vos droits',
  rightsIntro: 'Vous avez le droit',
  rightsList: [
    'de savoir ce qui est conservé sur vous et d’en recevoir une copie (article 15 {law}),',
    'de le faire rectifier (article 16),',
    'de le faire effacer (article 17),',
    'd’en faire limiter l’utilisation (article 18),',
    'de recevoir ce que vous avez écrit dans un format courant et lisible par machine (article 20),',
    'de vous opposer à tout moment, pour des raisons tenant à votre situation, aux utilisations fondées sur l’intérêt légitime (article 21).',
  ],
  rightsHow:
    'Un message au contact ci-dessus suffit. Vous recevrez une réponse dans un délai d’un mois (article 12, paragraphe 3).',

  complaint: 'Réclamation',
  complaintText:
    'Vous pouvez introduire une réclamation auprès d’une autorité de protection des données, en particulier là où vous résidez ou travaillez, ou là où le droit aurait été violé (article 77 {law}).',
  authority: 'Par exemple : {name}',
  authorities: 'Les autorités de l’Espace économique européen',

  duty: 'Devez-vous écrire quelque chose ?',
  dutyText:
    'Non. Ni la loi ni un contrat ne vous y oblige. Sans moyen de vous joindre, personne ne peut vous répondre une fois que vous êtes parti.',

  changes: 'À propos de ce texte',
  changesText:
    'Il est établi à partir des réglages en vigueur sur ce serveur. Quand ils changent, une nouvelle version est établie ; les précédentes restent lisibles à cette adresse.',

  languageName: 'Français',
  languages: 'Langues',
  earlier: 'Versions précédentes',
  asPdf: 'En PDF',
  current: 'Ceci est une version précédente. Aller à celle en vigueur',
};
