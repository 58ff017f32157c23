import {newId} from '../kit/ids.ts';

/** Names this process in leases. */
export const processOwner = newId();
