import {Brand} from './components/mark.tsx';

/** Nothing can be shown: no such page, or the appliance did not answer. */
export const RouteFailed = ({error}: {error?: unknown}) => (
  <div className="alone">
    <Brand />
    <main>
      <h1>{error instanceof Error ? 'This page could not be opened' : 'There is no such page'}</h1>
      <p className="t2">{error instanceof Error ? error.message : 'The address may be old, or mistyped.'}</p>
      <p style={{marginTop: 16}}>
        <a className="btn p" href={error instanceof Error ? window.location.href : '/'}>
          {error instanceof Error ? 'Try again' : 'Go to the start'}
        </a>
      </p>
    </main>
  </div>
);
