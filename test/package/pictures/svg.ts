/** A box with lines of text. The position is that of its centre. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly string[];
  /** `stop`: a person decides. `end`: nothing more to do. */
  readonly kind?: "stop" | "end";
}

/** An arrow between two boxes. */
export interface Arrow {
  readonly from: Box;
  readonly to: Box;
  readonly label?: string;
  readonly isDashed?: boolean;
}

const style = `
  svg { color-scheme: light dark; font: 14px system-ui, sans-serif; }
  .page { fill: #ffffff; } .box { fill: #f6f8fa; stroke: #57606a; } .end { fill: #dafbe1; stroke: #1a7f37; }
  .stop { fill: #ffebe9; stroke: #cf222e; } text { fill: #1f2328; text-anchor: middle; dominant-baseline: central; }
  .small { font-size: 12px; fill: #57606a; } .start { text-anchor: start; } .line { stroke: #57606a; fill: none; } .tip { fill: #57606a; }
  .halo { fill: #ffffff; } .served { fill: #1a7f37; } .peer { fill: #afb8c1; } .refresh { fill: #bf8700; } .waits { fill: #cf222e; }
  @media (prefers-color-scheme: dark) {
    .page, .halo { fill: #0d1117; } .box { fill: #161b22; stroke: #8b949e; } .end { fill: #12261e; stroke: #3fb950; }
    .stop { fill: #25171c; stroke: #f85149; } text { fill: #e6edf3; } .small { fill: #8b949e; } .line { stroke: #8b949e; } .tip { fill: #8b949e; }
    .served { fill: #238636; } .peer { fill: #484f58; } .refresh { fill: #9e6a03; } .waits { fill: #da3633; }
  }`;

/** Escapes text for SVG. */
export const escapeText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A picture with a title for screen readers. It has a light and a dark form. */
export function picture(title: string, width: number, height: number, content: readonly string[]): string {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escapeText(title)}</title>`,
    `<style>${style}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse">',
    '<path class="tip" d="M0 0 L8 4 L0 8 z"/></marker></defs>',
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...content,
    "</svg>",
  ].join("\n")}\n`;
}

/** Draws a box. */
export function drawBox({ x, y, width, height, lines, kind }: Box): string {
  const top = y - (lines.length - 1) * 9;
  const text = lines.map(
    (line, index) => `<text${index === 0 ? "" : ' class="small"'} x="${x}" y="${top + index * 18}">${escapeText(line)}</text>`,
  );
  const corner = `x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="8"`;
  return `<rect class="${kind ?? "box"}" ${corner}/>${text.join("")}`;
}

/** Draws an arrow from border to border. */
export function drawArrow({ from, to, label, isDashed }: Arrow): string {
  const [startX, startY] = border(from, to);
  const [endX, endY] = border(to, from);
  const line = `<line class="line"${isDashed ? ' stroke-dasharray="5 4"' : ""} marker-end="url(#tip)" x1="${startX}" y1="${startY}" x2="${endX}" y2="${endY}"/>`;
  if (label === undefined) return line;
  const [x, y] = [round((startX + endX) / 2), round((startY + endY) / 2)];
  const width = label.length * 7 + 8;
  return `${line}<rect class="halo" x="${round(x - width / 2)}" y="${y - 9}" width="${width}" height="18"/><text class="small" x="${x}" y="${y}">${escapeText(label)}</text>`;
}

/** Where the line between the centres of two boxes leaves the first one. */
function border(box: Box, other: Box): readonly [number, number] {
  const [dx, dy] = [other.x - box.x, other.y - box.y];
  const scale = Math.min(box.width / 2 / Math.abs(dx || 1e-9), box.height / 2 / Math.abs(dy || 1e-9));
  return [round(box.x + dx * scale), round(box.y + dy * scale)];
}

const round = (value: number) => Math.round(value * 10) / 10;
