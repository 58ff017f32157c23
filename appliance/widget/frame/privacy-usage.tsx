/** What is measured of the visitor: the word above the chat until it is answered, and their own view under "Privacy". */
import {useEffect, useState} from 'preact/hooks';
import type {Texts} from '../texts/texts.ts';
import type {OwnUsage, Standing, Usage, UsageAnswer} from './usage.ts';

/** Whether the last answer got lost, and the way to give one. */
const useAnswer = (usage: Usage, then?: () => Promise<void>) => {
  const [failed, setFailed] = useState(false);
  const give = (answer: UsageAnswer) =>
    usage
      .answer(answer)
      .then(then)
      .then(
        () => setFailed(false),
        () => setFailed(true),
      );
  return {failed, give};
};

export const UsageBar = ({
  question,
  usage,
  t,
}: {
  question: NonNullable<Standing['question']>;
  usage: Usage;
  t: Texts;
}) => {
  const {failed, give} = useAnswer(usage);
  const {id, text, yes, no} = question;
  const button = (label: string, answer: UsageAnswer['answer']) => (
    <button type="button" class="btn" onClick={() => void give({answer, where: 'bar', question: id})}>
      {label}
    </button>
  );
  return (
    <section class="us" aria-label={t.privacy}>
      <p>{text}</p>
      {failed && <p role="alert">{t.usageFailed}</p>}
      <div>
        {button(yes.label, yes.answer)}
        {button(no, 'declined')}
      </div>
    </section>
  );
};

export const PrivacyUsage = ({usage, t, lang}: {usage: Usage; t: Texts; lang: string}) => {
  const [own, setOwn] = useState<OwnUsage | null>(null);
  const look = () => usage.own().then(setOwn);
  const {failed, give} = useAnswer(usage, look);
  useEffect(() => void look().catch(() => undefined), []);
  if (!own) return null;
  const {words, button, measured} = own;
  const when = new Intl.DateTimeFormat(lang, {dateStyle: 'short', timeStyle: 'short'});
  return (
    <>
      <h3>{words.title}</h3>
      <p>{words.meaning}</p>
      {measured.length > 0 && (
        <dl>
          {measured.map(({category, label, values}) => (
            <div key={category}>
              <dt>{label}</dt>
              {values.length === 0 && <dd>{words.nothing}</dd>}
              {values.map(({value, at}) => (
                <dd key={value + at}>
                  <bdi>{value}</bdi> {at && <small>{when.format(new Date(at))}</small>}
                </dd>
              ))}
            </div>
          ))}
        </dl>
      )}
      {failed && <p role="alert">{t.usageFailed}</p>}
      {button && (
        <p>
          <button
            type="button"
            class="btn"
            onClick={() => void give({answer: button.answer, where: 'panel'})}
          >
            {button.label}
          </button>
        </p>
      )}
    </>
  );
};
