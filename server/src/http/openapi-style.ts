/** Readable from 390 px on, in the dark and in the light, with what the reader's system has for fonts. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1a1d23; --soft: #545b66; --line: #d9dde3; --paper: #fff; --raised: #f5f6f8; --link: #0b57b5; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ec; --soft: #a3abb8; --line: #363c46; --paper: #14171c; --raised: #1d2128; --link: #8ab8ff; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.3rem; margin-top: 2.5rem; } h3 { font-size: 1.05rem; margin: 0 0 .5rem; } h4 { font-size: .9rem; margin: 1rem 0 .3rem; color: var(--soft); }
h3 a { color: inherit; text-decoration: none; } h3 a:hover { text-decoration: underline; }
nav { border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); padding-bottom: 1rem; }
nav h3 { margin: 1rem 0 .2rem; } nav ul { margin: 0; padding-left: 1.2rem; }
article { border-top: 1px solid var(--line); padding: 1.2rem 0; }
article:target { background: var(--raised); }
code { font: .9em/1.4 ui-monospace, monospace; background: var(--raised); padding: .05em .25em; border-radius: 3px; }
.route { margin: .2rem 0 .6rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; overflow-wrap: break-word; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; } tbody th { font-weight: 400; }
em { color: var(--soft); }
@media (max-width: 30rem) {
  .wide thead { position: absolute; left: -999rem; }
  .wide table, .wide tbody, .wide tr, .wide th, .wide td { display: block; }
  .wide tr { padding: .5rem 0; border-bottom: 1px solid var(--line); } .wide th, .wide td { padding: .1rem 0; border: 0; } .wide td:empty { display: none; }
  .wide td::before { content: attr(data-label) ": "; color: var(--soft); }
}
dl { margin: 0; display: grid; grid-template-columns: 3.5rem minmax(0, 1fr); }
dt { padding-top: .2rem; } dd { margin: 0 0 .4rem; } dd p { margin: .2rem 0; }
@media (min-width: 64rem) { nav { columns: 3; } nav h2 { column-span: all; margin-top: 1rem; } nav h3, nav ul { break-inside: avoid; } }
`;
