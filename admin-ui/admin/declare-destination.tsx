import {NativeSelect} from '@mantine/core';
import {IconMapPin} from '@tabler/icons-react';
import {useState} from 'react';
import {Note} from '../shared/components/state.tsx';
import {useSession} from '../shared/session.tsx';
import {Exception, useException} from './exception.tsx';
import {useRegions} from './regions.ts';
import {Sentence, type Signing} from './sentence.tsx';

/**
 * Where a form connects to, and what its reader declares of it: for `where` alone, as it is `saved` or as it was ticked. What was
 * declared for one host and region does not carry over to another.
 */
export const useDeclaration = (
  where: string | null,
  saved: {where: string | null; region: string; private: boolean; plain?: boolean} | null,
  plain = false,
) => {
  const [region, setRegion] = useState(saved?.region ?? '');
  const [inside, setInside] = useState(saved?.private ?? false);
  const [ticked, setTicked] = useState<string | null>(null);
  const exception = useException(region);
  const statement = where === null ? null : `${where} ${region} ${inside} ${plain}`;
  const known =
    saved !== null && statement === `${saved.where} ${saved.region} ${saved.private} ${saved.plain ?? false}`;
  const declared = known || (statement !== null && ticked === statement);
  const problems: Record<string, string> = {};
  if (where !== null) {
    if (region === '') problems['region'] = 'Say where this host stands.';
    else if (!declared) problems['declared'] = 'Tick this, or the destination stays refused.';
    if (!known) Object.assign(problems, exception.problems);
  }
  return {
    where,
    region,
    setRegion,
    inside,
    setInside,
    declared,
    declare: (on: boolean): void => setTicked(on ? statement : null),
    exception,
    problems,
    /** To be sent with the rest of a form. */
    body: {region, private: inside, ...(known ? {} : exception.body)},
  };
};
export type Declaration = ReturnType<typeof useDeclaration>;

/** Nothing leaves for a host that nobody has declared: who says where it stands answers for it, by name. */
export const DeclareDestination = ({
  declaration,
  sends = 'qualified leads',
  problems,
  signing,
}: {
  declaration: Declaration;
  /** What goes there. */
  sends?: string;
  problems: Record<string, string>;
  /** What the sentence that is signed speaks of, beside host and region. */
  signing: Signing;
}) => {
  const {where, region, inside, exception} = declaration;
  const {user, session} = useSession();
  const own = session.appliance.region;
  const regions = useRegions();
  if (where === null)
    return (
      <div className="empty">
        <IconMapPin className="i" aria-hidden />
        <b>Where it connects to</b>
        <p>Write the address above. Then say where that host stands; until somebody does, it is refused.</p>
      </div>
    );
  const chosen = regions.find(({code}) => code === region);
  return (
    <fieldset className="col declare">
      <legend className="mantine-InputWrapper-label">
        Declare the destination <span className="mono">{where}</span>
      </legend>
      <div className="fields">
        <NativeSelect
          label="It stands in"
          description="The country or area where the receiving system keeps what it gets."
          data={[{value: '', label: 'Choose'}, ...regions.map(({code, label}) => ({value: code, label}))]}
          value={region}
          error={problems['region']}
          onChange={event => declaration.setRegion(event.currentTarget.value)}
        />
        <label className="check top" style={{alignSelf: 'center'}}>
          <input
            type="checkbox"
            checked={inside}
            onChange={event => declaration.setInside(event.currentTarget.checked)}
          />
          <span>
            <b>Inside our own network</b>
            <span className="dim s13" style={{display: 'block'}}>
              It has a private address. Without this, private addresses are refused.
            </span>
          </span>
        </label>
      </div>
      {exception.needed && own ? (
        <>
          <Note tone="at" title={`Outside ${own.label}.`}>
            This appliance keeps data in {own.label}. A destination in {chosen?.label ?? region} is refused,
            unless an exception is approved: with a reason, on a legal basis, until a day you choose.
          </Note>
          <Exception exception={exception} problems={problems} />
        </>
      ) : null}
      {region === '' ? null : (
        <Sentence where={where} region={region} inside={inside} exception={exception} signing={signing} />
      )}
      <label className="check top">
        <input
          type="checkbox"
          checked={declaration.declared}
          aria-invalid={problems['declared'] !== undefined}
          aria-describedby={problems['declared'] === undefined ? undefined : 'declared-problem'}
          onChange={event => declaration.declare(event.currentTarget.checked)}
        />
        <span>
          I, {user.name}, declare that <span className="mono">{where}</span> stands in{' '}
          <b>{chosen?.label ?? 'the region chosen above'}</b>, and allow the appliance to send {sends} there.
          My name and the time are recorded. Another administrator approves it before anything is sent; with
          one administrator alone it takes force after a day.
          {problems['declared'] === undefined ? null : (
            <span
              id="declared-problem"
              className="mantine-InputWrapper-error"
              style={{display: 'block'}}
              role="alert"
            >
              {problems['declared']}
            </span>
          )}
        </span>
      </label>
    </fieldset>
  );
};
