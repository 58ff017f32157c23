import {NativeSelect} from '@mantine/core';
import type {getUsage, putUsageMode} from '../../../appliance/features/insights/usage.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Answer, type Body, request} from '../../shared/api.ts';
import {Section} from '../../shared/components/page.tsx';
import {Note} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {modeWords} from './usage-words.ts';

type Site = Answer<typeof getUsage>['sites'][number];
type Change = Body<typeof putUsageMode> & {siteId: string};
const options = Object.entries(modeWords).map(([value, {label}]) => ({value, label}));

/** How each website asks its visitors. */
export const UsageSites = ({sites, readOnly}: {sites: Site[]; readOnly: boolean}) => {
  const {act, busy, error, result} = useAct(
    ({siteId, mode}: Change) => request('PUT', `/api/admin/usage/sites/${siteId}`, {mode}),
    '/api/admin/usage',
    '/api/admin/documents',
  );
  return (
    <Section
      title="How each website asks"
      hint="A browser that asks not to be tracked has objected, either way"
    >
      <div className="panel">
        <table className="table stack">
          <thead>
            <tr>
              <th>Website</th>
              <th>The chat</th>
              <th>What that means</th>
            </tr>
          </thead>
          <tbody>
            {sites.map(({siteId, name, mode}) => (
              <tr key={siteId}>
                <td>
                  <b className="break">{name}</b>
                </td>
                <td data-l="The chat">
                  {readOnly ? (
                    modeWords[mode].label
                  ) : (
                    <NativeSelect
                      aria-label={`How ${name} asks`}
                      data={options}
                      value={mode}
                      disabled={busy}
                      onChange={event =>
                        void act({siteId, mode: event.currentTarget.value as Change['mode']})
                      }
                    />
                  )}
                </td>
                <td className="t2">{modeWords[mode].means}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div role="status">
        {error ? <Note tone="da">{messageOf(error)}</Note> : null}
        {result ? (
          <Note tone="ok" title="In force.">
            Whoever opens the chat from now on is asked so, and the notice says it.
          </Note>
        ) : null}
      </div>
    </Section>
  );
};
