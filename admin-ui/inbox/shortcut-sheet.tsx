import {Modal, Switch} from '@mantine/core';
import {setSingleKeys, shortcuts, singleKeys} from './keys.ts';
import {useStore} from './store.ts';

export const ShortcutSheet = ({open, onClose}: {open: boolean; onClose: () => void}) => {
  const on = useStore(singleKeys, value => value);
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title="Keyboard shortcuts"
      closeButtonProps={{'aria-label': 'Close'}}
    >
      <dl className={on ? 'inbox-keys' : 'inbox-keys off'}>
        {Object.entries(shortcuts).map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key.toUpperCase()}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Enter</kbd>
          </dt>
          <dd>Send, while you write. Shift Enter adds a line</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>Leave the reply or the search; what you wrote stays</dd>
        </div>
      </dl>
      <Switch
        checked={on}
        onChange={event => setSingleKeys(event.currentTarget.checked)}
        label="Single keys"
        description="They never act while you write or while a dialog is open. Switch them off if your tools type keys by themselves."
      />
    </Modal>
  );
};
