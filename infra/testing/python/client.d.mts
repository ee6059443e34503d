export declare const hasPythonClient: () => boolean;
export declare const ensurePythonClient: () => Promise<
  { readonly python: string; readonly problem?: never } | { readonly python?: never; readonly problem: string }
>;
