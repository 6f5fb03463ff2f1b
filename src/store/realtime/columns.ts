/** What is known of one column of a table. */
export interface Column {
  readonly name: string;
  /** Whether it takes any text; one that does not has no empty value but NULL. */
  readonly textual: boolean;
  /** The only words that it takes, for an enumeration. */
  readonly labels: readonly string[] | undefined;
}

const YES = ['yes', 'true', '1', 'on'];
const NO = ['no', 'false', '0', 'off'];

/**
 * A value as this column can hold it. The schemas of a decade of Asterisk releases give the same yes-or-no attribute
 * columns that know only `yes` and `no`, or `0` and `1`, or all of them: a word that the column does not know
 * becomes the one that it does.
 */
export function fitColumn(column: Column, value: string): string | null {
  if (value === '' && !column.textual) return null;
  if (column.labels === undefined || column.labels.includes(value)) return value;
  const lower = value.toLowerCase();
  const same = column.labels.find((each) => each.toLowerCase() === lower);
  if (same !== undefined) return same;
  for (const words of [YES, NO]) {
    if (!words.includes(lower)) continue;
    const word = column.labels.find((each) => words.includes(each.toLowerCase()));
    if (word !== undefined) return word;
  }
  return value;
}
