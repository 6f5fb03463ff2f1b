/** The style of the page of operations: one column of places, one of what is there; follows the reader's colours. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --text: #1c2330; --quiet: #5a6473; --ground: #fff; --card: #f6f7f9; --line: #dde1e7; --link: #0b57d0;
  --get: #0b6b3a; --post: #0b4fb3; --put: #8a4b00; --delete: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6e9ef; --quiet: #a3adbb; --ground: #12161d; --card: #1a2029; --line: #2d3643; --link: #8ab4f8;
    --get: #6dd49e; --post: #8ab4f8; --put: #f3b36a; --delete: #f2938c;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--text); background: var(--ground); }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
code, .path { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .9em; overflow-wrap: anywhere; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--ground); border: 1px solid var(--line); z-index: 1; }
.frame { display: grid; grid-template-columns: 15rem minmax(0, 1fr); max-width: 76rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2rem 1rem; }
nav ul { list-style: none; margin: 0 0 1.25rem; padding: 0; }
nav a { display: flex; justify-content: space-between; padding: .2rem .5rem; border-radius: 6px; color: inherit; text-decoration: none; }
nav a:hover { background: var(--card); }
nav p { margin: 0 0 .25rem .5rem; font-size: .78rem; letter-spacing: .06em; text-transform: uppercase; color: var(--quiet); }
.count, .quiet { color: var(--quiet); }
main { padding: 2rem; border-left: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 3rem 0 1rem; padding-bottom: .4rem; border-bottom: 1px solid var(--line); font-size: 1.35rem; }
h3 { margin: 0; font-size: 1rem; }
.inside h3 { margin: 1rem 0 .25rem; font-size: .85rem; color: var(--quiet); }
details, .model { margin: .5rem 0; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.model { padding: .75rem 1rem; }
summary { display: grid; grid-template-columns: 4.5rem minmax(0, 1fr) 1rem; gap: 0 .75rem; padding: .6rem 1rem; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::after { grid-area: 1 / 3; color: var(--quiet); content: '+'; content: '+' / ''; }
details[open] summary::after { content: '\u2212'; content: '\u2212' / ''; }
summary .about { grid-column: 2; color: var(--quiet); }
details[open] summary { border-bottom: 1px solid var(--line); }
.inside { padding: .25rem 1rem 1rem; }
.method { font-weight: 700; font-size: .85rem; }
.GET { color: var(--get); } .POST { color: var(--post); } .PUT { color: var(--put); } .DELETE { color: var(--delete); }
.mark { font: .75rem/1.4 system-ui, sans-serif; padding: .05rem .45rem; border: 1px solid var(--line); border-radius: 99px; color: var(--quiet); white-space: nowrap; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .4rem .75rem .4rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: .8rem; color: var(--quiet); }
tbody th { font-weight: 400; }
th code, td code { overflow-wrap: normal; }
.model th:first-child { width: 55%; }
@media (max-width: 50rem) {
  .frame { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; max-height: none; border-bottom: 1px solid var(--line); }
  nav ul { display: flex; flex-wrap: wrap; }
  main { padding: 1.25rem; border-left: 0; }
  summary { grid-template-columns: minmax(0, 1fr) 1rem; }
  summary > * { grid-column: 1; }
  summary::after { grid-area: 1 / 2; }
  summary .about { grid-column: 1; }
  thead { display: none; }
  tr { display: flex; flex-wrap: wrap; gap: 0 .75rem; padding: .5rem 0; border-top: 1px solid var(--line); }
  tr:first-child { border-top: 0; }
  th, td, .model th:first-child { width: auto; padding: 0; border: 0; }
  td:last-child:nth-child(4) { flex-basis: 100%; }
  .count { margin-left: .4rem; }
}
@media print { nav { display: none; } .frame { display: block; } main { border-left: 0; } }
`;
