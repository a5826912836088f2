"""How the report looks. It is one file that loads nothing, so its style stands in it."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #ffffff; --ink: #1c1b19; --soft: #5f5b54; --line: #dedad1;
  --accent: #0b6b61; --good: #1d6b34; --bad: #a3231b; --stripe: #f5f3ed;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161614; --card: #1f1e1c; --ink: #ece9e2; --soft: #aaa49a; --line: #3a3833;
    --accent: #5fc7b8; --good: #7fcf95; --bad: #ff9a8f; --stripe: #262522;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, "Noto Sans", "Noto Sans Arabic", sans-serif; overflow-wrap: anywhere;
}
header, main, footer { max-width: 75rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 3rem); }
header { padding-block: clamp(1.5rem, 5vw, 3.5rem) 1rem; }
h1 { margin: 0; font-size: clamp(1.6rem, 1.2rem + 2vw, 2.6rem); line-height: 1.15; text-wrap: balance; }
h2 { margin: 0 0 .25rem; font-size: 1.25rem; }
.version { margin: .5rem 0 0; color: var(--soft); font-variant-numeric: tabular-nums; }
.lead, .note { max-width: 65ch; }
.lead { margin: 1rem 0 0; }
.note { margin: 0 0 .75rem; color: var(--soft); }
section { margin-block: 2.5rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; }
.figures { margin: 1.5rem 0 0; }
.figures div { padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.figures dt { color: var(--soft); font-size: .875rem; }
.figures dd { margin: 0; font-size: 1.6rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.scroll:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; overflow-wrap: normal; }
caption { padding: .6rem .75rem; color: var(--soft); text-align: start; font-size: .875rem; }
th, td { padding: .45rem .75rem; text-align: start; vertical-align: top; border-top: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; white-space: nowrap; }
tbody tr:nth-child(even) { background: var(--stripe); }
.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.long { min-width: 18rem; max-width: 40rem; }
td .bad { display: block; min-width: 14rem; }
.bar { display: block; width: 8rem; height: .6rem; margin-block: .45rem; fill: var(--accent); }
.good { color: var(--good); }
.bad { color: var(--bad); font-weight: 600; }
a { color: var(--accent); }
footer { padding-block: 1rem 3rem; color: var(--soft); font-size: .875rem; }
@media print { .scroll { overflow: visible; } }
"""
