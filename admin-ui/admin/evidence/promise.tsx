import {useState} from 'react';
import {Expand} from '../../shared/components/expand.tsx';
import {State} from '../../shared/components/state.tsx';
import {Ago} from '../../shared/components/time.tsx';
import {Control} from './control.tsx';
import {
  checkedLast,
  type ControlView,
  type Framework,
  frameworks,
  type PromiseView,
  promiseWord,
} from './words.ts';

const brokenFirst = (a: ControlView, b: ControlView): number =>
  Number(b.state === 'broken') - Number(a.state === 'broken');

/** A promise in one row, with all that is known of it under it. */
export const PromiseRow = ({
  promise,
  framework,
  opened,
  busy,
  onCheck,
}: {
  promise: PromiseView;
  framework: Framework;
  opened: boolean;
  busy: boolean;
  onCheck?: ((controls: string[]) => void) | undefined;
}) => {
  const [toggled, setToggled] = useState<boolean | null>(null);
  const open = toggled ?? opened;
  const under = `promise-${promise.id}`;
  const {tone, word} = promiseWord(promise);
  const at = checkedLast(promise);
  return (
    <tbody id={promise.id}>
      <tr className={open ? 'over' : ''}>
        <td className="mono">
          <b>{promise.id}</b>
        </td>
        <td>
          <Expand open={open} onToggle={() => setToggled(!open)} controls={under}>
            <b>{promise.title}</b>
          </Expand>
        </td>
        <td>
          <State tone={tone}>{word}</State>
        </td>
        <td data-l="Last check">{at === null ? 'none' : <Ago at={at} />}</td>
        <td data-l={frameworks[framework]} className="t2">
          {promise.mapping[framework]}
        </td>
      </tr>
      {open ? (
        <tr className="under" id={under}>
          <td colSpan={5}>
            <div className="promise">
              <p>{promise.text}</p>
              {promise.missing.length === 0 ? null : (
                <ul className="missing">
                  {promise.missing.map(why => (
                    <li key={why}>
                      <State tone="no">{why}</State>
                    </li>
                  ))}
                </ul>
              )}
              <ul className="controls">
                {promise.controls.toSorted(brokenFirst).map(control => (
                  <Control
                    key={control.id}
                    control={control}
                    busy={busy}
                    onCheck={onCheck && (() => onCheck([control.id]))}
                  />
                ))}
              </ul>
              <dl className="kv s13">
                {(Object.keys(frameworks) as Framework[]).map(one => (
                  <div key={one} style={{display: 'contents'}}>
                    <dt>{frameworks[one]}</dt>
                    <dd>{promise.mapping[one]}</dd>
                  </div>
                ))}
              </dl>
            </div>
          </td>
        </tr>
      ) : null}
    </tbody>
  );
};
