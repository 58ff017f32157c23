/**
 * The egress broker: the one process that may connect to the outside.
 *
 *   node --permission --allow-net --allow-fs-read=<this folder> broker.process.ts <socket> [--with-parent]
 *
 * It serves HTTP on a Unix socket: `PUT /settings` with the destinations, `POST /send` with one request. Whoever may
 * open the socket may ask, so its directory is closed to everybody else. As a child of the appliance the
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
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {createBroker, limits, type Settings} from './broker.ts';
import type {WireRequest} from './rules.ts';

const [socket, withParent] = process.argv.slice(2);
if (socket === undefined) {
  process.stderr.write('usage: broker.process.ts <socket> [--with-parent]\n');
  process.exit(64);
}

const broker = createBroker(host => lookup(host, {all: true, order: 'verbatim'}));

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limits.request) throw new RangeError(`more than ${limits.request} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks, size).toString());
};

const answer = (response: ServerResponse, status: number, content: unknown): void => {
  response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(content));
};

const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  // whoever asked and went away is not waiting any more: the exchange ends, too
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const content = await readJson(request);
  if (request.method === 'PUT' && request.url === '/settings') {
    broker.apply(content as Settings);
    answer(response, 200, {});
  } else if (request.method === 'POST' && request.url === '/send') {
    const result = await broker.handle(content as WireRequest, gone.signal);
    answer(response, 200, {
      ...result,
      answer: result.answer && {...result.answer, body: result.answer.body.toString('base64')},
    });
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
