import {IconPlugConnectedX} from '@tabler/icons-react';
import {useEffect, useState} from 'react';
import {useNow} from './ticker.ts';
import {useInbox, useInboxControl} from './use-inbox.ts';

const Retry = ({at}: {at: number}) => {
  const seconds = Math.ceil((at - useNow(1000)) / 1000);
  return <>{seconds > 1 ? `Trying again in ${seconds} s.` : 'Trying again.'}</>;
};

/** True once the line has been down for a moment: a blink of the network is not worth a word. */
export const useLineDown = (): boolean => {
  const phase = useInbox(({line}) => line.phase);
  const [down, setDown] = useState(false);
  useEffect(() => {
    const wait = phase === 'refused' ? 0 : phase === 'down' ? 400 : 4000;
    if (phase === 'up') {
      setDown(false);
      return undefined;
    }
    const timer = setTimeout(() => setDown(true), wait);
    return () => clearTimeout(timer);
  }, [phase]);
  return down && phase !== 'up';
};

/** Stands where the state of the conversation stood: while the line is down, that state is not known. */
export const LineStrip = () => {
  const inbox = useInboxControl();
  const {phase, retryAt} = useInbox(({line}) => line);
  return (
    <div className="strip line" role="status">
      <IconPlugConnectedX className="i s" aria-hidden />
      {phase === 'refused' ? (
        <span>
          <b>This address is not the appliance’s own.</b> Open the console under the address that was set up.
        </span>
      ) : (
        <span>
          <b>Connection lost.</b> <span className="x">What you write is kept and sent then. </span>
          <span aria-hidden>{retryAt === null ? null : <Retry at={retryAt} />}</span>
        </span>
      )}
      <span className="sp" />
      {phase === 'refused' ? null : (
        <button type="button" className="btn q" onClick={inbox.reconnect}>
          Try now
        </button>
      )}
    </div>
  );
};

export const LineDown = () => (useLineDown() ? <LineStrip /> : null);
