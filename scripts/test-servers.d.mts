export function ensureTestServers(say?: (line: string) => void): Promise<void>;
export function ensureSftpPython(say?: (line: string) => void): Promise<string>;
export function ensureS3Server(
  say?: (line: string) => void,
): Promise<{ kind: 'versitygw'; program: string } | { kind: 'moto'; python: string }>;
