import {statSync} from 'node:fs';
import {type DoctorDeps, fine, found} from './doctor.finding.ts';
import type {Finding} from './operations.schema.ts';

const check = 'Audit log';

const lieBeside = (folder: string, dataDirectory: string): boolean => {
  const [one, other] = [folder, dataDirectory].map(path => statSync(path, {throwIfNoEntry: false})?.dev);
  return one !== undefined && one === other;
};

/** Whether a history that is written anew would be seen, and whether the last look found it whole. */
export const auditLog = async ({config, audit}: DoctorDeps): Promise<Finding> => {
  const {refused, lastCheck, witnesses} = await audit();
  const whole = refused ?? (lastCheck?.ok === false ? 'The last check found that it was changed.' : null);
  if (whole !== null)
    return found(
      check,
      'danger',
      whole,
      'Somebody changed the record of who did what, or the database is damaged.',
      'Keep a copy of the database as it is. On the console’s page Audit log, check it now, download the export, and verify it elsewhere with a checkpoint your witness holds.',
    );
  if (witnesses.length === 0)
    return found(
      check,
      'attention',
      'Its checkpoints go to no witness.',
      'Whoever administers this machine could write its history anew, and nothing kept elsewhere would tell.',
      'On the console’s page Audit log set a log collector (SIEM) or a mailbox. Or set the key audit.directory (a write-once folder on another machine) or audit.file (a file your log collector reads), and restart.',
    );
  const failing = witnesses.find(({problem}) => problem !== null);
  if (failing)
    return found(
      check,
      'danger',
      `No checkpoint can be delivered to ${failing.path}. ${failing.problem}`,
      'What happens now could be written anew later without the witness telling.',
      'Mend the place, or set another: a log collector or a mailbox on the page Audit log, a folder or a file with audit.directory or audit.file. What is due is delivered within the hour, or with “Check now” on the page Audit log.',
    );
  const behind = witnesses.find(one => one.behind);
  if (behind)
    return found(
      check,
      'danger',
      `The last checkpoints have not reached ${behind.path}.`,
      'What happens now could be written anew later without the witness telling.',
      'Look at the page Audit log, and check now: what is due is delivered at once. A mailbox gets its letter at night; the page Mail says what became of it.',
    );
  const near = witnesses.find(
    ({kind, path}) => kind === 'directory' && lieBeside(path, config.dataDirectory),
  );
  if (near)
    return found(
      check,
      'attention',
      `Its checkpoints go to ${near.path}, on the same disk as the data.`,
      'Whoever can write the history of this machine anew can do the same there.',
      'Mount a write-once folder of another machine there, or set a log collector or a mailbox on the page Audit log.',
    );
  return fine(
    check,
    `Its checkpoints go to ${witnesses.map(({path}) => path).join(' and ')}.`,
    'A history that is written anew can be told from the one that was.',
  );
};
