/** What the variables of a canned reply stand for; empty: not known. */
export type Variables = Readonly<
  Record<'visitor.name' | 'visitor.email' | 'agent.name' | 'site.name', string>
>;

/**
 * A canned reply with its `{{variables}}` filled in. What is not known leaves no gap behind: "Hello
 * {{visitor.name}}," becomes "Hello,". What is no variable stays as it is written.
 */
export function fillIn(text: string, variables: Variables): string {
  return text.replaceAll(
    /([ \t]*)\{\{\s*([\w.]+)\s*\}\}/g,
    (whole, space: string, name: string) => {
      if (!Object.hasOwn(variables, name)) return whole;
      const value = variables[name as keyof Variables];
      return value === '' ? '' : space + value;
    },
  );
}
