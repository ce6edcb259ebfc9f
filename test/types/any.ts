type IsAny<T> = 0 extends 1 & T ? true : false;

// The platform's own types are not ours to judge, and some of them say any. `string` counts with what is added to it for the
// sake of completion in editors.
type Foreign = string | AbortSignal | Date;

// Both ways: a function without parameters is assignable to `fetch`, and is not fetch.
type IsFetch<T> = [T, typeof fetch] extends [typeof fetch, T] ? true : false;

/** The places inside of a type where it is `any`, as paths; `never` when there are none. */
export type AnyIn<T, Path extends string = "", Depth extends 0[] = []> =
  IsAny<T> extends true
    ? Path
    : [T] extends [never]
      ? never
      : Depth["length"] extends 7
        ? never
        : T extends Foreign
          ? never
          : T extends (...args: infer A) => infer R
            ? IsFetch<T> extends true
              ? never
              : AnyIn<A, `${Path}()`, [...Depth, 0]> | AnyIn<R, `${Path}=>`, [...Depth, 0]>
            : T extends PromiseLike<infer V>
              ? AnyIn<V, `${Path}!`, [...Depth, 0]>
              : T extends AsyncIterable<infer V>
                ? AnyIn<V, `${Path}*`, [...Depth, 0]>
                : T extends readonly (infer V)[]
                  ? AnyIn<V, `${Path}[]`, [...Depth, 0]>
                  : T extends object
                    ? { [K in keyof T & string]-?: AnyIn<T[K], `${Path}.${K}`, [...Depth, 0]> }[keyof T & string]
                    : never;
