import {Menu} from '@mantine/core';
import {IconCheck, IconCircleCheck, IconMoon} from '@tabler/icons-react';
import {useState} from 'react';
import {Note} from '../shared/components/state.tsx';
import {plural} from '../shared/format.ts';
import type {Colleague} from './inbox-state.ts';
import {useInbox, useInboxControl} from './use-inbox.ts';

const choices = [
  {value: 'available', label: 'Available', hint: 'You are called when somebody waits', icon: IconCircleCheck},
  {value: 'away', label: 'Away', hint: 'No sound, no notification; the list goes on', icon: IconMoon},
] as const;

const stateOf = ({connected, presence, conversations}: Colleague): string => {
  if (!connected) return 'not here';
  if (presence === 'away') return 'away';
  return conversations === 0 ? 'free' : plural(conversations, 'conversation');
};

/** Whether I may be called, and who else is there. */
export const PresenceMenu = () => {
  const inbox = useInboxControl();
  const meId = useInbox(({meId}) => meId);
  const agents = useInbox(state => state.agents);
  const [error, setError] = useState<string | null>(null);
  const mine = agents.find(({agentId}) => agentId === meId)?.presence;
  const free = agents.filter(({connected, presence}) => connected && presence === 'available').length;
  if (mine === undefined) return null;
  const Glyph = mine === 'available' ? IconCircleCheck : IconMoon;
  const choose = async (presence: 'available' | 'away') => {
    setError(null);
    try {
      await inbox.setPresence(presence);
    } catch (caught) {
      setError(caught instanceof Error ? caught.message : String(caught));
    }
  };
  return (
    <Menu position="bottom-end" width={280} withinPortal>
      <Menu.Target>
        <button type="button" className={`st s13 pres ${mine === 'available' ? 'ok' : 'no'}`}>
          <Glyph className="i s" aria-hidden />
          {mine === 'available' ? 'Available' : 'Away'}, {free} of {agents.length}
          <span className="vh"> available. Change</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>You are</Menu.Label>
        {choices.map(({value, label, hint, icon: Icon}) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={mine === value}
            closeMenuOnClick={error === null}
            leftSection={<Icon className="i s" aria-hidden />}
            rightSection={mine === value ? <IconCheck className="i s" aria-hidden /> : null}
            onClick={() => void choose(value)}
          >
            {label}
            <span className="dim s12 inbox-hint">{hint}</span>
          </Menu.Item>
        ))}
        {error === null ? null : (
          <div className="menuhead">
            <Note tone="da">{error}</Note>
          </div>
        )}
        <Menu.Divider />
        <Menu.Label>Everybody</Menu.Label>
        <ul className="inbox-everybody">
          {agents.map(agent => (
            <li key={agent.agentId}>
              <span dir="auto">{agent.agentId === meId ? `${agent.name} (you)` : agent.name}</span>
              <span className="dim">{stateOf(agent)}</span>
            </li>
          ))}
        </ul>
      </Menu.Dropdown>
    </Menu>
  );
};
