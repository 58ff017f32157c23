import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconInfoCircle,
} from '@tabler/icons-react';
import type {ReactNode} from 'react';

/** ok kept, at needs a person, da broken, in exception or held back, no nothing to say yet. */
export type Tone = 'ok' | 'at' | 'da' | 'in' | 'no';

const glyphs = {
  ok: IconCircleCheck,
  at: IconAlertTriangle,
  da: IconCircleX,
  in: IconInfoCircle,
  no: IconCircleDashed,
};

export const Glyph = ({tone, small = false}: {tone: Tone; small?: boolean}) => {
  const Icon = glyphs[tone];
  return <Icon className={small ? 'i s' : 'i'} aria-hidden />;
};

/** A state in a word: glyph, word, colour. */
export const State = ({tone, children}: {tone: Tone; children: ReactNode}) => (
  <span className={`st ${tone}`}>
    <Glyph tone={tone} small />
    {children}
  </span>
);

/** The sheet every console page opens with: state, what it means, what to do next. */
export const Standing = ({
  tone,
  state,
  meaning,
  next,
  action,
}: {
  tone: Tone;
  state: ReactNode;
  meaning: ReactNode;
  next: ReactNode;
  action?: ReactNode;
}) => (
  <dl className={`std ${tone}`}>
    <div>
      <dt>State</dt>
      <dd className="big">
        <Glyph tone={tone} />
        {state}
      </dd>
    </div>
    <div>
      <dt>What it means</dt>
      <dd className="t2">{meaning}</dd>
    </div>
    <div>
      <dt>What to do next</dt>
      <dd>
        {next}
        {action === undefined ? null : <div>{action}</div>}
      </dd>
    </div>
  </dl>
);

/** What just happened or went wrong, said where it happened and read out. */
export const Note = ({
  tone,
  title,
  children,
  action,
}: {
  tone: Exclude<Tone, 'no'>;
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) => (
  <div className={`note ${tone}`} role={tone === 'da' ? 'alert' : 'status'}>
    <Glyph tone={tone} />
    <div>
      {title === undefined ? null : <b>{title}</b>}
      {children === undefined ? null : <div>{children}</div>}
    </div>
    {action}
  </div>
);
