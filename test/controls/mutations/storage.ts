import {chmodSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type Mutation, rawRows} from '../world.ts';

export const storage: readonly Mutation[] = [
  {
    control: 'D1.no-other-columns',
    how: 'a column is added by SQL',
    apply: async ({appliance}) => {
      const {db} = appliance.inside.storage;
      await db.raw('alter table crm_leads add column birthday text');
      return () => db.raw('alter table crm_leads drop column birthday');
    },
  },
  {
    control: 'U1.purpose-refused',
    how: 'a reader that lets every purpose through',
    apply: async ({appliance}) => {
      const {personal} = appliance.inside.storage;
      const {reader} = personal;
      personal.reader = purpose => ({purpose, open: () => Promise.resolve([])});
      return () => {
        personal.reader = reader;
      };
    },
  },
  {
    control: 'L3.sealed-columns',
    how: 'a sealed value is overwritten with plain words',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const table = 'privacy_consent_texts';
      const [shown] = await rawRows(world, table);
      const at = {id: shown?.['id']};
      await db(table)
        .where(at)
        .update({text_sealed: Buffer.from('We measure how you use this chat.')});
      return () => db(table).where(at).update({text_sealed: shown?.['text_sealed']});
    },
  },
  {
    control: 'L3.nothing-in-plain',
    how: 'an address is written into a plain column',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [attempt] = await rawRows(world, 'crm_attempts');
      const at = {id: attempt?.['id']};
      await db('crm_attempts').where(at).update({message: 'Accepted for ada.probe@example.com'});
      return () => db('crm_attempts').where(at).update({message: attempt?.['message']});
    },
  },
  {
    control: 'L3.files-encrypted',
    how: 'a copy of the database lies there without encryption',
    apply: async ({appliance}) => {
      const copy = join(appliance.directory, 'copy.sqlite');
      writeFileSync(copy, 'SQLite format 3\u0000 and all that was said');
      return () => rmSync(copy);
    },
  },
  {
    control: 'L3.folders-closed',
    how: 'the data directory is opened to everybody',
    apply: async ({appliance}) => {
      chmodSync(appliance.directory, 0o755);
      return () => chmodSync(appliance.directory, 0o700);
    },
  },
];
