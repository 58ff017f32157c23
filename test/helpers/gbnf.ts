/** An answer that a grammar allows, drawn at random: literals, rules, groups, alternatives and `?` are understood. */
export const draw = (grammar: string, chance: () => number): string => {
  const rules = new Map(
    grammar
      .split('\n')
      .filter(line => line !== '')
      .map(line => {
        const at = line.indexOf(' ::= ');
        return [line.slice(0, at), line.slice(at + 5)] as const;
      }),
  );
  const rule = (name: string): string => {
    const body = rules.get(name);
    if (body === undefined) throw new Error(`no rule ${name}`);
    const tokens = body.match(/"(?:\\.|[^"\\])*"|[a-z]+|[()|?]/gsu) ?? [];
    if (tokens.join('') !== body.replace(/"(?:\\.|[^"\\])*"| /gsu, part => (part === ' ' ? '' : part)))
      throw new Error(`not understood: ${body}`);
    let at = 0;
    const alternatives = (): (() => string) => {
      const choices = [sequence()];
      while (tokens[at] === '|') {
        at += 1;
        choices.push(sequence());
      }
      return () => choices[Math.floor(chance() * choices.length)]?.() ?? '';
    };
    const sequence = (): (() => string) => {
      const parts: (() => string)[] = [];
      while (at < tokens.length && tokens[at] !== ')' && tokens[at] !== '|') {
        let part = item();
        if (tokens[at] === '?') {
          at += 1;
          const wanted = part;
          part = () => (chance() < 0.5 ? wanted() : '');
        }
        parts.push(part);
      }
      return () => parts.map(part => part()).join('');
    };
    const item = (): (() => string) => {
      const token = tokens[at] ?? '';
      at += 1;
      if (token === '(') {
        const inner = alternatives();
        if (tokens[at] !== ')') throw new Error('a group without end');
        at += 1;
        return inner;
      }
      if (!token.startsWith('"')) return () => rule(token);
      const text = token.slice(1, -1).replace(/\\(.)/gs, (_, mark: string) => (mark === 'n' ? '\n' : mark));
      return () => text;
    };
    const whole = alternatives();
    if (at < tokens.length) throw new Error(`left over: ${tokens[at]}`);
    return whole();
  };
  return rule('root');
};
