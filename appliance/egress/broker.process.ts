/**
 * The egress broker: the one process that may connect to the outside.
 *
 *   node --permission --allow-net --allow-fs-read=<this folder> broker.process.ts <socket> [--with-parent]
 *
 * It serves HTTP on a Unix socket: `PUT /settings` with the destinations, `POST /send` with one request, `POST /stream`
 * with one whose answer is handed on as it comes, `POST /tunnel` with a connection under TLS whose bytes are the rest of
 * the request's body and of the answer's, `POST /probe` to see what the host does with a packet to an address where nobody is. Whoever may open the socket may ask, so its directory is closed to
 * everybody else. As a child of the appliance the
 * directory is 0700 and `--with-parent` ends the broker with its parent (standard input closes); as a unit of its own,
 * under a user of its own, the directory belongs to that user with the appliance's group, and nobody ends it. Either way it
 * can read no file but its own code: neither the database nor the data directory, and no environment is given to it.
 *
 * It imports nothing from node_modules: what can reach the network should be short enough to read.
 *
 * The destinations come from the appliance, so an appliance that was taken over could name its own; then the
 * host's firewall is the line that holds, by its list of addresses for this process's user.
 */
import {lookup} from 'node:dns/promises';
import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {createBroker, limits, type Settings} from './broker.ts';
import {probe} from './probe.ts';
import type {WireRequest, WireTunnel} from './rules.ts';
import {packed} from './wire.ts';

const [socket, withParent] = process.argv.slice(2);
if (socket === undefined) {
  process.stderr.write('usage: broker.process.ts <socket> [--with-parent]\n');
  process.exit(64);
}

const broker = createBroker(host => lookup(host, {all: true, order: 'verbatim'}));

/** One line, or all there is; what follows the line stays in the request. */
const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let size = 0;
  const line = Promise.withResolvers<void>();
  const take = (chunk: Buffer): void => {
    const end = chunk.indexOf('\n');
    chunks.push(end === -1 ? chunk : chunk.subarray(0, end));
    size += chunk.length;
    if (size > limits.request) line.reject(new RangeError(`more than ${limits.request} bytes`));
    if (end === -1) return;
    request.pause().off('data', take);
    if (end + 1 < chunk.length) request.unshift(chunk.subarray(end + 1));
    line.resolve();
  };
  request.on('data', take).once('end', line.resolve).once('error', line.reject);
  try {
    await line.promise;
  } finally {
    request.off('data', take);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
};

const answer = (response: ServerResponse, status: number, content: unknown): void => {
  response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(content));
};

/** The answer's head travels as a header, its body as it is, and how the exchange ended as a trailer. */
const stream = async (wire: WireRequest, response: ServerResponse, gone: AbortSignal): Promise<void> => {
  const begin = (head: object | null): void => {
    if (!response.headersSent) response.writeHead(200, {'x-answer': packed(head), trailer: 'x-result'});
  };
  const {answer: whole, ...result} = await broker.handle(wire, gone, async (piece, head, signal) => {
    begin(head);
    if (!response.write(piece)) await once(response, 'drain', {signal});
  });
  const head = whole && {status: whole.status, headers: whole.headers, complete: whole.complete};
  begin(head);
  response.addTrailers({'x-result': packed({...result, answer: head})});
  response.end();
};

/** As with a stream, but both ways: the head says that the connection stands. */
const openTunnel = async (
  wire: WireTunnel,
  request: IncomingMessage,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> => {
  const begin = (stands: boolean): void => {
    if (response.headersSent) return;
    response.writeHead(200, {'x-answer': packed(stands), trailer: 'x-result'}).flushHeaders();
  };
  const ends = {
    said: request,
    hear: async (piece: Buffer, signal: AbortSignal) => {
      if (!response.write(piece)) await once(response, 'drain', {signal});
    },
  };
  const result = await broker.tunnel(wire, gone, ends, () => begin(true));
  begin(false);
  response.addTrailers({'x-result': packed(result)});
  response.end();
};

const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  // whoever asked and went away is not waiting any more: the exchange ends, too
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const content = await readJson(request);
  if (request.method === 'POST' && request.url === '/tunnel') {
    await openTunnel(content as WireTunnel, request, response, gone.signal);
    return;
  }
  // what follows the line only says that the answer is still wanted
  request.resume();
  if (request.method === 'PUT' && request.url === '/settings') {
    broker.apply(content as Settings);
    answer(response, 200, {});
  } else if (request.method === 'POST' && request.url === '/probe') {
    answer(response, 200, await probe());
  } else if (request.method === 'POST' && request.url === '/send') {
    const result = await broker.handle(content as WireRequest, gone.signal);
    answer(response, 200, {
      ...result,
      answer: result.answer && {...result.answer, body: result.answer.body.toString('base64')},
    });
  } else if (request.method === 'POST' && request.url === '/stream') {
    // who wants no more ends the request, and is still told what left and what came
    if (request.readableEnded) gone.abort();
    else request.once('end', () => gone.abort());
    await stream(content as WireRequest, response, gone.signal);
  } else {
    answer(response, 404, {});
  }
};

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    if (response.headersSent) response.destroy();
    else answer(response, 400, {message: String(error)});
  });
});
// the appliance keeps connections open between requests; an answer may take as long as the longest exchange
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
server.on('error', error => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.listen(socket, () => process.stdout.write('ready\n'));

const end = () => process.exit(0);
process.on('SIGTERM', end);
process.on('SIGINT', withParent === undefined ? end : () => {});
if (withParent !== undefined) process.stdin.on('end', end).on('error', end).resume();
