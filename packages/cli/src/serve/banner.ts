import { isIPv6 } from 'node:net';

export interface BannerFacts {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Only at the very first start, and only when the server made it up. */
  readonly firstPassword?: string;
}

/** What the server tells the person who started it. */
export function serveBanner({ host, port, dataDir, firstPassword }: BannerFacts): string {
  const address = isIPv6(host) ? `[${host}]` : host;
  const lines = [
    '',
    `  Cairn listens on cairn://${address}:${port} and http://${address}:${port}`,
    `  data in ${dataDir}`,
  ];
  if (firstPassword !== undefined) {
    lines.push('', '  First start. This password is shown once and can be changed with `cairn password`:');
    lines.push('', `      user      admin`, `      password  ${firstPassword}`);
  }
  lines.push('', '  Ctrl-C stops it.', '', '');
  return lines.join('\n');
}
