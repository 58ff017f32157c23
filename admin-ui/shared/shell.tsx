import {Drawer} from '@mantine/core';
import {IconMenu2} from '@tabler/icons-react';
import {Outlet, useMatchRoute} from '@tanstack/react-router';
import {Suspense, useState} from 'react';
import {CancellationBanner} from '../admin/cancellation/banner.tsx';
import {Brand} from './components/mark.tsx';
import {Loading} from './components/empty.tsx';
import {Rail, SideNav} from './nav.tsx';
import {ProveAgain} from './prove-again.tsx';
import {SessionProvider} from './session.tsx';
import {SignInAgain} from './sign-in-again.tsx';
import {WaitingBanner} from './waiting-banner.tsx';

const PhoneBar = () => {
  const [open, setOpen] = useState(false);
  return (
    <header className="phonebar">
      <Brand />
      <span className="sp" />
      <button
        type="button"
        className="btn ic"
        aria-label="Open menu"
        aria-expanded={open}
        onClick={() => setOpen(true)}
      >
        <IconMenu2 className="i" aria-hidden />
      </button>
      <Drawer
        opened={open}
        onClose={() => setOpen(false)}
        title={<Brand />}
        position="right"
        size="300px"
        classNames={{content: 'sheet'}}
        closeButtonProps={{'aria-label': 'Close menu'}}
      >
        <SideNav onGo={() => setOpen(false)} />
      </Drawer>
    </header>
  );
};

const SkipLink = () => (
  <a className="skip" href="#main">
    Skip to the content
  </a>
);

/** Everything but the inbox: side navigation, one column of sheets. */
export const ConsoleShell = () => (
  <SessionProvider>
    <SkipLink />
    <PhoneBar />
    <div className="con">
      <SideNav />
      <main className="pg" id="main" tabIndex={-1}>
        <CancellationBanner />
        <WaitingBanner />
        <Suspense fallback={<Loading what="the page" />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
    <ProveAgain />
    <SignInAgain />
  </SessionProvider>
);

/** The inbox: a narrow rail, and the whole height for the conversation. On a phone an open conversation hides the bar. */
export const InboxShell = () => {
  const inConversation = useMatchRoute()({to: '/inbox/$conversationId'}) !== false;
  return (
    <SessionProvider>
      <SkipLink />
      <div className={inConversation ? 'frame in-conversation' : 'frame'} data-density="compact">
        <Rail />
        <PhoneBar />
        <main id="main" tabIndex={-1}>
          <Suspense fallback={<Loading what="the inbox" />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <ProveAgain />
      <SignInAgain />
    </SessionProvider>
  );
};
