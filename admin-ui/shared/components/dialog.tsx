import {Modal} from '@mantine/core';
import type {ReactNode} from 'react';
import {messageOf} from '../field-errors.ts';
import {Note} from './state.tsx';

/** An act that is hard to take back: what will happen, in sentences, and one button that says what it does. */
export const Consequence = ({
  open,
  title,
  children,
  act,
  busy,
  error,
  danger = true,
  onAct,
  onClose,
}: {
  open: boolean;
  title: string;
  children: ReactNode;
  act: string;
  busy: boolean;
  error: unknown;
  danger?: boolean;
  onAct: () => void;
  onClose: () => void;
}) => (
  <Modal opened={open} onClose={onClose} title={title} closeButtonProps={{'aria-label': 'Close'}}>
    <div className="col">
      <div className="t2 col" style={{gap: 8}}>
        {children}
      </div>
      {error === null || error === undefined ? null : <Note tone="da">{messageOf(error)}</Note>}
      <div className="row wrap">
        <span className="sp" />
        <button type="button" className="btn" onClick={onClose} data-autofocus>
          Leave it as it is
        </button>
        <button type="button" className={danger ? 'btn df' : 'btn p'} disabled={busy} onClick={onAct}>
          {act}
        </button>
      </div>
    </div>
  </Modal>
);
