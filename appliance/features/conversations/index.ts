export {conversationTables} from './privacy.ts';
export {createConversations, type Conversations} from './conversations.service.ts';
export {createConsole, type ConsoleService} from './console.service.ts';
export {createFanout, type Fanout} from './fanout.ts';
export {broadcast} from './broadcast.ts';
export {createVisitorSocket} from './visitor-socket.ts';
export {createAgentSocket} from './agent-socket.ts';
export {conversationRoutes} from './conversations.routes.ts';
export {closeCodes, limits} from './protocol.ts';
