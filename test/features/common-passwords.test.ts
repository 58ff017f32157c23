import {readFileSync} from 'node:fs';
import test from 'ava';
import {isCommonPassword} from '../../appliance/kit/common-passwords.ts';
import {newPassword} from '../../appliance/kit/schema.ts';

test('what everybody tries first is no password, however it is written; what nobody does is one', t => {
  const lines = readFileSync(new URL('../../appliance/kit/common-passwords.txt', import.meta.url), 'utf8');
  t.true(new Set(lines.trim().split('\n')).size >= 3000, 'ASVS 5, 6.2.4');
  for (const password of [
    'qwertyqwerty',
    'QWERTYqwerty',
    '123456qwerty',
    'sonyericsson',
    'ｑｗｅｒｔｙｑｗｅｒｔｙ',
  ]) {
    t.true(isCommonPassword(password), password);
    t.regex(newPassword.safeParse(password).error?.issues[0]?.message ?? '', /commonest/);
  }
  for (const password of ['a long enough password', 'four words in a row', 'qwertyqwertx'])
    t.true(newPassword.safeParse(password).success, password);
});
