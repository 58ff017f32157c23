type Functions = Record<string, (...args: unknown[]) => unknown>;
/** What Node keeps inside has no types: classes and functions by name, and `replace` looks whether they are there. */
// oxlint-disable-next-line typescript/no-explicit-any
type Binding = any;

const original = (process as unknown as {binding?: (name: string) => Binding}).binding?.bind(process);

/** Node's own bindings, by a door that is deprecated but the only one. The guard closes it behind itself. */
export const binding = (name: string): Binding => {
  if (!original)
    throw new TypeError('this Node has no process.binding: the network guard cannot be installed');
  return original(name);
};

/** A missing function is an error: a Node that renamed it would be guarded in appearance only. */
export const replace = (
  target: Functions,
  name: string,
  make: (original: (this: unknown, ...args: unknown[]) => unknown) => (...args: never[]) => unknown,
): void => {
  const before = target[name];
  if (typeof before !== 'function') throw new TypeError(`this Node has no "${name}" to guard`);
  const after = make(before) as (...args: unknown[]) => unknown;
  // promisify and the like hang on properties of the function
  for (const key of Reflect.ownKeys(before)) {
    const own = Object.getOwnPropertyDescriptor(before, key);
    if (own && Object.getOwnPropertyDescriptor(after, key)?.configurable !== false)
      Object.defineProperty(after, key, own);
  }
  target[name] = after;
};
