/** Outlines from @tabler/icons (MIT), and the mark. */
const icon = (paths: string[], size: string) => (
  <svg class={size} viewBox="0 0 24 24" aria-hidden="true">
    {paths.map(d => (
      <path key={d} d={d} />
    ))}
  </svg>
);
export const MinusIcon = () => icon(['M5 12l14 0'], 'i');
export const CloseIcon = () => icon(['M18 6l-12 12', 'M6 6l12 12'], 'i');
export const DownIcon = () => icon(['M12 5l0 14', 'M18 13l-6 6', 'M6 13l6 6'], 'i s');
export const AlertIcon = () =>
  icon(
    [
      'M12 9v4',
      'M10.363 3.591l-8.106 13.534a1.914 1.914 0 0 0 1.636 2.871h16.214a1.914 1.914 0 0 0 1.636 -2.87l-8.106 -13.536a1.914 1.914 0 0 0 -3.274 0',
      'M12 16h.01',
    ],
    'i s',
  );
export const OfflineIcon = () =>
  icon(
    [
      'M12 18l.01 0',
      'M9.172 15.172a4 4 0 0 1 5.656 0',
      'M6.343 12.343a7.963 7.963 0 0 1 3.864 -2.14m4.163 .155a7.965 7.965 0 0 1 3.287 2',
      'M3.515 9.515a12 12 0 0 1 3.544 -2.455m3.101 -.92a12 12 0 0 1 10.325 3.374',
      'M3 3l18 18',
    ],
    'i s',
  );
export const PersonIcon = () =>
  icon(['M8 7a4 4 0 1 0 8 0a4 4 0 0 0 -8 0', 'M6 21v-2a4 4 0 0 1 4 -4h4a4 4 0 0 1 4 4v2'], 'i s');
export const SendIcon = () =>
  icon(['M10 14l11 -11', 'M21 3l-6.5 18a.55 .55 0 0 1 -1 0l-3.5 -7l-7 -3.5a.55 .55 0 0 1 0 -1l18 -6.5'], 'i');
export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
    <path
      d="M14 3a11 11 0 0 1 10.9 9.5L31 18l-6.6 1.5A11 11 0 0 1 14 25H3V14A11 11 0 0 1 14 3z"
      fill="var(--mark)"
    />
    <circle cx="17" cy="12" r="3" fill="var(--mark-eye)" />
  </svg>
);
