export class TemporalCliMissing extends Error {}
export function findTemporalCli(env?: NodeJS.ProcessEnv): string | null;
export function ensureTemporalCli(say?: (line: string) => void): Promise<string>;
