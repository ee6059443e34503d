export function agrees(
  lock: { readonly packages?: Readonly<Record<string, object>> },
  tree: { readonly packages?: Readonly<Record<string, object>> },
): boolean;
