import {frameworksInWords} from '../documents/mappings.ts';
import {disclaimer} from './document.ts';

/** How to read and verify a pack, for somebody who has nothing but the pack. */
export const readme = (
  {company, host, version}: {company: string; host: string; version: string},
  madeAt: string,
): string => `Evidence of ${company}
made ${madeAt} on ${host}, Crowlit Appliance ${version}

${disclaimer}

What is in here
  evidence.json, evidence.pdf   every promise, its controls, what each check saw and when, and its history;
                                mapped to ${frameworksInWords}
  documents/                    record of processing activities, register of sub-processors, impact assessment,
                                privacy notice, as they were in force
  audit/checkpoint.txt          the root of the audit log, signed; it covers the making of this pack
  audit/public-keys.txt         the keys the audit log was signed with
  manifest.json                 the SHA-256 of every file, signed with the newest of these keys (Ed25519)
  verify-evidence.mjs           finds any byte that was changed in this pack
  verify-audit.mjs              finds any change in an export of the audit log

How to verify it, on a machine of your own with Node 22.2 or newer and no network
  1. Get verify-evidence.mjs from somewhere else than this pack, or compare it with one you have.
  2. node verify-evidence.mjs PACK.zip --key KEY
     KEY is the public key as the organisation told you another way, for example on the day the audit began.
  3. Ask for the export of the audit log, and compare it with the checkpoint in this pack:
     node verify-audit.mjs audit.jsonl --key KEY --checkpoint audit/checkpoint.txt

What it does not show
  A check sees samples where there is much, and sees what the machine shows it. Whoever administers the machine
  could change the program itself; what was signed before, and lies with you, they cannot change unseen.
`;
