/** One act on keys in a process of its own, which a test kills in the middle. Says `began` when it is about to begin. */
import {systemClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {openStorage} from '../../appliance/storage/index.ts';
import {changeMaster} from '../../appliance/storage/master-change.ts';
import {allTables} from '../../appliance/tables.ts';

const given = JSON.parse(process.argv[2] ?? '{}') as {
  act: 'rotate' | 'open' | 'master' | 'copy';
  directory: string;
  database: string;
  master: string;
  to?: string;
};
const options = {...given, master: Buffer.from(given.master, 'base64'), clock: systemClock};
if (given.act === 'master') {
  process.stdout.write('began\n');
  await changeMaster({...options, from: options.master, to: Buffer.from(given.to ?? '', 'base64')});
} else {
  if (given.act === 'open') process.stdout.write('began\n');
  const storage = await openStorage({...options, tables: allTables});
  if (given.act === 'rotate') {
    await storage.rotation.begin(null);
    process.stdout.write('began\n');
    // messages flow: somebody new all the time
    const stop = new AbortController();
    const flow = (async () => {
      while (!stop.signal.aborted) await storage.keys.create(newId());
    })();
    await storage.rotation.resume();
    stop.abort();
    await flow;
  }
  if (given.act === 'copy') {
    process.stdout.write('began\n');
    await storage.copies.make();
  }
  await storage.close();
}
process.stdout.write('done\n');
process.exit(0);
