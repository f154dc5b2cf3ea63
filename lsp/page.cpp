#include "lsp/page.h"

#include <fmt/format.h>

namespace fimd::lsp {
namespace {

constexpr const char* kHead = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>fimd: @title@</title>
<style>
:root { color-scheme: light dark; --ground: #fbfbf9; --card: #ffffff; --ink: #1d1f21; --soft: #63686e; --line: #dfe0dc;
  --a: #1f6f8b; --b: #c2702e; --c: #8a4f9e; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #16181a; --card: #1e2124; --ink: #e6e6e3; --soft: #9aa0a6; --line: #34383c; --a: #58b4d1; --b: #e59a5c; --c: #c08fd2; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 1.5rem; }
h2 { font-size: 1rem; margin: 2rem 0 .6rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; overflow-x: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .8rem; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .7rem 1rem; }
.tile b { display: block; font-size: 1.4rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.tile span, figcaption, th { color: var(--soft); font-size: .85rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; font-weight: 400; }
th:first-child, td:first-child { text-align: left; }
tr:last-child td { border-bottom: 0; }
figure { margin: 0; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 11px; }
.grid { stroke: var(--line); }
.a { stroke: var(--a); } .b { stroke: var(--b); } .c { stroke: var(--c); }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.fill-a { fill: var(--a); } .fill-b { fill: var(--b); }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin: 0 .3em 0 1em; vertical-align: -1px; }
meter { width: 6rem; }
</style>
</head>
<body>
<h1>fimd: @title@</h1>
)html";

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string page_head(std::string_view title) {
  std::string out = kHead;
  for (size_t at = 0; (at = out.find("@title@")) != std::string::npos;) out.replace(at, 7, escaped(title));
  return out;
}

std::string tile(const std::string& value, std::string_view name) {
  return fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>\n", value, name);
}

}  // namespace fimd::lsp
