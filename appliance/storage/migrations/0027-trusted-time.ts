import type {Migration} from '../migrate.ts';

type Mark = {boot_id: string; trusted_at: string; up_seconds: number};
type Seen = {seen_at: string; suspicious_since: string | null};
/** A cancellation's time is written down so often; what retention knew is that much newer at most. */
const markEvery = 5 * 60 * 1000;

const retentionsTime = (seen: Seen, mark: Mark | undefined): string => {
  if (!mark) return seen.seen_at;
  const then = new Date(Date.parse(seen.seen_at) - markEvery).toISOString();
  return then > mark.trusted_at ? then : mark.trusted_at;
};

/**
 * One guard of time in the place of two, which goes on where they stood. Before there was any, the newest entry of the
 * audit log said what time it was.
 */
export const trustedTime: Migration = {
  name: '0027-trusted-time',
  up: async trx => {
    await trx.schema.createTable('operations_time', table => {
      table.text('boot_id').notNullable();
      table.text('stake').notNullable();
      table.double('up_seconds').notNullable();
      table.text('trusted_at').notNullable();
      table.text('doubt');
      table.primary(['boot_id', 'stake']);
    });
    const marks: Mark[] = await trx('licensing_time').orderBy('trusted_at', 'desc');
    for (const mark of marks) await trx('operations_time').insert({...mark, stake: 'cancellation'});
    const entry: {at: string} | undefined = await trx('audit_leaves').orderBy('index', 'desc').first('at');
    const seen: Seen | undefined =
      (await trx('privacy_trusted_time').first()) ?? (entry && {seen_at: entry.at, suspicious_since: null});
    const [mark] = marks;
    if (seen) {
      await trx('operations_time').insert({
        // no start of a machine has this name: it counts as one that has ended
        boot_id: mark?.boot_id ?? '',
        stake: 'retention',
        up_seconds: mark?.up_seconds ?? 0,
        trusted_at: retentionsTime(seen, mark),
        doubt: seen.suspicious_since === null ? null : 'ahead',
      });
    }
    await trx.schema.dropTable('licensing_time');
    await trx.schema.dropTable('privacy_trusted_time');
  },
};
