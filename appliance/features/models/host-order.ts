import {AppError} from '../../kit/errors.ts';
import {type HostCheck, hostProof} from '../../kit/host-order.ts';
import type {HostOrder} from './models.schema.ts';

const whole = ({act, target, sha256, server, mirror}: HostOrder, at: string) => [
  'model',
  act,
  target ?? null,
  sha256 ?? null,
  server
    ? [server.url, server.model, server.region, server.private, server.by, server.keyFile ?? null]
    : null,
  mirror ? [mirror.region, mirror.private, mirror.by] : null,
  at,
];
export const modelOrderProof = (key: Buffer, order: HostOrder, at: string): string =>
  hostProof(key, whole(order, at));

export const createModelDoor =
  (check: HostCheck) =>
  ({order, at, proof}: {order: HostOrder; at: string; proof: string}): void => {
    if (check(whole(order, at), at, proof)) return;
    throw new AppError(
      'forbidden',
      'models.not_the_host',
      'This was refused: it was not made with this appliance’s master key, or not just now.',
    );
  };
