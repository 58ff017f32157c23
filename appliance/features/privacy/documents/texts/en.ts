/** The reference: every other language must have exactly these, or the types do not check. */
export const en = {
  title: 'Privacy notice: chat of {company}',

  controller: 'Who is responsible',
  controllerText:
    '{company} decides why and how the data described here is used (controller, Article 4(7) {law}). The chat runs on a server of its own.',
  otherLaw:
    'This server stands in: {region}. The articles named below are those of the GDPR. Where another law protects you, it applies beside it.',
  contactName: 'Contact for questions about privacy: {name}',
  contact: 'Contact for questions about privacy:',
  postalAddress: 'Postal address: {address}',
  officer: 'Data protection officer: {officer}',

  ai: 'An AI answers first',
  aiText:
    'You write with an AI until a person joins, and are told so before the first answer (Article 50 of the EU AI Act). You can ask for a person at any time. Under “Privacy” in the chat you can also choose to be answered without AI: from then on no AI reads or answers what you write.',
  aiHere: 'The AI runs on the server of the chat. What you write goes to no AI service elsewhere.',
  aiServer:
    'The AI runs on a model server, to which your messages are sent. It is named under “Who receives data”.',

  data: 'What is stored',
  dataIntro: 'The server of the chat stores:',
  dataMore:
    'With it goes what a chat needs to work: times, your language, which website you came from, and running numbers.',
  dataBrowser:
    'Your browser keeps a key with which the conversation goes on later, how far you have read, whether the chat is open, and words not sent yet. Before you open the chat nothing is kept there, and nobody follows you from page to page.',
  dataSource: 'All of this comes from you and your browser. Nothing is added from other sources.',
  dataSensitive:
    'Please do not write about health, religion, political opinions or similarly sensitive matters. The chat does not need them.',
  items: {
    messages:
      'Messages: what you and those who answer you write. Payment card numbers are masked before anything is stored.',
    facts:
      'Facts: what the AI noted from your messages, such as need, budget, company size or timing, each with your own words.',
    score: 'Assessment: points given for these facts, and the reasons.',
    contact: 'Contact details you write: name, e-mail, phone, company, job title.',
    address: 'Network address (IP), shortened.',
    device: 'Kind of device and browser.',
    page: 'Page on which you opened the chat.',
    pages:
      'Pages you visit while the chat is open or minimised: their addresses without what follows a question mark, never their titles.',
    time: 'How long the chat was open.',
    video: 'How often you used video calls.',
    crm: 'How often your enquiry was passed on to the sales system.',
    answers:
      'Answers: what you were shown about privacy and AI, on which page, and what you agreed or objected to.',
    requests:
      'Requests about your data: what you ask, what you are answered, and the address to which a code is sent.',
    access: 'Access log: who looked at your data, when and why.',
  },
  itemNames: {
    messages: 'messages',
    facts: 'facts',
    score: 'assessment',
    contact: 'contact details',
    address: 'network address',
    device: 'device and browser',
    page: 'page',
    pages: 'pages visited',
    time: 'time in the chat',
    video: 'video calls',
    crm: 'times passed on',
    answers: 'answers about privacy',
    requests: 'requests',
    access: 'access log',
  },

  addressWhole: 'Network address (IP), whole.',
  usage: 'What is measured, and how to object',
  usageAsk:
    'Where the chat asks you first, nothing of how you use it is measured before you say yes (Article 6(1)(a) {law}). You can take that back as easily.',
  usageInform:
    'Where the chat tells you so when it opens, it is measured from then on, because we have a legitimate interest in finding faults (Article 6(1)(f) {law}), until you object (Article 21).',
  usageHow:
    'Under “Privacy” in the chat you see what was measured of you, and one press ends it: then nothing more is measured, and what was is deleted. A browser that asks not to be tracked (Global Privacy Control or Do Not Track) counts as an objection.',
  usageWhole: 'Network addresses are stored whole, for this reason: {reason}',
  usageOff: 'Switched off here, and so not measured: {items}.',
  usageNone: 'How you use the chat is not measured here.',

  purposes: 'What it is used for, and why that is lawful',
  purposesHead: ['Purpose', 'Data', 'Legal basis'],
  purposeWords: {
    service: 'To talk with you and answer you',
    qualification: 'To understand what you need and who can help you',
    routing: 'To bring you together with the right person',
    crm_sync: 'To pass your enquiry on to the sales system',
    security: 'To keep the chat safe from misuse and to prove who had access',
    administration: 'To run this server and answer for what is done on it',
    usage: 'To find faults and make the chat better',
  },
  bases: {
    contract: 'Article 6(1)(b) {law}: you asked for it, before or under a contract',
    legitimate_interest:
      'Article 6(1)(f) {law}: our legitimate interest in a chat that works and is safe from misuse',
    consent: 'Article 6(1)(a) {law}: your consent, which you can withdraw at any time for the future',
    legal_obligation:
      'Article 6(1)(c) {law}: our duty to protect data and to be able to prove it (Articles 5(2) and 32)',
  },

  recipients: 'Who receives data',
  recipientsStaff: 'Those who answer chats or run this server for {company}, as far as their role allows.',
  recipientsNone: 'The server sends data of this chat to nobody else.',
  recipientsIntro: 'The server sends data of this chat to:',
  recipient: '{kind}: {name}, in: {region}. It receives: {items}.',
  recipientOwn: '{kind} inside the network of {company}, in: {region}. It receives: {items}.',
  recipientKinds: {
    crm_sync: 'Sales system (CRM)',
    mail: 'E-mail service',
    licence: 'Licence check',
    model_server: 'Model server of the AI',
    model_mirror: 'Source of the AI’s model files',
    backup: 'Storage of backups',
    audit_witness: 'Witness of the access log',
    identity_provider: 'Sign-in service',
    turn: 'Relay for video calls',
    benchmark: 'Comparison of figures',
  },
  recipientsNever: 'Data of this chat is not sold, and no advertising or analytics service is part of it.',

  place: 'Where data is',
  placeText:
    'Data is stored on this server, in: {region}. The server connects only to recipients that {company} has declared by name to be in that region, and refuses everything else.',
  placeInside: 'This server transfers nothing out of that region.',
  transferBases: {
    adequacy_decision: 'adequacy decision',
    standard_clauses: 'standard contractual clauses',
    binding_rules: 'binding corporate rules',
    explicit_consent: 'explicit consent',
    contract_performance: 'contract with you',
  },
  until: 'until',
  placeOutside:
    'Outside that region data goes to: {names}. Ask the contact above for the safeguards (Articles 44 to 49 {law}).',

  retention: 'How long it is kept',
  retentionHead: ['Data', 'Kept'],
  kept: {
    conversations: 'Until {days} days after the last message',
    leads: 'Until {days} days after the last change',
    usage: '{days} days',
    mail: '{days} days after it was made',
    audit: 'As long as {company} runs this server',
    account: 'As long as {company} runs this server',
    with_subject: 'As long as the data it belongs to',
  },
  keptOnSite: 'on {site} {days} days',
  keptAtLeast: 'at least {days} days, because {demand} demands it; until then it is kept and not used',
  retentionRun:
    'Every night what is older is deleted. The key that makes a person’s data readable is destroyed first.',
  retentionElsewhere: 'What a recipient has received is kept there by its own rules.',

  qualification: 'How your enquiry is assessed',
  qualificationHow:
    'The AI looks in your messages for facts such as need, budget and timing. Rules that {company} has set give points for them. Each fact stands beside your own words, so that a person can check it.',
  qualificationThen:
    'From a certain number of points on, a person is called and your enquiry is treated as a lead. Below it the chat goes on, and you can ask for a person just the same.',
  qualificationCrm: 'A lead is also passed on to the sales system.',
  qualificationRights:
    'No decision that has legal effects for you, or affects you as much, rests on this alone (Article 22 {law}). You can have the assessment explained, corrected and reviewed by a person, and tell them how you see it: through the contact above.',

  rights: 'Your rights',
  rightsIntro: 'You have the right to',
  rightsList: [
    'see what is stored about you and get a copy (Article 15 {law}),',
    'have it corrected (Article 16),',
    'have it erased (Article 17),',
    'have its use restricted (Article 18),',
    'receive what you wrote in a common machine-readable form (Article 20),',
    'object at any time, for reasons of your own, to uses based on legitimate interest (Article 21).',
  ],
  rightsHow:
    'A message to the contact above is enough. You will be answered within one month (Article 12(3)).',

  complaint: 'Complaints',
  complaintText:
    'You can complain to a data protection authority, above all where you live or work or where you think the law was broken (Article 77 {law}).',
  authority: 'For example: {name}',
  authorities: 'The authorities of the European Economic Area',

  duty: 'Do you have to write anything?',
  dutyText:
    'No. Neither a law nor a contract obliges you to. Without a way to reach you, nobody can answer you once you have left.',

  changes: 'About this notice',
  changesText:
    'It is made from the settings in force on this server. When they change, a new version is made; earlier ones stay readable at this address.',

  languageName: 'English',
  languages: 'Languages',
  earlier: 'Earlier versions',
  asPdf: 'As PDF',
  current: 'This is an earlier version. Go to the one in force',
};
export type NoticeTexts = typeof en;
