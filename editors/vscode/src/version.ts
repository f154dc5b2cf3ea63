// Which versions of the server this extension can talk to.

const oldest = [0, 1];

// Why a server that says it is `name`, `version` cannot be used; undefined: it can.
export function unusable(name: string | undefined, version: string | undefined): string | undefined {
  const found = /^(\d+)\.(\d+)/.exec(version ?? '');
  if (name !== 'fimd' || !found) return 'it is not fimd';
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const old = major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
  return old ? `it is fimd ${version}, older than ${oldest.join('.')}: install it again` : undefined;
}
