/** The page's style sheet. */
export const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, sans-serif; color: #111; background: #fff; max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: .3rem; } h2 { margin-top: 2.2rem; border-bottom: 1px solid #bbb; } h3 { margin-bottom: .4rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border: 1px solid #d0d0d0; padding: .3rem .55rem; text-align: right; vertical-align: top; }
th { text-align: left; font-weight: 600; background: #f4f6f8; }
small { display: block; color: #555; white-space: nowrap; }
p small { display: inline; }
p small::before { content: ' ('; }
p small::after { content: ')'; }
.chief { font-weight: 700; } .wide th { font-size: .82rem; max-width: 9rem; }
.statement { border-left: 4px solid #b3541e; background: #fdf3ec; padding: .6rem .9rem; }
.warning { color: #8c2f00; }
.row { display: flex; flex-wrap: wrap; gap: 1.4rem; } figure { margin: 0; } figcaption { font-weight: 600; margin-bottom: .3rem; }
.confusion td { text-align: center; }
dl { display: grid; grid-template-columns: max-content auto; gap: .15rem 1rem; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
code { font-size: .9em; }
svg { display: block; } svg text { font: 11px system-ui, sans-serif; fill: #333; }
.grid { stroke: #e3e3e3; } .diagonal { stroke: #999; stroke-dasharray: 4 4; }
.line { fill: none; stroke-width: 2; } .first { stroke: #1f5f8b; } .second { stroke: #b3541e; stroke-dasharray: 7 3; }
.key svg { display: inline-block; margin-left: 1rem; }
.dot { fill: #1f5f8b; }
circle.found { fill: none; stroke: #00b7c7; stroke-width: 1.5; } svg text.true { fill: #ffd400; font-size: inherit; font-weight: 700; }
span.found { color: #007a86; } span.true { color: #7a6500; }
.grades td { text-align: left; font-size: .78rem; line-height: 1.3; } .grades img { display: block; max-width: 100%; height: auto; }
.right { background: #eef7ee; } .wrong { background: #fde9e4; }
@media print { body { max-width: none; margin: 0; } h2, figure, tr { break-inside: avoid; } }
`;
