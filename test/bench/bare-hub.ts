/**
 * The baseline: the least that can be called a chat server. One `ws` hub that stores each message in the same database at
 * the same durability, with the same group commit, and nothing else: no sessions, sealing, sequence per conversation,
 * masking, replay or limits.
 */
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {once} from 'node:events';
import pg from 'pg';
import {WebSocketServer} from 'ws';

type Store = (rows: [string, number, string][]) => Promise<void>;
const require = createRequire(import.meta.url);

const sqlite = (directory: string): Store => {
  const Sqlite = require('better-sqlite3-multiple-ciphers') as new (
    file: string,
  ) => {
    pragma: (text: string) => void;
    exec: (sql: string) => void;
    prepare: (sql: string) => {run: (...values: unknown[]) => void};
    transaction: <A extends unknown[]>(work: (...args: A) => void) => (...args: A) => void;
  };
  const database = new Sqlite(join(directory, 'bare.sqlite'));
  for (const setting of [
    "cipher='sqlcipher'",
    `key="x'${'7'.repeat(64)}'"`,
    'journal_mode=WAL',
    'synchronous=FULL',
    'temp_store=MEMORY',
  ]) {
    database.pragma(setting);
  }
  database.exec('create table messages (room text, seq integer, text text, primary key (room, seq))');
  const insert = database.prepare('insert into messages values (?, ?, ?)');
  const all = database.transaction((rows: [string, number, string][]) => {
    for (const row of rows) insert.run(...row);
  });
  return async rows => all(rows);
};

const postgres = async (url: string): Promise<Store> => {
  const client = new pg.Client({connectionString: url});
  await client.connect();
  await client.query('create table messages (room text, seq integer, text text, primary key (room, seq))');
  return async rows => {
    await client.query('insert into messages select * from unnest($1::text[], $2::int[], $3::text[])', [
      rows.map(([room]) => room),
      rows.map(([, seq]) => seq),
      rows.map(([, , text]) => text),
    ]);
  };
};

const [kind = 'sqlite', place = ''] = process.argv.slice(2);
const store = kind === 'sqlite' ? sqlite(place) : await postgres(place);

type Peer = {room: string; send: (json: string) => void};
const rooms = new Map<string, {seq: number; peers: Set<Peer>}>();
let queue: {peer: Peer; clientId: string; text: string}[] = [];
let running = false;

const drain = async (): Promise<void> => {
  while (queue.length > 0) {
    const batch = queue;
    queue = [];
    const placed = batch.map(one => {
      const room = rooms.get(one.peer.room) as {seq: number; peers: Set<Peer>};
      return {...one, peers: room.peers, seq: ++room.seq};
    });
    await store(placed.map(({peer, seq, text}) => [peer.room, seq, text]));
    for (const {peer, peers, seq, clientId, text} of placed) {
      const json = JSON.stringify({type: 'message', seq, text});
      for (const other of peers) if (other !== peer) other.send(json);
      peer.send(JSON.stringify({type: 'ack', clientId, seq}));
    }
  }
  running = false;
};

const server = createServer((_request, response) => response.end());
const sockets = new WebSocketServer({server, perMessageDeflate: false});
sockets.on('connection', (socket, request) => {
  const room = new URL(request.url ?? '/', 'http://localhost').searchParams.get('room') ?? '';
  const peer: Peer = {room, send: json => socket.send(json)};
  const entry = rooms.get(room) ?? {seq: 0, peers: new Set<Peer>()};
  rooms.set(room, entry);
  entry.peers.add(peer);
  socket.on('message', data => {
    const {clientId, text} = JSON.parse((data as Buffer).toString()) as {clientId: string; text: string};
    queue.push({peer, clientId, text});
    if (running) return;
    running = true;
    setImmediate(() => void drain());
  });
  socket.on('close', () => entry.peers.delete(peer));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`http://127.0.0.1:${(server.address() as {port: number}).port}\n`);
