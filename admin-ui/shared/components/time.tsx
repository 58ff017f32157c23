import {useEffect, useState} from 'react';
import {formatInstant, formatRelative, formatWhole} from '../format.ts';

/** An instant, written short, with the whole of it on hover and for machines. */
export const Time = ({at}: {at: string}) => (
  <time dateTime={at} title={formatWhole(at)} className="nowrap">
    {formatInstant(at)}
  </time>
);

/** "2 minutes ago", kept true while it is looked at. */
export const Ago = ({at}: {at: string}) => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={formatWhole(at)} className="nowrap">
      {formatRelative(at, now)}
    </time>
  );
};
