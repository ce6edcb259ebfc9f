import type { components } from "../../openapi/tfe.js";
import type { Call } from "../core/router.js";
import { badRequest } from "./errors.js";
import type { TfeOrigin, TfeSimulatorOptions } from "./options.js";

type Schemas = components["schemas"];

/** A list, or one page of it. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly links?: Schemas["pageLinks"];
  readonly meta?: Schemas["pageMeta"];
}

/** Returns the requested page. `whole`: return all entries without page parameters. */
export type Paginator = <Entry>(entries: readonly Entry[], call: Call<TfeOrigin>, whole: boolean) => Page<Entry>;

type PageSettings = Pick<TfeSimulatorOptions, "pageSize" | "maximumPageSize" | "withoutMeta" | "withoutTotals">;

/**
 * Creates the pagination by number. A page number or size below 1 is invalid, because the vendor's behaviour is not documented. A page after
 * the last one is empty.
 */
export function createPages({ pageSize = 20, maximumPageSize = 100, withoutMeta, withoutTotals }: PageSettings): Paginator {
  return (entries, { url, baseUrls }, whole) => {
    if (withoutMeta) return { entries };
    const query = url.searchParams;
    if (whole && !query.has("page[number]") && !query.has("page[size]")) return { entries };
    const current = readCount(query, "page[number]") ?? 1;
    const size = Math.min(readCount(query, "page[size]") ?? pageSize, maximumPageSize);
    const totalPages = Math.max(1, Math.ceil(entries.length / size));
    const link = (number: number) => {
      const target = new URLSearchParams(query);
      target.set("page[number]", String(number));
      target.set("page[size]", String(size));
      return `${baseUrls.host}${url.pathname}?${target}`;
    };
    const [previous, next] = [current > 1 ? current - 1 : null, current < totalPages ? current + 1 : null];
    return {
      entries: entries.slice((current - 1) * size, current * size),
      links: {
        self: link(current),
        first: link(1),
        prev: previous === null ? null : link(previous),
        next: next === null ? null : link(next),
        ...(withoutTotals ? {} : { last: link(totalPages) }),
      },
      meta: {
        pagination: {
          "current-page": current,
          "page-size": size,
          "prev-page": previous,
          "next-page": next,
          ...(withoutTotals ? {} : { "total-pages": totalPages, "total-count": entries.length }),
        },
      },
    };
  };
}

function readCount(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^0*[1-9]\d{0,8}$/.test(text)) throw badRequest(`The parameter ${name} is not a whole number from 1 up.`);
  return Number(text);
}
