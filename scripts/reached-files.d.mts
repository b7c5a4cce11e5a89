export function reachedFiles(program: string): Promise<{ files: string[]; packages: Set<string> }>;
