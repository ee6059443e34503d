export function systemIds(osRelease: string): string[];
export function hasDebianPackage(ids: readonly string[]): boolean;
export function howToGetOne(platform: NodeJS.Platform, ids: readonly string[], isRoot: boolean): string;
