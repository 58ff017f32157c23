export {keyControls} from './controls.ts';
export {createKeysDoor} from './host-door.ts';
export {keyRoutes} from './keys.routes.ts';
export {createKeys} from './keys.service.ts';
