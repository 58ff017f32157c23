/** The mark: a speech bubble whose tail is a beak, and one lit eye. */
export const Mark = () => (
  <svg viewBox="0 0 32 32" aria-hidden="true">
    <path
      d="M14 3a11 11 0 0 1 10.9 9.5L31 18l-6.6 1.5A11 11 0 0 1 14 25H3V14A11 11 0 0 1 14 3z"
      fill="var(--mark)"
    />
    <circle cx="17" cy="12" r="3" fill="var(--mark-eye)" />
  </svg>
);

export const Brand = ({below}: {below?: string}) => (
  <div className="brand">
    <Mark />
    <span>
      Crowlit
      {below === undefined ? null : <small>{below}</small>}
    </span>
  </div>
);
