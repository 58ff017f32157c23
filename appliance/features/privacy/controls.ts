import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {broken, type Control, counted, kept, type Look, named, notApplicable} from '../../kit/control.ts';
import type {Storage} from '../../storage/index.ts';
import type {Destinations} from './destinations.service.ts';
import {isInside} from './regions.ts';
import type {Retention} from './retention/index.ts';
import {egressPurposesKnown} from './running.ts';
import type {Versions} from './versions.service.ts';

const day = 86_400_000;
const looked = 30;
const mostHosts = 500;
const mostReceipts = 5;
const nothingLeft = notApplicable(`Nothing left this server in the last ${looked} days.`);

type Left = {
  destination_id: string | null;
  host: string;
  purpose: string;
  region: string | null;
  requests: number;
};

export const privacyControls = (deps: {
  storage: Storage;
  clock: Clock;
  region: () => string | null;
  destinations: Pick<Destinations, 'list'>;
  retention: Pick<Retention, 'list' | 'overdue' | 'receipt'>;
  /** The same that who holds a receipt runs. */
  verifyReceipt: (lines: AsyncIterable<string>) => Promise<{ok: boolean}>;
  versions: Pick<Versions, 'standing' | 'unsaid'>;
}): Control[] => {
  const {storage, clock, destinations} = deps;
  /** What the egress log says was let through, host by host. */
  const left = async (): Promise<Left[]> =>
    (await storage
      .db('privacy_egress_attempts')
      .where('at', '>=', addMilliseconds(clock.iso(), -looked * day))
      .where({outcome: 'allowed'})
      .groupBy('destination_id', 'host', 'purpose', 'region')
      .orderBy('host')
      .limit(mostHosts)
      .select('destination_id', 'host', 'purpose', 'region')
      .count({requests: '*'})) as Left[];
  const facts = (all: readonly Left[]) => ({
    days: looked,
    hosts: new Set(all.map(({host}) => host)).size,
    requests: all.reduce((sum, {requests}) => sum + requests, 0),
  });

  /** Those that somebody allowed for a reason and until a day, now or then. */
  const excepted = async (): Promise<Set<string>> => {
    const asked: {destination_id: string; after: string}[] = await storage
      .db('privacy_widenings')
      .orderBy('id', 'desc')
      .limit(mostHosts)
      .select('destination_id', 'after');
    return new Set([
      ...(await destinations.list()).filter(({exception}) => exception !== null).map(({id}) => id),
      ...asked
        .filter(({after}) => (JSON.parse(after) as {exception?: unknown}).exception)
        .map(({destination_id: id}) => id),
    ]);
  };

  const outside = async (fits: (one: Left) => boolean, what: string): Promise<Look> => {
    const all = (await left()).filter(fits);
    if (all.length === 0) return nothingLeft;
    const chosen = deps.region() ?? '';
    const allowed = await excepted();
    const wrong = all.filter(
      ({region, destination_id: id}) =>
        (region === null || !isInside(region, chosen)) && !(id !== null && allowed.has(id)),
    );
    return wrong.length === 0
      ? kept(
          `${what} ${counted(facts(all).hosts, 'host')} in ${looked} days, all declared to be inside the region or under an exception.`,
          facts(all),
        )
      : broken(`${what} a host outside the region: ${named(wrong.map(({host}) => host))}.`, facts(all));
  };

  const closedPurposes = async (): Promise<Look> => {
    const [all, declared] = await Promise.all([left(), destinations.list()]);
    if (all.length + declared.length === 0)
      return kept('No destination is declared, and nothing left this server.', facts(all));
    const known = new Set<string>(egressPurposesKnown);
    const wrong = [...all, ...declared].filter(({purpose}) => !known.has(purpose));
    const evidence = {...facts(all), destinations: declared.length, purposes: egressPurposesKnown};
    return wrong.length === 0
      ? kept(
          `${counted(declared.length, 'destination')} and all that left in ${looked} days are for a purpose of the closed list.`,
          evidence,
        )
      : broken(
          `A purpose that is none of the closed list: ${named(wrong.map(one => `${one.purpose} (${one.host})`))}.`,
          evidence,
        );
  };

  const registered = async (): Promise<Look> => {
    const all = await left();
    if (all.length === 0) return nothingLeft;
    const declared = new Set((await destinations.list()).map(({host}) => host));
    const unknown = [...new Set(all.map(({host}) => host))].filter(host => !declared.has(host));
    // one that is gone stood in the register as long as it was used
    const wrong = unknown.length === 0 ? [] : await deps.versions.unsaid('register', unknown);
    return wrong.length === 0
      ? kept(
          `Each of the ${counted(facts(all).hosts, 'host')} that got data in ${looked} days stands in the register or did so then.`,
          facts(all),
        )
      : broken(`Data went to a host that no register names: ${named(wrong)}.`, facts(all));
  };

  const exceptions = async (): Promise<Look> => {
    const all = (await destinations.list()).flatMap(({id, exception, state}) =>
      exception && !exception.ended && state === 'in_force' ? [{id, ...exception}] : [],
    );
    if (all.length === 0)
      return notApplicable('There is no exception: every destination is inside the region.');
    // two hours for the run that ends them
    const late = addMilliseconds(clock.iso(), -2 * 3_600_000);
    const wrong = all
      .filter(({by, reason, until}) => by === '' || reason.trim() === '' || until < late)
      .map(({id}) => id);
    const evidence = {exceptions: all.length, until: all.map(({until}) => until)};
    return wrong.length === 0
      ? kept(
          `${counted(all.length, 'exception')} in force, each with a person, a reason and an end.`,
          evidence,
        )
      : broken(`An exception without person, reason or end, or past it: ${named(wrong)}.`, evidence);
  };

  const secondPerson = async (): Promise<Look> => {
    const agreed = (await destinations.list()).filter(({approvedBy}) => approvedBy !== null);
    if (agreed.length === 0) return notApplicable('No destination was agreed to by a second person yet.');
    const wrong = agreed.filter(one => one.approvedBy === one.declaredBy).map(({host}) => host);
    const evidence = {agreed: agreed.length, byTwo: agreed.length - wrong.length};
    return wrong.length === 0
      ? kept(
          `${counted(agreed.length, 'destination')} were declared by one person and agreed to by another.`,
          evidence,
        )
      : broken(`Declared and agreed to by the same person: ${named(wrong)}.`, evidence);
  };

  const underTls = async (): Promise<Look> => {
    const declared = await destinations.list();
    if (declared.length === 0) return notApplicable('No destination is declared.');
    const wrong = declared.filter(one => one.plain && !one.private).map(({host}) => host);
    const evidence = {destinations: declared.length, ownNetwork: declared.filter(one => one.plain).length};
    return wrong.length === 0
      ? kept(
          `${counted(declared.length, 'destination')}: none outside the own network is reached without TLS.`,
          evidence,
        )
      : broken(`A destination outside the own network is reached without TLS: ${named(wrong)}.`, evidence);
  };

  const ran = async (): Promise<Look> => {
    const finished =
      (await deps.retention.list()).find(({state}) => state === 'finished')?.finishedAt ?? null;
    if (finished === null)
      return notApplicable('The nightly run has not ended once yet: the first one is tonight.');
    const late = finished < addMilliseconds(clock.iso(), -1.5 * day);
    const evidence = {finishedAt: finished};
    return late
      ? broken(`The last nightly run ended ${finished.slice(0, 16).replace('T', ' ')} UTC.`, evidence)
      : kept('The nightly run ended in the last day and a half.', evidence);
  };

  const nothingOlder = async (): Promise<Look> => {
    const overdue = await deps.retention.overdue();
    const wrong = Object.entries(overdue).filter(([, count]) => count > 0);
    return wrong.length === 0
      ? kept('Nothing is older than its period by more than a day.', overdue)
      : broken(
          `Older than its period: ${named(wrong.map(([category, count]) => `${count} of ${category}`))}.`,
          overdue,
        );
  };

  const receipts = async (): Promise<Look> => {
    const given = (await deps.retention.list()).filter(({hasReceipt}) => hasReceipt).slice(0, mostReceipts);
    if (given.length === 0) return notApplicable('No nightly run has given a receipt yet.');
    const wrong: string[] = [];
    for (const {id} of given)
      if (!(await deps.verifyReceipt((await deps.retention.receipt(id)).lines)).ok) wrong.push(id);
    const evidence = {receipts: given.length, right: given.length - wrong.length};
    return wrong.length === 0
      ? kept(`The receipts of the last ${counted(given.length, 'run')} are what was signed.`, evidence)
      : broken(`The receipt of a run is not what was signed: ${named(wrong)}.`, evidence);
  };

  const held = async (): Promise<Look> => {
    const holds: {id: string; scope_id: string}[] = await storage
      .db('privacy_holds')
      .where({scope: 'person'})
      .whereNull('lifted_at')
      .orderBy('id', 'desc')
      .limit(mostHosts)
      .select('id', 'scope_id');
    if (holds.length === 0) return notApplicable('No legal hold on a person is in force.');
    const wrong: string[] = [];
    for (const {id, scope_id: personId} of holds)
      if ((await storage.keys.find([personId])).size === 0) wrong.push(id);
    const evidence = {holds: holds.length, there: holds.length - wrong.length};
    return wrong.length === 0
      ? kept(
          `What ${counted(holds.length, 'legal hold')} on a person cover is there and can be read.`,
          evidence,
        )
      : broken(`What a legal hold covers is gone: ${named(wrong)}.`, evidence);
  };

  /** What changed by itself, such as a model that came back, becomes a version when somebody reads: nobody reads the old one. */
  const asItRuns = async (): Promise<Look> => {
    const all = await deps.versions.standing();
    const wrong = all.filter(({content, kept: hash}) => content !== hash).map(({series}) => series);
    const due = all.filter(({running, kept: hash}) => running !== hash).map(({series}) => series);
    const evidence = {
      ...Object.fromEntries(
        all.map(({series, number, kept: hash}) => [series, `version ${number}, ${hash}`]),
      ),
      newVersionDue: due,
    };
    if (wrong.length > 0)
      return broken(`What is said is not what the configuration gave: ${named(wrong)}.`, evidence);
    return kept(
      due.length === 0
        ? 'Notice, register, record and assessment say word for word what the present configuration gives.'
        : `Unchanged since they were made of the configuration; the next reader of ${named(due)} gets a new version.`,
      evidence,
    );
  };

  const log = ['appliance/egress/rules.ts', 'appliance/features/privacy/destinations.service.ts'];
  const retention = ['appliance/features/privacy/retention/runs.ts'];
  return [
    {
      id: 'U2.texts-stay',
      claim: 'What visitors write goes to no model outside of the region.',
      enforcedBy: [...log, 'appliance/features/models/index.ts'],
      check: () => outside(({purpose}) => purpose === 'model_server', 'Texts went to model servers on'),
    },
    {
      id: 'U5.closed-purposes',
      claim: 'Data leaves for the purposes of a closed list, and for no other.',
      enforcedBy: ['appliance/egress/contract.ts', ...log],
      check: closedPurposes,
    },
    {
      id: 'S1.registered',
      claim: 'Whoever gets data stands in the register of sub-processors.',
      enforcedBy: [
        'appliance/features/privacy/documents/register.ts',
        'appliance/features/privacy/running.ts',
      ],
      check: registered,
    },
    {
      id: 'L1.inside-region',
      claim: 'Nothing was let through to a host that is not declared to be inside the region.',
      enforcedBy: [...log, 'appliance/features/privacy/regions.ts'],
      check: () => outside(({purpose}) => purpose !== 'model_server', 'Data went to'),
    },
    {
      id: 'L1.exceptions',
      claim: 'Every exception has a person, a reason and an end, and ends by itself.',
      enforcedBy: [
        'appliance/features/privacy/widenings.service.ts',
        'appliance/features/privacy/residency.ts',
      ],
      check: exceptions,
    },
    {
      id: 'L1.second-person',
      claim: 'Who declares a destination is not who agrees to it.',
      enforcedBy: ['appliance/features/privacy/widenings.service.ts'],
      check: secondPerson,
    },
    {
      id: 'L2.destinations',
      claim: 'Every destination outside the own network is reached under TLS.',
      enforcedBy: log,
      check: underTls,
    },
    {
      id: 'L5.nightly-run',
      claim: 'The run that deletes what is due ends every night.',
      enforcedBy: [...retention, 'appliance/jobs/schedule.ts'],
      check: ran,
    },
    {
      id: 'L5.nothing-older',
      claim: 'Nothing is kept for longer than its period.',
      enforcedBy: retention,
      check: nothingOlder,
    },
    {
      id: 'L5.receipts',
      claim: 'Each nightly run leaves a signed receipt of what it removed.',
      enforcedBy: ['appliance/features/privacy/retention/receipts.ts', 'appliance/features/audit/signed.ts'],
      check: receipts,
    },
    {
      id: 'L5.holds',
      claim: 'What a legal hold covers is not deleted.',
      enforcedBy: [
        'appliance/features/privacy/holds.service.ts',
        'appliance/features/privacy/retention/expired.ts',
      ],
      check: held,
    },
    {
      id: 'R4.as-it-runs',
      claim: 'Notice, register, record and assessment say what the present configuration really does.',
      enforcedBy: [
        'appliance/features/privacy/versions.service.ts',
        'appliance/features/privacy/documents/notice.ts',
      ],
      check: asItRuns,
    },
  ];
};
