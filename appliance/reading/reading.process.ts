/**
 * Reads one document and ends: bytes on standard input, one JSON answer on standard output. It may open no file, no
 * connection and no other program (`arguments.ts`), and is ended by whoever started it when it takes too long or too much.
 */
import process from 'node:process';
import {readingLimits} from './contract.ts';
import {readDocument} from './read-document.ts';

const chunks: Buffer[] = [];
let size = 0;
for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
  size += chunk.length;
  if (size > readingLimits.document) process.exit(1);
  chunks.push(chunk);
}
const answer = await readDocument(Buffer.concat(chunks, size));
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
