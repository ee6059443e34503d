// The two packages bring no types of their own; this is the part of them that is used.
declare module "mjml-core" {
  interface MjmlResult {
    readonly html: string;
    readonly errors: readonly { readonly formattedMessage: string }[];
  }
  export default function mjml2html(
    source: string,
    options: {
      readonly presets: readonly unknown[];
      readonly fonts: Readonly<Record<string, string>>;
      readonly validationLevel: "strict" | "soft" | "skip";
      readonly ignoreIncludes: true;
      readonly keepComments: boolean;
    },
  ): Promise<MjmlResult>;
}

declare module "mjml-preset-core" {
  const preset: { readonly components: readonly unknown[]; readonly dependencies: Readonly<Record<string, unknown>> };
  export default preset;
}
