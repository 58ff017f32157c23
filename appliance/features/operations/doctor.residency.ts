import {type DoctorDeps, fine, found, notSeen} from './doctor.finding.ts';
import type {Finding} from './operations.schema.ts';

const notNow = (check: string): Finding =>
  notSeen(
    check,
    'Not looked at from here.',
    'While the appliance runs, the console’s page Overview says it.',
  );
const day = 86_400_000;

/** Where the disk stands, and where backups go: a person's word, since no program can see it. */
export const places = async (deps: DoctorDeps): Promise<Finding> => {
  const check = 'Region of the disk';
  const facts = await deps.residency();
  if (!facts) return notNow(check);
  const data = facts.places.find(({place}) => place === 'data');
  const away = facts.places.filter(({inside}) => !inside);
  if (away.length > 0)
    return found(
      check,
      'danger',
      `${away.map(({place, label}) => `${place === 'data' ? 'The data directory’s disk' : 'The backup target'} is declared to be in ${label}`).join('. ')}.`,
      `This appliance keeps data in ${facts.region}.`,
      'Move it into the region, or correct the declaration on the console’s page Residency.',
    );
  if (!data)
    return found(
      check,
      'attention',
      'Nobody declared where the data directory’s disk stands.',
      'No program can see it: only a person can say whether the data is in the region.',
      'Declare it on the console’s page Residency.',
    );
  const backup = facts.places.find(({place}) => place === 'backup');
  return fine(
    check,
    `Declared to be in ${data.label}${backup ? `; backups in ${backup.label}` : '; no backup target is declared'}.`,
    'As a person declared it, by name.',
  );
};

/** Whether what keeps everything in was tried, and held. */
export const canary = async (deps: DoctorDeps): Promise<Finding> => {
  const check = 'Way out';
  const facts = await deps.residency();
  if (!facts) return notNow(check);
  const last = facts.canary;
  const again = 'Press “Try now” on the console’s page Residency.';
  if (!last || deps.clock.now().getTime() - Date.parse(last.at) > 2 * day)
    return found(
      check,
      'attention',
      last ? 'It was last tried more than two days ago.' : 'It was not tried yet.',
      'Whether nothing undeclared can leave is not known.',
      again,
    );
  if (last.broker !== 'refused')
    return found(
      check,
      'danger',
      last.broker === 'open'
        ? 'The broker let an undeclared destination through.'
        : 'The broker gave no answer.',
      'The declared list of destinations does not hold.',
      `Restart the appliance. ${again}`,
    );
  const missing = [
    ...(last.process === 'refused' ? [] : ['the guard of the appliance’s own process was not seen']),
    ...(last.host.outcome === 'refused' ? [] : ['the host’s firewall was not seen']),
  ];
  if (missing.length === 0)
    return fine(check, 'Broker, process and host each refused to let anything out.', 'Three layers hold.');
  return found(
    check,
    'attention',
    `The broker refused; ${missing.join(', and ')}.`,
    'What nobody declared is held back by fewer layers than there could be.',
    last.host.outcome === 'refused'
      ? 'Start the appliance with `crowlit serve`, which sets the guard.'
      : 'Set the host’s firewall so that only the egress broker’s user may connect outwards.',
  );
};
