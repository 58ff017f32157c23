import {IconEqual} from '@tabler/icons-react';
import {Empty} from '../../shared/components/empty.tsx';
import {Section} from '../../shared/components/page.tsx';
import {plural} from '../../shared/format.ts';
import {type Change, placeWords} from './difference.ts';
import {useEditing} from './editing.tsx';
import type {Part} from './parts.ts';

export const Differences = ({changes}: {changes: readonly Change[]}) => (
  <div className="panel">
    <table className="table stack">
      <thead>
        <tr>
          <th>Place</th>
          <th>As it is</th>
          <th>Then</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({where, before, after}) => (
          <tr key={where}>
            <td>
              <b>{where}</b>
            </td>
            <td data-l="As it is" className="t2">
              {before ?? <span className="dim">nothing</span>}
            </td>
            <td data-l="Then">{after ?? <span className="dim">nothing</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** What keeps it from being published, each with the way there. */
export const Problems = ({onGo}: {onGo: (part: Part) => void}) => {
  const {content, problems} = useEditing();
  return (
    <Section title="Not right yet" hint="It can be published once these are mended">
      <ul className="panel qa">
        {Object.entries(problems).map(([path, message]) => {
          const {where, part} = placeWords(content, path);
          return (
            <li key={path}>
              <button type="button" className="link" onClick={() => onGo(part)}>
                {where}
              </button>
              <p className="t2">{message}</p>
            </li>
          );
        })}
      </ul>
    </Section>
  );
};

export const DifferencePart = ({changes, version}: {changes: readonly Change[]; version: number}) =>
  version === 0 ? (
    <Section title="Difference">
      <Empty title="Nothing is in force yet" icon={IconEqual}>
        This playbook was never published, so there is nothing to compare with. Once published, a website can
        choose it.
      </Empty>
    </Section>
  ) : (
    <Section
      title="Difference"
      hint={`${plural(changes.length, 'place differs', 'places differ')} from version ${version}`}
    >
      {changes.length === 0 ? (
        <Empty title={`The same as version ${version}`} icon={IconEqual}>
          Change something in one of the other parts: it shows here before anything is in force.
        </Empty>
      ) : (
        <Differences changes={changes} />
      )}
    </Section>
  );
