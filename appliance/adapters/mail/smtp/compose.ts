import MailComposer from 'nodemailer/lib/mail-composer';
import type {Letter, Mailbox} from '../contract.ts';

const longest = 200;
/** A name is one line without signs that steer, and not endless: nothing of it can begin a header. */
const oneLine = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, longest)
    .toWellFormed();

/** Exactly one address, and no sign by which a header or a command could end. */
const plainAddress = /^[^\s\p{Cc}\p{Cf}<>,;:"()[\]\\@]+@[^\s\p{Cc}\p{Cf}<>,;:"()[\]\\@]+$/u;
export const isAddress = (address: string): boolean => address.length <= 254 && plainAddress.test(address);

const mailbox = ({name, address}: Mailbox) => ({name: oneLine(name), address});

/** The letter as it travels (RFC 5322, MIME): plain text and simple HTML, both saying the same. */
export const compose = (letter: Letter): Promise<Buffer> =>
  new MailComposer({
    from: mailbox(letter.from),
    to: mailbox(letter.to),
    subject: oneLine(letter.subject),
    text: letter.text,
    html: letter.html,
    attachments: letter.attachment
      ? [
          {
            filename: letter.attachment.name,
            content: Buffer.from(letter.attachment.text),
            contentType: 'text/plain; charset=utf-8',
            // a line end that is written anew on the way would break what is signed
            contentTransferEncoding: 'base64',
          },
        ]
      : [],
    messageId: `<${letter.messageId}>`,
    date: new Date(letter.date),
    // RFC 3834: no holiday note and no other machine answers a machine
    headers: {'Auto-Submitted': 'auto-generated'},
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
