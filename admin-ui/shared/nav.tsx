import {IconLayoutDashboard, IconInbox, IconTarget} from '@tabler/icons-react';
import {Link, useLocation} from '@tanstack/react-router';
import {useEffect, useRef} from 'react';
import {AccountMenu} from './account-menu.tsx';
import {Brand, Mark} from './components/mark.tsx';
import {formatDay, formatWhole} from './format.ts';
import {navGroups} from './nav-items.ts';
import {type Session, useSession} from './session.tsx';

const modelWords = {loading: 'loading', unavailable: 'unavailable'};
const modelWord = ({state, here}: Session['appliance']['model']): string =>
  state !== 'ready' ? modelWords[state] : here ? 'on this server' : 'on a model server';

/** Says which machine this is: at its foot, on every page. */
const Nameplate = () => {
  const {appliance} = useSession().session;
  return (
    <div className="plate" role="note" aria-label="This appliance">
      <div>
        <b>{appliance.host}</b>
        <span>{appliance.version}</span>
      </div>
      <div>
        <span>Region</span>
        <b>{appliance.region?.label ?? 'not chosen'}</b>
      </div>
      <div title={appliance.model.id}>
        <span>Model</span>
        <b>{modelWord(appliance.model)}</b>
      </div>
      <div title={formatWhole(appliance.startedAt)}>
        <span>Up since</span>
        <b>{formatDay(appliance.startedAt)}</b>
      </div>
    </div>
  );
};

export const SideNav = ({onGo}: {onGo?: () => void}) => {
  const {user} = useSession();
  const {pathname} = useLocation();
  const nav = useRef<HTMLElement>(null);
  // there are more pages than a low screen shows: the open one is among those that are seen
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({block: 'nearest'});
  }, [pathname]);
  return (
    <nav className="nav" aria-label="Console" ref={nav}>
      <Brand below="Console" />
      {navGroups.map(({title, items}) => {
        const open = items.filter(({roles}) => roles.includes(user.role));
        return open.length === 0 ? null : (
          <div key={title}>
            <h2>{title}</h2>
            <ul>
              {open.map(({to, label, icon: Icon}) => (
                <li key={to}>
                  <Link to={to} {...(onGo === undefined ? {} : {onClick: onGo})}>
                    <Icon className="i" aria-hidden />
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
      <div className="foot">
        <AccountMenu />
        <Nameplate />
      </div>
    </nav>
  );
};

/** The inbox keeps only what an agent needs beside the conversation. */
export const Rail = () => {
  const {user} = useSession();
  return (
    <nav className="rail" aria-label="Console">
      <div className="brand">
        <Mark />
      </div>
      <ul>
        <li>
          <Link to="/inbox" aria-label="Inbox" title="Inbox">
            <IconInbox className="i" aria-hidden />
          </Link>
        </li>
        <li>
          <Link to="/leads" aria-label="Leads" title="Leads">
            <IconTarget className="i" aria-hidden />
          </Link>
        </li>
        {user.role === 'administrator' ? (
          <li>
            <Link to="/admin/overview" aria-label="Overview" title="Overview">
              <IconLayoutDashboard className="i" aria-hidden />
            </Link>
          </li>
        ) : null}
      </ul>
      <span className="sp" />
      <AccountMenu compact />
    </nav>
  );
};
