export {mailTables} from './privacy.ts';
export {createMailServer} from './server.service.ts';
export {createOutbox, type NewMail} from './outbox.service.ts';
export {createMailDoor} from './host-door.ts';
export {mailRoutes} from './mail.routes.ts';
