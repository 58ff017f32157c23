import {Modal} from '@mantine/core';
import {queryClient} from './query.ts';
import {useSession} from './session.tsx';
import {SignInForm} from './sign-in-form.tsx';

/** The session ended under an open page: sign in over it, so that nothing typed is lost. */
export const SignInAgain = () => {
  const {user, lost, found} = useSession();
  return (
    <Modal
      opened={lost}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      title="Sign in again"
    >
      <div className="col">
        <p className="t2">Your session has ended. What you typed on this page is kept.</p>
        <SignInForm
          email={user.email}
          onDone={() => {
            found();
            void queryClient.invalidateQueries();
          }}
        />
        <p className="dim s13">
          Not you, or not any more? <a href="/sign-in">Go to the sign-in page</a>; this page and what is typed
          on it are given up.
        </p>
      </div>
    </Modal>
  );
};
