import {Menu, Switch} from '@mantine/core';
import {IconBell, IconBellOff} from '@tabler/icons-react';
import type {Alerts} from './alerts.ts';
import {useStore} from './store.ts';
import {useInboxControl} from './use-inbox.ts';

const desktopWords: Record<Alerts['desktop'], string> = {
  unasked: 'The browser asks you once. They show a name and why, never what was written.',
  allowed: 'Shown while you look at another window.',
  refused: 'This browser refuses them. Allow notifications for this address in its settings.',
  impossible: 'Browsers show them only over https, or on this machine itself.',
};

/** How one is called: sound, which is remembered, and the desktop, which the browser must allow. */
export const AlertsMenu = () => {
  const {alerts} = useInboxControl();
  const {sound, desktop} = useStore(alerts.store, value => value);
  return (
    <Menu position="bottom-end" width={290} withinPortal closeOnItemClick={false}>
      <Menu.Target>
        <button
          type="button"
          className="btn q ic quiet"
          aria-label={`Sound and notifications: sound ${sound ? 'on' : 'off'}`}
          title="Sound and notifications"
        >
          {sound ? <IconBell className="i" aria-hidden /> : <IconBellOff className="i" aria-hidden />}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          role="menuitemcheckbox"
          aria-checked={sound}
          onClick={() => alerts.setSound(!sound)}
          rightSection={
            <Switch component="span" checked={sound} readOnly tabIndex={-1} aria-hidden size="xs" />
          }
        >
          Sound
          <span className="dim s12 inbox-hint">Two notes when somebody waits for a person</span>
        </Menu.Item>
        <Menu.Divider />
        {desktop === 'unasked' ? (
          <Menu.Item onClick={() => void alerts.askDesktop()}>
            Ask for desktop notifications
            <span className="dim s12 inbox-hint">{desktopWords.unasked}</span>
          </Menu.Item>
        ) : (
          <div className="menuhead">
            <b>Desktop notifications {desktop === 'allowed' ? 'on' : 'off'}</b>
            <span className="dim s12">{desktopWords[desktop]}</span>
          </div>
        )}
      </Menu.Dropdown>
    </Menu>
  );
};
