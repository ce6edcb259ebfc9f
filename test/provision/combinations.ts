/** A row of a decision table: values of some fields (one or several each), and the decision for every situation that has them. */
export type Row<Situation> = readonly [
  pattern: { readonly [Field in keyof Situation]?: Situation[Field] | readonly Situation[Field][] },
  decision: string,
];

/** All combinations of the values of each field. */
export function* combinations<Situation>(
  values: {
    readonly [Field in keyof Situation]: readonly Situation[Field][];
  },
): Generator<Situation> {
  const fields = Object.entries(values) as [string, readonly unknown[]][];
  const total = fields.reduce((product, [, list]) => product * list.length, 1);
  for (let index = 0; index < total; index++) {
    let rest = index;
    const situation: Record<string, unknown> = {};
    for (const [name, list] of fields) {
      situation[name] = list[rest % list.length];
      rest = Math.floor(rest / list.length);
    }
    yield situation as Situation;
  }
}

/** The decisions of all rows that match a situation. */
export function matching<Situation extends object>(rows: readonly Row<Situation>[], situation: Situation): string[] {
  return rows
    .filter(([pattern]) =>
      Object.entries(pattern).every(([field, wanted]) => {
        const value = situation[field as keyof Situation];
        return Array.isArray(wanted) ? wanted.includes(value) : wanted === value;
      }),
    )
    .map(([, decision]) => decision);
}
