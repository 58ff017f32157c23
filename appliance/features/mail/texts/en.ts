import type {LetterTexts} from './texts.ts';

const notYou =
  'If it was not you, tell an administrator of the console or whoever runs its server at once: they can lock the account and make a link for a new password. This letter has no link, and nobody asks you for a password or a code by mail.';

export const en: LetterTexts = {
  hello: name => `Hello ${name},`,
  helloYou: 'Hello,',
  button: 'Choose a password',
  foot: 'This letter was sent automatically.',
  invitation: {
    subject: ({company}) => `Invitation to the console of ${company}`,
    before: ({company}) =>
      `${company} invites you to the console in which its visitors are answered. Open this link and choose a password:`,
    after: ({until}) =>
      `The link works once, until ${until}. If you did not expect it, leave it unopened and tell whoever runs the console.`,
  },
  password_reset: {
    subject: ({company}) => `A new password for the console of ${company}`,
    before: ({company}) =>
      `An administrator of ${company} has made a link under which you choose a new password:`,
    after: ({until}) =>
      `The link works once, until ${until}. All your other sessions end then. If you did not ask for it, leave it unopened and tell an administrator.`,
  },
  destination_asked: {
    subject: ({company}) => `${company}: more may leave the server soon`,
    before: ({about, company}) =>
      `Somebody asks that the server of ${company} may send data to ${about}. Who asked, what would go there and why stands here:`,
    after: ({until}) =>
      `Nothing goes there before it is approved. It can be approved or withdrawn until ${until}; where there is only one administrator, it takes force then by itself. If you do not know of it, withdraw it or tell an administrator.`,
    button: 'Look at it',
  },
  exception_ends: {
    subject: ({company}) => `${company}: an exception to the region ends`,
    before: ({about}) => `The exception for ${about}, which lies outside the chosen region, ends soon:`,
    after: ({until}) =>
      `It ends by itself on ${until}; from that minute on nothing is sent there. If it is still needed, an administrator asks for a new end, and a second one approves it.`,
    button: 'Look at it',
  },
  test: {
    subject: ({company}) => `Test letter of ${company}`,
    before: ({company}) => `This is the test you asked for: the console of ${company} can send mail.`,
    after: () =>
      'Letters that come back later go to the mailbox of the From address; the console does not read it.',
  },
  privacy_code: {
    subject: ({company}) => `Your code for ${company}`,
    before: ({company}) =>
      `Somebody asks in the chat of ${company} about the data kept under this address. If it is you, type this code there:`,
    after: ({until}) =>
      `It works once, in that chat alone, until ${until}. If it was not you, do nothing: without the code nothing is given out or changed.`,
  },
  cancellation: {
    subject: ({company, until}) => `All data of ${company} is deleted on ${until}`,
    before: ({company, until}) =>
      `${company} has cancelled. On ${until} this console deletes everything it keeps: conversations, leads, documents, settings, and the keys they are encrypted with. Nobody can bring them back after that, and nobody can sign in.`,
    after: ({until}) =>
      `Until ${until} an administrator can take the cancellation back, and can make and download a last export of all data, on the page Cancellation. What stays is a signed certificate of the deletion and the audit log.`,
  },
  cancellation_revoked: {
    subject: ({company}) => `The data of ${company} is not deleted`,
    before: ({company, until}) =>
      `An administrator has taken the cancellation of ${company} back. Nothing is deleted on ${until}, and everything goes on as before.`,
    after: () => 'You need not do anything.',
  },
  promise_broken: {
    subject: ({company}) => `A promise to your visitors is broken: ${company}`,
    before: ({company}) =>
      `A check on the server of ${company} found that something is not as it is promised to visitors. What it saw stands on the page Evidence:`,
    after: () => 'It is checked again every night. You get another letter when it is kept again.',
    button: 'Open Evidence',
  },
  promise_mended: {
    subject: ({company}) => `Kept again: ${company}`,
    before: ({company}) =>
      `A promise of ${company} that was broken is kept again. What the check saw stands on the page Evidence:`,
    after: () => 'Nothing has to be done.',
    button: 'Open Evidence',
  },
  password_changed: {
    subject: ({company}) => `Your password for the console of ${company} was changed`,
    before: ({company, until}) =>
      `Your password for the console of ${company} was changed on ${until}. All sessions but the one it was changed in have ended.`,
    after: () => notYou,
  },
  second_factor_set_up: {
    subject: ({company}) => `A second factor for the console of ${company} was set up`,
    before: ({company, until}) =>
      `On ${until} an authenticator app was set up as the second factor of your account in the console of ${company}. One that was there before is good for nothing any more, and neither are its recovery codes.`,
    after: () => notYou,
  },
  second_factor_removed: {
    subject: ({company}) => `The second factor for the console of ${company} was removed`,
    before: ({company, until}) =>
      `On ${until} the second factor of your account in the console of ${company} was removed, with its recovery codes. Until you set up a new one, your password alone opens it.`,
    after: () => notYou,
  },
  recovery_codes_renewed: {
    subject: ({company}) => `New recovery codes for the console of ${company}`,
    before: ({company, until}) =>
      `On ${until} new recovery codes were made for your account in the console of ${company}. The ones from before are good for nothing any more.`,
    after: () => notYou,
  },
  recovery_code_used: {
    subject: ({company}) => `A recovery code for the console of ${company} was used`,
    before: ({company, until}) =>
      `On ${until} a recovery code was used in place of the second factor of your account in the console of ${company}. That code is good for nothing any more.`,
    after: () => notYou,
  },
  audit_checkpoint: {
    subject: ({company, about}) => `Checkpoint of the audit log of ${company}: ${about} entries`,
    before: ({company, about}) =>
      `This is the newest signed checkpoint of the audit log of ${company}, over its first ${about} entries. Keep this letter: with it anybody can tell later whether the log was written anew. The same checkpoint is attached as a file.`,
    after: () =>
      'To verify an export of the log against it, save the attached file and run: node verify-audit.mjs audit.jsonl --checkpoint FILE. One such letter comes every day on which something was added to the log; a day without one is worth a question.',
  },
};
