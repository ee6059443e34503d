/** What people call each source, by its id. */
export const sourceTitles = async (): Promise<Readonly<Record<string, string>>> => {
  const { sources } = await import("@molva/crawlers");
  return Object.fromEntries(sources.map(({ id, title }) => [id, title]));
};
