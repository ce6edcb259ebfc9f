type IsAny<T> = 0 extends 1 & T ? true : false;

// Types of the platform are not checked, because some of them contain any. `string` is in the list for unions that add `string & {}`
// completion of literals in editors.
type Foreign = string | AbortSignal | Date;

// In both directions: a function without parameters is assignable to `fetch`, but its type is another one.
type IsFetch<T> = [T, typeof fetch] extends [typeof fetch, T] ? true : false;

/** The paths inside of a type at which it is `any`; `never` when there are none. */
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
