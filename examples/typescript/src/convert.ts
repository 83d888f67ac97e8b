import ms from "ms";

/** Returns the milliseconds of a text such as "2 days", null where it is none. */
export function milliseconds(text: string): number | null {
  const value: number | undefined = ms(text);
  return value === undefined || Number.isNaN(value) ? null : value;
}
