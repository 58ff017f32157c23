import {useNavigate, useSearch} from '@tanstack/react-router';
import {type FormEvent, useEffect, useRef, useState} from 'react';
import {ApiError, request} from '../shared/api.ts';
import {Brand} from '../shared/components/mark.tsx';
import {Note} from '../shared/components/state.tsx';
import {originProblem, toOrigin} from '../shared/check.ts';
import {fieldErrors, focusFirstError, messageOf} from '../shared/field-errors.ts';
import {queryClient} from '../shared/query.ts';
import {
  codeIn,
  homeOfPath,
  type Problems,
  problemsOf,
  type SetupState,
  type StepId,
  steps,
  toRequest,
} from './answers.ts';
import {Done} from './done.tsx';
import {useDraft} from './draft.ts';
import {CodeMissing} from './code-missing.tsx';
import {StepList} from './step-list.tsx';
import {AdministratorStep, ContactStep, OrganisationStep, RegionStep} from './steps-first.tsx';
import {RetentionStep, ReviewStep, WebsiteStep} from './steps-last.tsx';
import {stepWords} from './words.ts';

const views = {
  organisation: OrganisationStep,
  region: RegionStep,
  administrator: AdministratorStep,
  contact: ContactStep,
  retention: RetentionStep,
  website: WebsiteStep,
};

export const Wizard = ({state}: {state: SetupState}) => {
  const {draft, change, forget} = useDraft(state.defaults.retentionDays);
  const [codeGiven] = useState(() => codeIn(window.location.hash) !== '' || draft.code !== '');
  const [started, setStarted] = useState(codeGiven);
  const [problems, setProblems] = useState<Problems>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [stage, setStage] = useState<'asking' | 'sending' | 'done'>('asking');
  const {step = 'organisation'} = useSearch({from: '/setup'});
  const navigate = useNavigate({from: '/setup'});
  const form = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const at = steps.findIndex(({id}) => id === step);
  const words = stepWords[step];

  const go = (to: StepId) => void navigate({search: {step: to}, hash: true});
  useEffect(() => {
    document.title = `${stage === 'done' ? 'Ready' : words.title} · Set up Crowlit`;
    heading.current?.focus({preventScroll: true});
    window.scrollTo(0, 0);
  }, [step, stage, words.title]);

  const send = async () => {
    setStage('sending');
    setFailure(null);
    try {
      await request('POST', '/api/setup', toRequest(draft));
      forget();
      setStage('done');
      // Asked again, not remembered: the next page needs to know that set-up is over.
      queryClient.removeQueries({queryKey: ['session']});
    } catch (error) {
      setStage('asking');
      setFailure(messageOf(error));
      const homes = Object.entries(fieldErrors(error)).flatMap(([path, message]) => {
        const home = homeOfPath(path);
        return home ? [{...home, message}] : [];
      });
      if (error instanceof ApiError && error.code === 'setup.wrong_code')
        homes.push({step: 'review', field: 'code', message: 'Paste the code again.'});
      setProblems(Object.fromEntries(homes.map(({field, message}) => [field, message])));
      const first = homes[0];
      if (first && first.step !== step) go(first.step);
      focusFirstError(form.current);
    }
  };

  const next = (event: FormEvent) => {
    event.preventDefault();
    setFailure(null);
    let origins = draft.origins;
    const found = problemsOf(step, draft);
    if (step === 'website' && draft.originDraft.trim() !== '') {
      // An address that was typed and not yet added is meant, not forgotten.
      const origin = toOrigin(draft.originDraft);
      const wrong = originProblem(origin);
      if (wrong) found['origins'] = wrong;
      else {
        origins = [...new Set([...draft.origins, origin])];
        change({origins, originDraft: ''});
      }
    }
    setProblems(found);
    if (Object.keys(found).length > 0) {
      focusFirstError(form.current);
      return;
    }
    if (step !== 'review') {
      go(steps[at + 1]?.id ?? 'review');
      return;
    }
    const open = steps.find(({id}) => Object.keys(problemsOf(id, draft)).length > 0);
    if (open) {
      setProblems(problemsOf(open.id, draft));
      go(open.id);
    } else void send();
  };

  if (stage === 'done') return <Done />;
  if (!started)
    return (
      <CodeMissing
        onCode={code => {
          change({code});
          setStarted(true);
        }}
      />
    );
  const view = {draft, change, problems, state};
  const View = step === 'review' ? null : views[step];
  return (
    <div className="wizard">
      <header>
        <Brand below="Set-up" />
      </header>
      <StepList at={at} draft={draft} onGo={go} />
      <main>
        <p className="dim s13">
          Step {at + 1} of {steps.length}
        </p>
        <h1 ref={heading} tabIndex={-1}>
          {words.title}
        </h1>
        <p className="t2 why">{words.why}</p>
        <form ref={form} onSubmit={next} noValidate>
          {View ? <View {...view} /> : <ReviewStep {...view} onEdit={go} codeGiven={codeGiven} />}
          {failure === null ? null : (
            <div className="after">
              <Note tone="da" title="The appliance is not set up yet.">
                {failure}
              </Note>
            </div>
          )}
          <div className="row buttons">
            {at === 0 ? null : (
              <button type="button" className="btn" onClick={() => go(steps[at - 1]?.id ?? 'organisation')}>
                Back
              </button>
            )}
            <span className="sp" />
            <button type="submit" className="btn p" disabled={stage === 'sending'}>
              {step === 'review'
                ? stage === 'sending'
                  ? 'Setting up'
                  : 'Set up this appliance'
                : 'Continue'}
            </button>
          </div>
        </form>
      </main>
    </div>
  );
};
