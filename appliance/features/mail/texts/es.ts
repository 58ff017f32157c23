import type {LetterTexts} from './texts.ts';

const notYou =
  'Si no fue usted, avise enseguida a la administración de la consola o a quien gestiona su servidor: pueden bloquear la cuenta y crear un enlace para una nueva contraseña. Este mensaje no contiene ningún enlace, y nadie le pide una contraseña ni un código por correo.';

export const es: LetterTexts = {
  hello: name => `Hola, ${name}:`,
  helloYou: 'Hola:',
  button: 'Elegir una contraseña',
  foot: 'Este mensaje se envió automáticamente.',
  invitation: {
    subject: ({company}) => `Invitación a la consola de ${company}`,
    before: ({company}) =>
      `${company} le invita a la consola en la que se responde a los visitantes. Abra este enlace y elija una contraseña:`,
    after: ({until}) =>
      `El enlace sirve una sola vez, hasta el ${until}. Si no lo esperaba, no lo abra y avise a quien gestiona la consola.`,
  },
  password_reset: {
    subject: ({company}) => `Una nueva contraseña para la consola de ${company}`,
    before: ({company}) =>
      `La administración de ${company} ha creado un enlace con el que puede elegir una nueva contraseña:`,
    after: ({until}) =>
      `El enlace sirve una sola vez, hasta el ${until}. Entonces terminan sus demás sesiones. Si no lo pidió, no lo abra y avise a la administración.`,
  },
  destination_asked: {
    subject: ({company}) => `${company}: pronto podrá salir más del servidor`,
    before: ({about, company}) =>
      `Alguien pide que el servidor de ${company} pueda enviar datos a ${about}. Quién lo pide, qué iría allí y por qué está aquí:`,
    after: ({until}) =>
      `Nada va allí antes de la aprobación. Puede darse o retirarse hasta el ${until}; donde solo hay una persona en la administración, entonces entra en vigor por sí sola. Si no sabe nada de ello, retírela o avise a la administración.`,
    button: 'Verlo',
  },
  exception_ends: {
    subject: ({company}) => `${company}: termina una excepción a la región`,
    before: ({about}) => `La excepción para ${about}, fuera de la región elegida, termina pronto:`,
    after: ({until}) =>
      `Termina por sí sola el ${until}; desde ese minuto no se envía nada más allí. Si todavía hace falta, la administración pide una nueva fecha y una segunda persona la aprueba.`,
    button: 'Verlo',
  },
  test: {
    subject: ({company}) => `Mensaje de prueba de ${company}`,
    before: ({company}) => `Esta es la prueba que pidió: la consola de ${company} puede enviar correo.`,
    after: () =>
      'Los mensajes que vuelvan más tarde llegan al buzón de la dirección del remitente; la consola no lo lee.',
  },
  privacy_code: {
    subject: ({company}) => `Su código para ${company}`,
    before: ({company}) =>
      `En el chat de ${company} alguien pregunta por los datos que se conservan con esta dirección. Si es usted, escriba allí este código:`,
    after: ({until}) =>
      `Sirve una sola vez, solo en ese chat, hasta el ${until}. Si no fue usted, no haga nada: sin el código no se entrega ni se cambia nada.`,
  },
  cancellation: {
    subject: ({company, until}) => `Todos los datos de ${company} se eliminarán el ${until}`,
    before: ({company, until}) =>
      `${company} ha cancelado. El ${until} esta consola eliminará todo lo que guarda: conversaciones, clientes potenciales, documentos, ajustes y las claves con las que están cifrados. Después nadie podrá recuperarlos ni iniciar sesión.`,
    after: ({until}) =>
      `Hasta el ${until} la administración puede revocar la cancelación, y crear y descargar una última exportación de todos los datos, en la página «Cancellation». Quedan un certificado firmado de la eliminación y el registro de auditoría.`,
  },
  cancellation_revoked: {
    subject: ({company}) => `Los datos de ${company} no se eliminarán`,
    before: ({company, until}) =>
      `La administración ha revocado la cancelación de ${company}. El ${until} no se eliminará nada, y todo sigue como antes.`,
    after: () => 'No tiene que hacer nada.',
  },
  promise_broken: {
    subject: ({company}) => `Una promesa a sus visitantes no se cumple: ${company}`,
    before: ({company}) =>
      `Una comprobación en el servidor de ${company} encontró que algo no es como se promete a los visitantes. Lo que vio está en la página Evidence:`,
    after: () => 'Se comprueba otra vez cada noche. Recibirá otro mensaje cuando vuelva a cumplirse.',
    button: 'Abrir Evidence',
  },
  promise_mended: {
    subject: ({company}) => `Se cumple de nuevo: ${company}`,
    before: ({company}) =>
      `Una promesa de ${company} que no se cumplía se cumple de nuevo. Lo que vio la comprobación está en la página Evidence:`,
    after: () => 'No hay que hacer nada.',
    button: 'Abrir Evidence',
  },
  password_changed: {
    subject: ({company}) => `Se cambió su contraseña de la consola de ${company}`,
    before: ({company, until}) =>
      `Su contraseña de la consola de ${company} se cambió el ${until}. Han terminado todas las sesiones salvo aquella en la que se cambió.`,
    after: () => notYou,
  },
  second_factor_set_up: {
    subject: ({company}) => `Se configuró un segundo factor para la consola de ${company}`,
    before: ({company, until}) =>
      `El ${until} se configuró una aplicación de autenticación como segundo factor de su cuenta en la consola de ${company}. El anterior ya no sirve, ni tampoco sus códigos de recuperación.`,
    after: () => notYou,
  },
  second_factor_removed: {
    subject: ({company}) => `Se quitó el segundo factor de la consola de ${company}`,
    before: ({company, until}) =>
      `El ${until} se quitó el segundo factor de su cuenta en la consola de ${company}, junto con sus códigos de recuperación. Mientras no configure uno nuevo, basta la contraseña.`,
    after: () => notYou,
  },
  recovery_codes_renewed: {
    subject: ({company}) => `Nuevos códigos de recuperación para la consola de ${company}`,
    before: ({company, until}) =>
      `El ${until} se crearon nuevos códigos de recuperación para su cuenta en la consola de ${company}. Los anteriores ya no sirven.`,
    after: () => notYou,
  },
  recovery_code_used: {
    subject: ({company}) => `Se usó un código de recuperación de la consola de ${company}`,
    before: ({company, until}) =>
      `El ${until} se usó un código de recuperación en lugar del segundo factor de su cuenta en la consola de ${company}. Ese código ya no sirve.`,
    after: () => notYou,
  },
  audit_checkpoint: {
    subject: ({company, about}) =>
      `Punto de control del registro de accesos de ${company}: ${about} entradas`,
    before: ({company, about}) =>
      `Este es el último punto de control firmado del registro de accesos de ${company}, sobre sus primeras ${about} entradas. Guarde esta carta: con ella se puede saber más tarde si el registro se escribió de nuevo. El mismo punto de control va adjunto como archivo.`,
    after: () =>
      'Para comprobar con él una exportación del registro, guarde el archivo adjunto y ejecute: node verify-audit.mjs audit.jsonl --checkpoint ARCHIVO. Una carta así llega cada día en que se añadió algo; un día sin ella merece una pregunta.',
  },
};
