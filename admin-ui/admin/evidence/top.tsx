import {Standing} from '../../shared/components/state.tsx';
import {formatInstant, plural} from '../../shared/format.ts';
import type {EvidenceView, PromiseView} from './words.ts';

const how = 'Every promise has checks that run on this server and can fail.';

/** Counts that add up to all of them: what is not checked, and what is not there, is none that is kept. */
export const Top = ({view: {promises, lastRunAt, nextRunAt}}: {view: EvidenceView}) => {
  const of = (fits: (promise: PromiseView) => boolean): PromiseView[] => promises.filter(fits);
  const broken = of(({state}) => state === 'broken');
  const kept = of(({state}) => state === 'kept').length;
  const partly = of(({state}) => state === 'partly').length;
  const others = promises.length - broken.length - kept - partly;
  const counts = `${kept} kept, ${partly} kept in part, ${broken.length} broken, ${others} not checked or not in this version.`;
  const [first] = broken;
  if (first)
    return (
      <Standing
        tone="da"
        state={`${plural(broken.length, 'promise is', 'promises are')} broken: ${broken.map(({id}) => id).join(', ')}.`}
        meaning={`${counts} What the check saw stands below it.`}
        next="Look at what it saw, mend it, and check that control again. A pack made meanwhile says so, too."
        action={
          <a className="btn" href={`#${first.id}`}>
            Go to {first.id}
          </a>
        }
      />
    );
  if (lastRunAt === null)
    return (
      <Standing
        tone="at"
        state="Not checked yet."
        meaning={`${how} A promise without a check counts as not kept.`}
        next={`They run tonight (${formatInstant(nextRunAt)}), or when you check now.`}
      />
    );
  return (
    <Standing
      tone={partly > 0 ? 'in' : 'ok'}
      state={counts}
      meaning={`${how} One that has not run for a day counts as not checked. Kept in part: what is checked is kept, and something of the promise is not there or not set up.`}
      next={`Nothing now. They run again ${formatInstant(nextRunAt)}.`}
    />
  );
};
