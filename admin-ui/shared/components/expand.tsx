import {IconChevronRight} from '@tabler/icons-react';
import type {ReactNode} from 'react';

/** Opens more about a row, under it. */
export const Expand = ({
  open,
  onToggle,
  controls,
  children,
}: {
  open: boolean;
  onToggle: () => void;
  controls: string;
  children: ReactNode;
}) => (
  <button type="button" className="expand" aria-expanded={open} aria-controls={controls} onClick={onToggle}>
    <IconChevronRight className="i s" aria-hidden />
    {children}
  </button>
);

/** A short choice that stays in sight; exactly one is pressed. */
export const Segments = <T extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: {value: T; label: string}[];
  value: T;
  onChange: (value: T) => void;
}) => (
  <div className="seg" role="group" aria-label={label}>
    {options.map(option => (
      <button
        key={option.value}
        type="button"
        aria-pressed={option.value === value}
        onClick={() => onChange(option.value)}
      >
        {option.label}
      </button>
    ))}
  </div>
);
