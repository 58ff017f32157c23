export {accountTables} from './privacy.ts';
export {type Account, type AccountStore, createAccountStore} from './account.store.ts';
export {type Accounts, type AccountsDeps, createAccounts} from './accounts.service.ts';
export {accountRoutes} from './accounts.routes.ts';
export {hashPassword} from './password.ts';
export {createHostDoor, proofOf} from './host-reset.ts';
export {hashToken} from './sessions.ts';
export {accountControls} from './controls.ts';
