import type {ReadingRefusal} from './contract.ts';

/** A document that is not read, and why: no fault of ours. */
export class Refused extends Error {
  readonly reason: ReadingRefusal;
  constructor(reason: ReadingRefusal) {
    super(reason);
    this.name = 'Refused';
    this.reason = reason;
  }
}
