#pragma once

#include <string_view>

/// \file
/// The report's style sheet.

namespace neucasl::results {

inline constexpr std::string_view report_style = R"(
:root { color-scheme: light; --ink: #1f2328; --soft: #59636e; --line: #d5d9de; --panel: #f6f7f8; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.55 system-ui, -apple-system,
  "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", Arial, sans-serif;
  overflow-wrap: anywhere; }
main { max-width: 1100px; margin: 0 auto; padding: 32px 28px 64px; }
h1 { font-size: 1.8rem; line-height: 1.25; margin: 0 0 4px; font-weight: 650; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 48px 0 12px; padding-top: 12px;
  border-top: 1px solid var(--line); font-weight: 650; }
p { margin: 12px 0; max-width: 46rem; white-space: pre-line; }
a { color: #005a9c; text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
.subtitle { color: var(--soft); margin-top: 0; max-width: none; }
nav { margin: 24px 0; padding: 12px 20px; background: var(--panel); border-radius: 6px; }
nav strong { font-size: 0.9rem; }
nav ol { margin: 4px 0 0; padding-left: 22px; columns: 18rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(235px, 1fr)); gap: 14px;
  align-items: stretch; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: 12px 14px; }
.card .label { font-size: 0.86rem; line-height: 1.35; color: var(--soft); }
.card .number { font-size: 1.5rem; line-height: 1.3; font-weight: 600; margin: 4px 0 2px;
  font-variant-numeric: tabular-nums; }
.card .interval, .card .origin { font-size: 0.8rem; line-height: 1.4; color: var(--soft); }
.card .interval { text-wrap: balance; }
.card .origin { margin-top: 4px; }
figure { margin: 28px 0; }
figcaption { font-size: 0.9rem; line-height: 1.45; margin: 8px 0; max-width: 54rem; }
.note { font-size: 0.8rem; line-height: 1.4; color: var(--soft); margin: 4px 0; max-width: 54rem; }
.scroll { overflow-x: auto; max-width: 100%; }
.chart svg { display: block; width: 100%; max-width: 860px; min-width: 560px; height: auto; }
.drawing { max-width: 100%; height: auto; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 8px;
  padding: 0; font-size: 0.84rem; max-width: 860px; }
.legend li { display: flex; align-items: center; gap: 6px; min-width: 0; }
.legend svg { flex: none; }
table { border-collapse: collapse; font-size: 0.86rem; line-height: 1.4; }
th, td { padding: 5px 14px 5px 0; text-align: left; vertical-align: top; min-width: 4rem;
  max-width: 28rem; overflow-wrap: break-word; border-bottom: 1px solid var(--line); }
th { border-bottom: 2px solid #8b949e; vertical-align: bottom; font-weight: 600; }
.right { text-align: right; font-variant-numeric: tabular-nums; }
td.right { white-space: nowrap; }
td:not(.right) { min-width: 5rem; overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 4px; }
pre { background: var(--panel); border-radius: 6px; padding: 12px 14px; margin: 0; overflow-x: auto;
  font: 0.8rem/1.45 ui-monospace, "SFMono-Regular", Consolas, "DejaVu Sans Mono", monospace;
  overflow-wrap: normal; }
dl.provenance { display: grid; grid-template-columns: minmax(9rem, 16rem) 1fr; margin: 0;
  font-size: 0.86rem; line-height: 1.45; }
dl.provenance dt, dl.provenance dd { margin: 0; padding: 8px 16px 8px 0;
  border-bottom: 1px solid var(--line); }
dl.provenance dt { font-weight: 600; }
dl.provenance code { font-size: 0.78rem; font-weight: 400; color: var(--soft); }
dl.provenance ul { margin: 2px 0 0; padding-left: 18px; }
svg text { font-family: inherit; fill: #1f2328; }
svg .tick, svg .value, svg .bar-name, svg .mark-name { font-size: 12px; }
svg .tick { fill: #59636e; }
svg .axis-title { font-size: 13px; }
svg .empty { font-size: 15px; fill: #59636e; }
svg .mark-name, svg .value { paint-order: stroke; stroke: #fff; stroke-width: 3px; }
svg .axis { stroke: #59636e; stroke-width: 1; }
svg .grid { stroke: #e4e7ea; stroke-width: 1; }
svg .minor { stroke: #f1f3f4; }
svg .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
svg .mark { stroke: #1f2328; stroke-width: 1.5; stroke-dasharray: 5 3; }
svg image { image-rendering: pixelated; }
@media (max-width: 640px) { main { padding: 20px 16px 40px; }
  dl.provenance { grid-template-columns: 1fr; } dl.provenance dt { border: 0; padding-bottom: 0; } }
@media print { body { font-size: 11pt; print-color-adjust: exact; } main { padding: 0; }
  figure, .card, tr { break-inside: avoid; } h2 { break-after: avoid; } nav { display: none; }
  .scroll { overflow: visible; } pre { white-space: pre-wrap; } .chart svg { min-width: 0; } }
)";

}  // namespace neucasl::results
