import {IconKey} from '@tabler/icons-react';
import {Empty} from '../../shared/components/empty.tsx';
import {Section} from '../../shared/components/page.tsx';
import {Note, State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {formatNumber} from '../../shared/format.ts';
import type {KeysView} from './words.ts';

const states = {
  making: <State tone="in">Being made</State>,
  kept: <State tone="ok">Kept</State>,
  destroyed: <State tone="no">Destroyed</State>,
};

/** Copies of the key store: how far back a lost key could come from, and when none of them holds it any more. */
export const Copies = ({copies}: KeysView) => (
  <Section title="Copies of the key store" hint="One a day, for seven days">
    {copies.keysBeside ? (
      <div style={{marginBottom: 12}}>
        <Note tone="in" title="The copies and their keys lie on the same disk.">
          Whoever copies the whole folder <span className="mono">keys</span> has both. Leave it out of your
          backups, or name a folder on another disk with the setting{' '}
          <span className="mono">keys.copyKeysDirectory</span>.
        </Note>
      </div>
    ) : null}
    {copies.list.length === 0 ? (
      <Empty title="No copy yet" icon={IconKey}>
        The first one is made with the first start.
      </Empty>
    ) : (
      <div className="panel">
        <table className="table stack">
          <thead>
            <tr>
              <th>Made</th>
              <th>State</th>
              <th className="r">Keys</th>
              <th>Destroyed with its key</th>
            </tr>
          </thead>
          <tbody>
            {copies.list.map(({id, state, madeAt, endsAt, persons}) => (
              <tr key={id}>
                <td>
                  <Time at={madeAt} />
                </td>
                <td data-l="State">{states[state]}</td>
                <td data-l="Keys" className="r">
                  {formatNumber(persons)}
                </td>
                <td data-l="Destroyed with its key">
                  <Time at={endsAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    )}
    <p className="dim s13 break" style={{marginTop: 12}}>
      In <span className="mono">{copies.folder}</span>, their keys in{' '}
      <span className="mono">{copies.keysFolder}</span>. An erased person can be in none of them after seven
      days. <span className="mono">crowlit keys restore FILE</span> puts one back, and nobody who was erased
      since.
    </p>
  </Section>
);
