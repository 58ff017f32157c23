import {Menu, Modal, useMantineColorScheme} from '@mantine/core';
import {useMediaQuery} from '@mantine/hooks';
import {
  IconCheck,
  IconDeviceDesktop,
  IconKey,
  IconLanguage,
  IconLogout,
  IconShieldLock,
  IconMoon,
  IconSun,
} from '@tabler/icons-react';
import {useNavigate} from '@tanstack/react-router';
import {useState} from 'react';
import {ChangePassword} from './change-password.tsx';
import {Note} from './components/state.tsx';
import {PersonAvatar} from './components/person.tsx';
import {roleWords} from './roles.ts';
import {signOut, useSession} from './session.tsx';

const schemes = [
  {value: 'light', label: 'Light', icon: IconSun},
  {value: 'dark', label: 'Dark', icon: IconMoon},
  {value: 'auto', label: 'As the system', icon: IconDeviceDesktop},
] as const;

export const AccountMenu = ({compact = false}: {compact?: boolean}) => {
  const {user} = useSession();
  const {colorScheme, setColorScheme} = useMantineColorScheme();
  const [changing, setChanging] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const navigate = useNavigate();
  const narrow = useMediaQuery('(max-width: 760px)');
  const leave = async () => {
    try {
      await signOut();
      await navigate({to: '/sign-in', search: {next: undefined}});
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <Menu position={narrow ? 'top-start' : 'right-end'} width={260} withinPortal>
        <Menu.Target>
          <button type="button" className="me" aria-label={`Account of ${user.name}`}>
            <PersonAvatar name={user.name} />
            {compact ? null : (
              <span>
                {user.name}
                <span>{roleWords[user.role].label}</span>
              </span>
            )}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <div className="menuhead">
            <b>{user.name}</b>
            <span className="dim s13">{user.email}</span>
          </div>
          <Menu.Divider />
          <Menu.Label>Colours</Menu.Label>
          {schemes.map(({value, label, icon: Icon}) => (
            <Menu.Item
              key={value}
              role="menuitemradio"
              aria-checked={colorScheme === value}
              leftSection={<Icon className="i s" aria-hidden />}
              rightSection={colorScheme === value ? <IconCheck className="i s" aria-hidden /> : null}
              closeMenuOnClick={false}
              onClick={() => setColorScheme(value)}
            >
              {label}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <div className="menuhead dim s13 row">
            <IconLanguage className="i s" aria-hidden />
            The console is in English. Visitors are answered in their own language.
          </div>
          <Menu.Divider />
          <Menu.Item leftSection={<IconKey className="i s" aria-hidden />} onClick={() => setChanging(true)}>
            Change password
          </Menu.Item>
          <Menu.Item
            leftSection={<IconShieldLock className="i s" aria-hidden />}
            onClick={() => void navigate({to: '/second-factor', search: {next: undefined}})}
          >
            Second factor
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout className="i s" aria-hidden />} onClick={() => void leave()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={changing} onClose={() => setChanging(false)} title="Change your password">
        <ChangePassword onDone={() => setChanging(false)} />
      </Modal>
      <Modal opened={failure !== null} onClose={() => setFailure(null)} title="You are still signed in">
        <Note tone="da">{failure}</Note>
      </Modal>
    </>
  );
};
