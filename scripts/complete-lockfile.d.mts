interface Place {
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc: readonly string[];
}
export function placeOf(name: string): Place;
export function completed(packages: Readonly<Record<string, object>>): {
  readonly packages: Readonly<Record<string, object>>;
  readonly added: number;
};
