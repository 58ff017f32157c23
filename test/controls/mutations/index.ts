import {accounts} from './accounts.ts';
import {audit} from './audit.ts';
import {conversations} from './conversations.ts';
import {crm} from './crm.ts';
import {http} from './http.ts';
import {insights} from './insights.ts';
import {keys} from './keys.ts';
import {persons} from './persons.ts';
import {requests} from './requests.ts';
import {storage} from './storage.ts';
import {waysOut} from './ways-out.ts';
import {words} from './words.ts';
import type {Mutation} from '../world.ts';

/** One for each control: what breaks it on a real appliance. */
export const mutations: readonly Mutation[] = [
  ...storage,
  ...conversations,
  ...crm,
  ...insights,
  ...accounts,
  ...audit,
  ...waysOut,
  ...http,
  ...words,
  ...requests,
  ...persons,
  ...keys,
];
