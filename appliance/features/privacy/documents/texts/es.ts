import type {NoticeTexts} from './en.ts';

export const es: NoticeTexts = {
  title: 'Información sobre protección de datos: chat de {company}',

  controller: 'Quién es responsable',
  controllerText:
    '{company} decide para qué y cómo se usan los datos que aquí se describen (responsable del tratamiento, artículo 4, punto 7, {law}). El chat funciona en un servidor propio.',
  otherLaw:
    'Este servidor está en: {region}. Los artículos citados abajo son los del RGPD. Si otra ley le protege, se aplica además.',
  contactName: 'Contacto para cuestiones de privacidad: {name}',
  contact: 'Contacto para cuestiones de privacidad:',
  postalAddress: 'Dirección postal: {address}',
  officer: 'Delegado de protección de datos: {officer}',

  ai: 'Primero responde una IA',
  aiText:
    'Usted escribe con una IA hasta que se une una persona; el chat se lo dice antes de la primera respuesta (artículo 50 del Reglamento de IA de la UE). Puede pedir una persona en cualquier momento. En «Privacidad», dentro del chat, también puede elegir que le respondan sin IA: desde entonces ninguna IA lee ni responde lo que escribe.',
  aiHere:
    'La IA funciona en el servidor del chat. Lo que usted escribe no se envía a ningún servicio de IA externo.',
  aiServer:
    'La IA funciona en un servidor de modelos al que se envían sus mensajes. Figura en «Quién recibe datos».',

  data: 'Qué se guarda',
  dataIntro: 'El servidor del chat guarda:',
  dataMore:
    'A ello se suma lo que un chat necesita para funcionar: horas, su idioma, el sitio web desde el que llegó y números de orden.',
  dataBrowser:
    'Su navegador conserva una clave con la que la conversación puede continuar más tarde, hasta dónde ha leído, si el chat está abierto y las palabras aún no enviadas. Antes de que abra el chat no se guarda nada allí, y nadie le sigue de página en página.',
  dataSource: 'Todo ello procede de usted y de su navegador. No se añade nada de otras fuentes.',
  dataSensitive:
    'Por favor, no escriba sobre salud, religión, opiniones políticas u otros asuntos delicados. El chat no los necesita.',
  items: {
    messages:
      'Mensajes: lo que escriben usted y quienes le responden. Los números de tarjeta de pago se ocultan antes de guardar nada.',
    facts:
      'Datos anotados: lo que la IA anotó de sus mensajes, como necesidad, presupuesto, tamaño de la empresa o plazo, cada uno con sus propias palabras.',
    score: 'Valoración: los puntos dados por esos datos, y sus razones.',
    contact: 'Datos de contacto que usted escribe: nombre, correo electrónico, teléfono, empresa, cargo.',
    address: 'Dirección de red (IP), abreviada.',
    device: 'Tipo de dispositivo y de navegador.',
    page: 'Página en la que abrió el chat.',
    pages:
      'Páginas que visita mientras el chat está abierto o minimizado: sus direcciones sin lo que sigue a un signo de interrogación, nunca sus títulos.',
    time: 'Cuánto tiempo estuvo abierto el chat.',
    video: 'Cuántas veces usó videollamadas.',
    crm: 'Cuántas veces se transmitió su consulta al sistema de ventas.',
    answers:
      'Respuestas: qué se le mostró sobre privacidad e IA, en qué página, y qué aceptó o a qué se opuso.',
    requests:
      'Solicitudes sobre sus datos: lo que pide, lo que se le responde y la dirección a la que se envía un código.',
    access: 'Registro de accesos: quién consultó sus datos, cuándo y para qué.',
  },
  itemNames: {
    messages: 'mensajes',
    facts: 'datos anotados',
    score: 'valoración',
    contact: 'datos de contacto',
    address: 'dirección de red',
    device: 'dispositivo y navegador',
    page: 'página',
    pages: 'páginas visitadas',
    time: 'tiempo en el chat',
    video: 'videollamadas',
    crm: 'número de transmisiones',
    answers: 'respuestas sobre privacidad',
    requests: 'solicitudes',
    access: 'registro de accesos',
  },

  addressWhole: 'Dirección de red (IP), completa.',
  usage: 'Qué se mide y cómo oponerse',
  usageAsk:
    'Donde el chat le pregunta primero, no se mide nada de cómo lo usa antes de que diga que sí (artículo 6, apartado 1, letra a {law}). Puede retirarlo con la misma facilidad.',
  usageInform:
    'Donde el chat se lo dice al abrirse, se mide desde entonces, porque tenemos un interés legítimo en encontrar fallos (artículo 6, apartado 1, letra f {law}), hasta que se oponga (artículo 21).',
  usageHow:
    'En «Privacidad», dentro del chat, ve lo que se midió de usted, y un clic lo termina: entonces no se mide nada más, y lo medido se borra. Un navegador que pide que no se le siga (Global Privacy Control o Do Not Track) vale como oposición.',
  usageWhole: 'Las direcciones de red se guardan completas, por este motivo: {reason}',
  usageOff: 'Desactivado aquí y, por tanto, no medido: {items}.',
  usageNone: 'Cómo usa el chat no se mide aquí.',

  purposes: 'Para qué se usan, y por qué es lícito',
  purposesHead: ['Finalidad', 'Datos', 'Base jurídica'],
  purposeWords: {
    service: 'Conversar con usted y responderle',
    qualification: 'Entender qué necesita y quién puede ayudarle',
    routing: 'Ponerle en contacto con la persona adecuada',
    crm_sync: 'Pasar su consulta al sistema de ventas',
    security: 'Proteger el chat de abusos y demostrar quién tuvo acceso',
    administration: 'Mantener este servidor y responder de lo que se hace en él',
    usage: 'Encontrar fallos y mejorar el chat',
  },
  bases: {
    contract: 'Artículo 6, apartado 1, letra b), {law}: usted lo pidió, antes o dentro de un contrato',
    legitimate_interest:
      'Artículo 6, apartado 1, letra f), {law}: nuestro interés legítimo en un chat que funcione y esté protegido de abusos',
    consent:
      'Artículo 6, apartado 1, letra a), {law}: su consentimiento, que puede retirar en cualquier momento para el futuro',
    legal_obligation:
      'Artículo 6, apartado 1, letra c), {law}: nuestra obligación de proteger los datos y poder demostrarlo (artículo 5, apartado 2, y artículo 32)',
  },

  recipients: 'Quién recibe datos',
  recipientsStaff:
    'Las personas que responden a los chats o mantienen este servidor para {company}, en la medida de su función.',
  recipientsNone: 'El servidor no envía datos de este chat a nadie más.',
  recipientsIntro: 'El servidor envía datos de este chat a:',
  recipient: '{kind}: {name}, en: {region}. Recibe: {items}.',
  recipientOwn: '{kind} dentro de la red de {company}, en: {region}. Recibe: {items}.',
  recipientKinds: {
    crm_sync: 'Sistema de ventas (CRM)',
    mail: 'Servicio de correo electrónico',
    licence: 'Comprobación de licencia',
    model_server: 'Servidor de modelos de la IA',
    model_mirror: 'Origen de los archivos de modelos de la IA',
    backup: 'Almacén de copias de seguridad',
    audit_witness: 'Testigo del registro de accesos',
    identity_provider: 'Servicio de inicio de sesión',
    turn: 'Retransmisión de videollamadas',
    benchmark: 'Comparación de cifras',
  },
  recipientsNever:
    'Los datos de este chat no se venden, y ningún servicio de publicidad o de análisis forma parte de él.',

  place: 'Dónde están los datos',
  placeText:
    'Los datos se guardan en este servidor, en: {region}. El servidor solo se conecta con destinatarios que {company} ha declarado por su nombre como situados en esta región, y rechaza todo lo demás.',
  placeInside: 'Este servidor no transfiere nada fuera de esa región.',
  transferBases: {
    adequacy_decision: 'decisión de adecuación',
    standard_clauses: 'cláusulas contractuales tipo',
    binding_rules: 'normas corporativas vinculantes',
    explicit_consent: 'consentimiento explícito',
    contract_performance: 'contrato con usted',
  },
  until: 'hasta el',
  placeOutside:
    'Fuera de esa región, los datos van a: {names}. El contacto indicado arriba le informa de las garantías (artículos 44 a 49 {law}).',

  retention: 'Cuánto tiempo se conservan',
  retentionHead: ['Datos', 'Conservación'],
  kept: {
    conversations: 'Hasta {days} días después del último mensaje',
    leads: 'Hasta {days} días después del último cambio',
    usage: '{days} días',
    mail: '{days} días después de escribirse',
    audit: 'Mientras {company} mantenga este servidor',
    account: 'Mientras {company} mantenga este servidor',
    with_subject: 'Tanto tiempo como los datos a los que pertenecen',
  },
  keptOnSite: 'en {site} {days} días',
  keptAtLeast: 'al menos {days} días, porque lo exige {demand}; hasta entonces se conservan sin usarse',
  retentionRun:
    'Cada noche se borra lo más antiguo. Primero se destruye la clave que hace legibles los datos de una persona.',
  retentionElsewhere: 'Lo que un destinatario ha recibido se conserva allí según sus propias reglas.',

  qualification: 'Cómo se valora su consulta',
  qualificationHow:
    'La IA busca en sus mensajes datos como necesidad, presupuesto y plazo. Unas reglas fijadas por {company} les dan puntos. Cada dato figura junto a sus propias palabras, para que una persona pueda comprobarlo.',
  qualificationThen:
    'A partir de cierto número de puntos se llama a una persona y su consulta se trata como oportunidad de venta. Por debajo, el chat sigue, y puede pedir una persona igualmente.',
  qualificationCrm: 'Una oportunidad de venta se pasa además al sistema de ventas.',
  qualificationRights:
    'Ninguna decisión con efectos jurídicos sobre usted, o que le afecte de modo similar, se basa solo en esto (artículo 22 {law}). Puede pedir que se le explique la valoración, que se corrija y que una persona la revise, y exponer su punto de vista: a través del contacto indicado arriba.',

  rights: 'Sus derechos',
  rightsIntro: 'Usted tiene derecho a',
  rightsList: [
    'saber qué se guarda sobre usted y recibir una copia (artículo 15 {law}),',
    'que se rectifique (artículo 16),',
    'que se suprima (artículo 17),',
    'que se limite su uso (artículo 18),',
    'recibir lo que escribió en un formato común y legible por máquina (artículo 20),',
    'oponerse en todo momento, por motivos relacionados con su situación, a los usos basados en el interés legítimo (artículo 21).',
  ],
  rightsHow:
    'Basta un mensaje al contacto indicado arriba. Recibirá respuesta en el plazo de un mes (artículo 12, apartado 3).',

  complaint: 'Reclamaciones',
  complaintText:
    'Puede reclamar ante una autoridad de protección de datos, sobre todo donde vive o trabaja o donde crea que se infringió la ley (artículo 77 {law}).',
  authority: 'Por ejemplo: {name}',
  authorities: 'Las autoridades del Espacio Económico Europeo',

  duty: '¿Tiene que escribir algo?',
  dutyText:
    'No. Ni la ley ni un contrato le obligan. Sin un modo de localizarle, nadie puede responderle cuando se haya ido.',

  changes: 'Sobre este texto',
  changesText:
    'Se elabora a partir de los ajustes vigentes en este servidor. Cuando cambian, se elabora una versión nueva; las anteriores siguen pudiéndose leer en esta dirección.',

  languageName: 'Español',
  languages: 'Idiomas',
  earlier: 'Versiones anteriores',
  asPdf: 'En PDF',
  current: 'Esta es una versión anterior. Ir a la vigente',
};
