/** The thread that copies an encrypted database file under another key: it opens two files, and reaches nothing else. */
import {workerData} from 'node:worker_threads';
import {installNetworkGuard} from './egress/guard.ts';

installNetworkGuard({allow: []});
const {copyHere} = await import('./storage/copying.ts');
copyHere(workerData);
