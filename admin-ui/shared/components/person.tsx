export const initials = (name: string) =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .map(part => String.fromCodePoint(part.codePointAt(0) ?? 63))
    .filter((_, index, all) => index === 0 || index === all.length - 1)
    .join('')
    .toUpperCase();

/** Round speaks for people. `kind` visitor is quiet, agent is warm. */
export const PersonAvatar = ({
  name,
  kind = 'agent',
  small = false,
}: {
  name: string;
  kind?: 'agent' | 'visitor';
  small?: boolean;
}) => (
  <span className={`av ${kind === 'agent' ? 'hu' : 'vi'}${small ? ' sm' : ''}`} aria-hidden>
    {initials(name) || '?'}
  </span>
);

/** Square speaks for the machine. */
export const AiAvatar = ({small = false}: {small?: boolean}) => (
  <span className={`av ai${small ? ' sm' : ''}`} aria-hidden>
    AI
  </span>
);
