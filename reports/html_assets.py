"""Style and script of the HTML report; they stand in the page itself, which needs nothing else."""

STYLE = """\
:root {
  --ink: #1b2733; --quiet: #5b6b7a; --paper: #ffffff; --band: #eef2f6; --rule: #c9d3dc;
  --accent: #17456b; --link: #0b5cad;
  --good: #1b6b4a; --good-fill: #e3f3eb; --warning: #7a5900; --warning-fill: #fff0c2;
  --error: #a3260f; --error-fill: #fbddd4; --note: #1f5fa8; --note-fill: #e1edf9;
  --suspect-fill: #f2a48f; --hidden: #e4e4e4; --hidden-ink: #4a5864;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6ebf0; --quiet: #a2afbb; --paper: #14191f; --band: #1f2730; --rule: #3a4652;
    --accent: #8fc1ea; --link: #7fbcf5;
    --good: #7fd1a8; --good-fill: #173528; --warning: #f0cf70; --warning-fill: #3d3213;
    --error: #ff9d86; --error-fill: #4a2018; --note: #93c2f5; --note-fill: #1b3048;
    --suspect-fill: #8a3321; --hidden: #2b3137; --hidden-ink: #b4bfc9;
  }
}
* { box-sizing: border-box; }
html { scroll-padding: 6rem 0 2rem; }
body {
  margin: 0 auto; padding: 1.5rem; max-width: 90rem; background: var(--paper); color: var(--ink);
  font: 15px/1.45 "Segoe UI", Calibri, Carlito, Helvetica, Arial, sans-serif;
}
h1 { margin: 0; font-size: 1.9rem; color: var(--accent); }
h2 { margin: 2.2rem 0 .8rem; padding-bottom: .25rem; font-size: 1.25rem; color: var(--accent);
     border-bottom: 2px solid var(--accent); }
h3 { margin: 0 0 .3rem; font-size: 1.05rem; }
h3 small, summary small { font-weight: normal; color: var(--quiet); }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem; background: var(--paper); }
.file { margin: 0 0 1rem; color: var(--quiet); }
.verdict { margin: 0 0 1rem; padding: .9rem 1.1rem; font-size: 1.15rem; font-weight: 600;
           border-left: 6px solid; border-radius: 3px; }
.verdict.error { color: var(--error); background: var(--error-fill); }
.verdict.warning { color: var(--warning); background: var(--warning-fill); }
.verdict.good { color: var(--good); background: var(--good-fill); }
.tiles { display: flex; flex-wrap: wrap; gap: .6rem; margin: 0; }
.tiles div { display: flex; flex-direction: column-reverse; flex: 1 1 9rem; padding: .6rem .9rem;
             background: var(--band); border-radius: 3px; }
.tiles dd { margin: 0; font-size: 1.7rem; font-weight: 700; }
.tiles dt { color: var(--quiet); font-size: .85rem; }
.filters { position: sticky; top: 0; z-index: 2; background: var(--paper); }
.filters fieldset { display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; align-items: center;
                    margin: 0 0 1rem; padding: .4rem .8rem; border: 1px solid var(--rule);
                    border-radius: 3px; }
.filters select { max-width: 18rem; color: inherit; background: var(--band);
                  border: 1px solid var(--rule); padding: .15rem; font: inherit; }
article { margin: 0 0 1.2rem; padding: .9rem 1rem; border: 1px solid var(--rule);
          border-radius: 3px; overflow-x: auto; }
article p { margin: 0 0 .7rem; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-size: .85rem; color: var(--quiet); }
th, td { padding: .3rem .5rem; vertical-align: top; border-bottom: 1px solid var(--rule); }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.tag { padding: .05rem .45rem; border-radius: 3px; background: var(--band); font-size: .85rem;
       white-space: nowrap; }
.tag.error { color: var(--error); background: var(--error-fill); font-weight: 600; }
.tag.warning { color: var(--warning); background: var(--warning-fill); font-weight: 600; }
.tag.note { color: var(--note); background: var(--note-fill); }
.gaps { width: auto; }
.decision { color: var(--quiet); }
.legend { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 1rem; padding: 0;
          list-style: none; font-size: .85rem; }
.legend li { padding: .1rem .5rem; }
details { margin: 0 0 .8rem; }
summary { padding: .4rem 0; font-weight: 600; cursor: pointer; }
.scroll { max-height: 36rem; overflow: auto; border: 1px solid var(--rule); }
.grid { width: auto; font-size: .85rem; }
.grid th, .grid td { padding: .12rem .45rem; border: 1px solid var(--rule); white-space: nowrap; }
.grid th { position: sticky; background: var(--band); text-align: center; font-weight: normal; }
.grid thead th { top: 0; z-index: 1; }
.grid tbody th { left: 0; }
.grid a { color: inherit; }
.grid :target, tr:target, h3:target { outline: 3px solid var(--link); outline-offset: -2px; }
.b { font-weight: 700; }
.i { font-style: italic; }
.grid .left { text-align: left; }
.grid .middle { text-align: center; }
.grid .right { text-align: right; }
.m2 { border-top: 2px dotted var(--error) !important;
      border-bottom: 2px dotted var(--error) !important; }
.m3 { background: var(--note-fill); border: 1px dotted var(--note) !important; }
.m4 { background: var(--warning-fill); border: 2px dashed var(--warning) !important; }
.m5 { background: var(--error-fill); border: 2px solid var(--error) !important; }
.m6 { background: var(--suspect-fill); border: 3px double var(--error) !important;
      font-weight: 700; }
.hidden-row td, .grey { background: var(--hidden); color: var(--hidden-ink); }
.facts div { display: grid; grid-template-columns: 14rem 1fr; gap: 1rem; padding: .25rem 0;
             border-bottom: 1px solid var(--rule); }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
@media print {
  body { max-width: none; padding: 0; font-size: 10px; }
  .filters, .skip { display: none; }
  .scroll { max-height: none; overflow: visible; border: 0; }
  .grid th { position: static; }
  article, tr { break-inside: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""

SCRIPT = """\
"use strict";
(() => {
  const form = document.querySelector(".filters");
  const openTarget = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const cell = name && document.getElementById(name);
    const sheet = cell && cell.closest("details");
    if (sheet) { sheet.open = true; cell.scrollIntoView({ block: "center", inline: "center" }); }
  };
  addEventListener("hashchange", openTarget);
  openTarget();
  addEventListener("beforeprint", () => {
    for (const sheet of document.querySelectorAll("details")) sheet.open = true;
  });
  if (!form) return;
  const apply = () => {
    const kinds = new Set([...form.querySelectorAll("input:checked")].map((box) => box.value));
    const sheet = form.querySelector("select").value;
    let left = 0;
    for (const article of document.querySelectorAll("article")) {
      let here = 0;
      for (const row of article.querySelectorAll("tbody tr")) {
        const fits = kinds.has(row.dataset.severity) && (!sheet || row.dataset.sheet === sheet);
        row.hidden = !fits;
        here += fits ? 1 : 0;
      }
      article.hidden = here === 0;
      left += here;
    }
    document.getElementById("nothing-left").hidden = left > 0;
  };
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
})();
"""
