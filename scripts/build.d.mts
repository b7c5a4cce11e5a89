export class BuildFailed extends Error {}
export function isBuildStale(): boolean;
export function build(): Promise<void>;
export function ensureBuild(): Promise<boolean>;
