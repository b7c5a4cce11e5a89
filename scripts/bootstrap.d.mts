export function bootstrap(options?: { quiet?: boolean }): Promise<{ temporalCli: string }>;
