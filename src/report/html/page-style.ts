/** Colours of a light page and of a dark one. Charts name them too, so that they follow the theme of the reader without a script. */
const LIGHT = `
--page:#f6f7f9;--surface:#fff;--ink:#14181f;--ink-soft:#5a6472;--line:#dfe3e9;--grid:#e3e7ec;--axis:#b4bcc7;--accent:#1f5fbf;--focus:#1f5fbf;
--pass:#12743e;--pass-soft:#e7f4ec;--fail:#b3261e;--fail-soft:#fcebe9;--inconclusive:#8a5a00;--inconclusive-soft:#fdf3dc;--invalid:#6b3fa0;--invalid-soft:#f2ebfa;
--series-1:#2463c4;--series-2:#b45f06;--series-3:#a3195b;--series-4:#0b7a6b;--series-5:#6b4fbb;--series-6:#6f7d1c;--series-7:#0e7fa8;--series-8:#7a4a2b;
--limit:#b3261e;--band-plain:rgb(30 50 90/.025);--band-alternate:rgb(30 50 90/.065);--band-warm-up:rgb(110 95 40/.09);--band-fault:rgb(200 50 30/.13);--band-recovery:rgb(225 165 20/.16);--shadow:0 1px 2px rgb(20 24 31/.06)`;

const DARK = `
--page:#0f1318;--surface:#171c23;--ink:#e8ebf0;--ink-soft:#9aa5b4;--line:#2a313b;--grid:#252c35;--axis:#4a5563;--accent:#7eb1ff;--focus:#7eb1ff;
--pass:#5fd393;--pass-soft:#14291e;--fail:#ff8a80;--fail-soft:#341a1a;--inconclusive:#f2c063;--inconclusive-soft:#30260f;--invalid:#c6a4f5;--invalid-soft:#271d36;
--series-1:#6ea8ff;--series-2:#f0a04b;--series-3:#f27fb2;--series-4:#4fd1bd;--series-5:#b39dfa;--series-6:#c3d15a;--series-7:#5cc8ee;--series-8:#d6a27e;
--limit:#ff8a80;--band-plain:rgb(200 220 255/.025);--band-alternate:rgb(200 220 255/.06);--band-warm-up:rgb(235 215 150/.07);--band-fault:rgb(255 110 95/.17);--band-recovery:rgb(250 200 80/.13);--shadow:none`;

/** The style sheet of a report. One sheet in the page, named by its hash in the content policy: no style attribute is ever written. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth;scroll-padding-top:1rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
h1,h2,h3,p,ul,dl,dd,figure,pre{margin:0;padding:0}
h1{font-size:2rem;line-height:1.2;letter-spacing:-.02em;font-weight:680;overflow-wrap:anywhere}
h2{font-size:1.25rem;line-height:1.3;letter-spacing:-.01em;font-weight:650}
h3{font-size:.95rem;line-height:1.4;font-weight:620}
a{color:var(--accent);text-underline-offset:2px}
code,pre{font:.87em/1.5 ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:4px}
.visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:1rem;top:-4rem;z-index:9;background:var(--surface);color:var(--accent);padding:.5rem 1rem;border-radius:6px}
.skip:focus{top:1rem}
.layout{display:grid;grid-template-columns:minmax(0,1fr);max-width:1120px;margin:0 auto;padding:2.5rem 1.5rem 4rem}
nav{display:none}
@media (min-width:1240px){
.layout{grid-template-columns:196px minmax(0,1fr);column-gap:3rem;max-width:1330px}
nav{display:block;position:sticky;top:2.5rem;align-self:start;max-height:calc(100vh - 4rem);overflow-y:auto}
nav ul{list-style:none;border-left:1px solid var(--line)}
nav a{display:block;padding:.22rem 0 .22rem 1rem;margin-left:-1px;border-left:1px solid transparent;color:var(--ink-soft);text-decoration:none;font-size:.87rem;line-height:1.4}
nav a:hover{color:var(--ink);border-left-color:var(--accent)}
}
main{min-width:0}
.brand{color:var(--ink-soft);font-size:.8rem;margin-bottom:.35rem}
.lead{color:var(--ink-soft);font-size:1.05rem;margin-top:.35rem;overflow-wrap:anywhere}
.meta{display:flex;flex-wrap:wrap;gap:.1rem 1.25rem;color:var(--ink-soft);font-size:.87rem;margin-top:.75rem;overflow-wrap:anywhere}
.verdict{display:grid;grid-template-columns:auto minmax(0,1fr);gap:1.1rem;margin-top:1.5rem;padding:1.4rem 1.5rem;border:1px solid var(--tone);border-radius:12px;background:var(--tone-soft)}
.is-pass{--tone:var(--pass);--tone-soft:var(--pass-soft)}
.is-fail{--tone:var(--fail);--tone-soft:var(--fail-soft)}
.is-inconclusive{--tone:var(--inconclusive);--tone-soft:var(--inconclusive-soft)}
.is-invalid{--tone:var(--invalid);--tone-soft:var(--invalid-soft)}
.is-not-applicable{--tone:var(--ink-soft);--tone-soft:var(--page)}
.mark circle{fill:var(--tone)}
.mark path{fill:none;stroke:var(--surface);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.verdict-mark{line-height:0}
.verdict h2{color:var(--tone);font-size:1.7rem;line-height:44px;letter-spacing:-.02em}
.why{font-size:1.08rem;overflow-wrap:anywhere}
.exit{color:var(--ink-soft);margin-top:.25rem}
.exit strong{color:var(--ink)}
.reasons{list-style:none;margin-top:1rem;border-top:1px solid color-mix(in srgb,var(--tone) 25%,transparent)}
.reasons li{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.75rem;padding:.5rem 0;border-bottom:1px solid color-mix(in srgb,var(--tone) 25%,transparent);font-size:.92rem;overflow-wrap:anywhere}
.reasons li:last-child{border-bottom:0;padding-bottom:0}
.badge{display:inline-flex;align-items:baseline;gap:.35rem;color:var(--tone);font-weight:600;white-space:nowrap;font-size:.92em}
.badge .mark{flex:none;position:relative;top:.18em}
main>section+section{margin-top:3.25rem}
main>section>h2{padding-bottom:.55rem;border-bottom:1px solid var(--line);margin-bottom:1.1rem}
main>section h3:not(figcaption h3):not(.tile h3){margin:1.6rem 0 .6rem}
main>section>h2+h3{margin-top:0!important}
.note,.nothing{color:var(--ink-soft);font-size:.9rem;max-width:76ch}
.note{margin-bottom:.8rem}
.nothing{padding:.9rem 1.1rem;border:1px dashed var(--line);border-radius:10px;max-width:none;margin-bottom:1rem}
.warning+.note{margin-top:.8rem}
.interval{display:block;color:var(--ink-soft);font-size:.88em}
.warning{padding:.9rem 1.1rem;border:1px solid var(--inconclusive);background:var(--inconclusive-soft);border-radius:10px}
.validity{border-left:3px solid var(--tone);padding:.2rem 0 .2rem 1rem}
.validity ul{margin:.4rem 0 0;padding-left:1.2rem}
.validity+.scroll{margin-top:1rem}
.tiles{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:1rem}
@media (max-width:1000px){.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}}
@media screen and (max-width:520px){.tiles{grid-template-columns:minmax(0,1fr)}}
.tile{background:var(--surface);border:1px solid var(--line);border-radius:12px;box-shadow:var(--shadow);padding:1.1rem 1.2rem 1rem}
.tile h3{color:var(--ink-soft);font-weight:560;font-size:.87rem}
.value{font-size:1.9rem;line-height:1.25;font-weight:640;letter-spacing:-.025em;margin-top:.1rem}
.what{font-size:.87rem;color:var(--ink-soft);min-height:3em}
.what .judged{display:block;white-space:nowrap}
.what .judged .badge{margin-left:.35rem}
.tile dl{margin-top:.7rem;border-top:1px solid var(--line);padding-top:.55rem;font-size:.87rem}
.tile dl div{display:flex;justify-content:space-between;gap:1rem;padding:.1rem 0}
.tile dt{color:var(--ink-soft)}
.tile dd{text-align:right;white-space:nowrap}
.scroll{overflow-x:auto;background:var(--surface);border:1px solid var(--line);border-radius:10px;box-shadow:var(--shadow);margin-bottom:1rem}
table{border-collapse:collapse;width:100%;font-size:.87rem;line-height:1.45}
th,td{padding:.5rem .8rem;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--ink-soft);font-weight:560;font-size:.82rem;white-space:nowrap;vertical-align:bottom}
tbody th{font-weight:560;min-width:7rem;max-width:22rem;overflow-wrap:break-word}
td{min-width:4rem}
td.n,th.n{text-align:right;white-space:nowrap;min-width:0}
tbody tr:hover{background:color-mix(in srgb,var(--ink) 3%,transparent)}
td ul{list-style:none}
.server-text{overflow-wrap:anywhere}
td .server-text{display:block;min-width:14rem;max-width:34rem}
code.id{display:block;font-size:.76rem;overflow-wrap:anywhere;min-width:13.5rem;line-height:1.4}
.dense{font-size:.81rem}
.dense th,.dense td{padding:.42rem .55rem}
.dense thead th{white-space:normal}
.dense tbody th{min-width:5.5rem}
.dense td{min-width:0}
.dense td .server-text{min-width:8rem}
.level-error{color:var(--fail);font-weight:600}
.answer.tiles{grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr));margin-bottom:1rem}
.answer .tile dd{white-space:normal}
.calculator{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:1rem 1.2rem;margin:1rem 0;box-shadow:var(--shadow)}
.calculator[hidden]{display:none}
.calculator .fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:.6rem 1.2rem}
.calculator label{display:grid;grid-template-columns:1fr auto;gap:.1rem .5rem;font-size:.87rem;color:var(--ink-soft)}
.calculator label span{grid-column:1/-1}
.calculator input{font:inherit;color:var(--ink);background:var(--page);border:1px solid var(--line);border-radius:6px;padding:.25rem .5rem;min-width:0;font-variant-numeric:tabular-nums}
.calculator small{align-self:center;min-width:4.2rem}
.calculator pre{overflow:auto;max-height:24rem;margin-top:.5rem;padding:.6rem .8rem;background:var(--page);border:1px solid var(--line);border-radius:6px}
.calculator .outcome{display:block;margin-top:1rem;border-top:1px solid var(--line);padding-top:.8rem}
.calculator .value{font-size:1.6rem;font-weight:700;color:var(--ink)}
.calculator.is-wrong .value{font-size:1rem;color:var(--fail)}
.calculator dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(260px,1fr));gap:.2rem 1.4rem;margin:.4rem 0}
.calculator dl div{display:flex;justify-content:space-between;gap:1rem}
.calculator dt{color:var(--ink-soft)}
.calculator dd{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.caveats,.chain{max-width:90ch;color:var(--ink-soft);padding-left:1.2rem;margin:.5rem 0}
.swatch-band{display:inline-block;width:26px;height:10px;background:var(--series-1);opacity:.25}
.findings{list-style:none;padding:0;margin:.4rem 0 1rem;display:grid;gap:.6rem}
.findings li{max-width:90ch}
.findings .badge{margin-right:.3rem}
.findings .runbook{display:block;color:var(--ink-soft);font-size:.92em}
.level-warning{color:var(--inconclusive);font-weight:600}
.chart{background:var(--surface);border:1px solid var(--line);border-radius:12px;box-shadow:var(--shadow);padding:1.1rem 1.2rem .8rem;margin-bottom:1rem;min-width:0;break-inside:avoid}
.chart figcaption p{color:var(--ink-soft);font-size:.87rem;margin-top:.15rem;max-width:90ch}
.chart h3{overflow-wrap:anywhere}
.chart-head{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:.2rem 1rem;margin:.7rem 0 .25rem}
.axis-title{color:var(--ink-soft);font-size:.8rem}
.axis-title-x{text-align:center;margin-top:.15rem}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem .35rem;font-size:.84rem}
.legend li>span,.legend li>.swatch{vertical-align:middle}
.legend li{padding:.1rem .35rem;overflow-wrap:anywhere}
.legend li:has(button){padding:0}
.legend .swatch{margin-right:.4rem}
.legend button,.zoom button{font:inherit;color:inherit;background:none;border:1px solid transparent;border-radius:6px;padding:.12rem .5rem;cursor:pointer;text-align:left}
.legend button:hover,.zoom button:hover{border-color:var(--line);background:var(--page)}
.legend button[aria-pressed=false]{opacity:.5;text-decoration:line-through}
.stage{position:relative}
.plot svg{display:block;width:100%;height:auto;overflow:visible}
.compact{display:none}
section>.plot{margin-bottom:.8rem}
.reason{display:block;min-width:15rem;max-width:34rem}
.calculator button{font:inherit;font-size:.87rem;color:var(--ink);background:var(--page);border:1px solid var(--line);border-radius:6px;padding:.3rem .7rem;margin-top:.6rem;cursor:pointer}
.calculator button:hover{border-color:var(--axis)}
.plot[tabindex]{cursor:crosshair;touch-action:pan-y;user-select:none;-webkit-user-select:none}
.cursor{position:absolute;width:0;border-left:1px solid var(--ink-soft);pointer-events:none}
.selection{position:absolute;background:color-mix(in srgb,var(--accent) 16%,transparent);border:solid var(--accent);border-width:0 1px;pointer-events:none}
.tip{position:absolute;z-index:2;pointer-events:none;background:var(--surface);border:1px solid var(--line);border-radius:8px;box-shadow:0 4px 14px rgb(0 0 0/.16);padding:.45rem .7rem;font-size:.82rem;line-height:1.5;max-width:min(22rem,90%)}
.tip p{color:var(--ink-soft)}
.tip div{display:flex;align-items:center;gap:.5rem}
.tip b{margin-left:auto;padding-left:.9rem;font-weight:620;white-space:nowrap}
.tip span{overflow-wrap:anywhere}
.tip .swatch{flex:none}
[hidden]{display:none!important}
.zoom{display:flex;flex-wrap:wrap;align-items:center;gap:.15rem .2rem;margin-bottom:.9rem;font-size:.87rem}
.zoom>span:first-child{color:var(--ink-soft);margin-right:.3rem}
.zoom button[aria-pressed=true]{background:var(--surface);border-color:var(--axis);font-weight:600}
.zoom .hint{color:var(--ink-soft);margin-left:.5rem}
.pairs{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:0 1rem}
.behind{margin-top:.5rem;font-size:.84rem}
.behind summary{color:var(--ink-soft);cursor:pointer;width:max-content;max-width:100%}
.behind summary:hover{color:var(--ink)}
.behind .scroll{max-height:22rem;overflow:auto;margin:.6rem 0;box-shadow:none}
.behind thead th{position:sticky;top:0;background:var(--surface);box-shadow:inset 0 -1px var(--line)}
.behind tbody tr:first-child>*{border-top:0}
.behind th,.behind td{padding:.25rem .7rem}
.facts{background:var(--surface);border:1px solid var(--line);border-radius:10px;box-shadow:var(--shadow);padding:.4rem 1.1rem;font-size:.89rem;margin-bottom:1rem}
.facts div{display:grid;grid-template-columns:minmax(8rem,30%) minmax(0,1fr);gap:1rem;padding:.34rem 0}
.facts div+div{border-top:1px solid var(--line)}
.facts dt{color:var(--ink-soft);overflow-wrap:anywhere}
.facts dd{overflow-wrap:anywhere}
.facts pre{white-space:pre-wrap}
pre.scroll{padding:1rem 1.2rem;line-height:1.55}
.terms{display:grid;gap:1rem;max-width:82ch}
.terms dt{font-weight:620}
.terms dd{color:var(--ink-soft)}
.terms dd em{color:var(--ink);font-style:normal;font-weight:560}
footer{margin-top:3.5rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--ink-soft);font-size:.84rem}
@media screen and (max-width:760px){
.roomy{display:none}
.compact{display:block;max-width:29rem;margin:0 auto}
}
@media (scripting:none) and (max-width:760px){
.stage{overflow-x:auto}
.stage svg{min-width:700px}
}
@media screen and (max-width:700px){
.layout{padding:1.5rem 1rem 3rem}
.verdict{grid-template-columns:minmax(0,1fr);gap:.3rem;padding:1.1rem}
.verdict h2{line-height:1.3}
.reasons li{grid-template-columns:minmax(0,1fr);gap:.1rem}
.chart{padding:.9rem .8rem .7rem}
.facts div{grid-template-columns:minmax(0,1fr);gap:0}
.what{min-height:0}
}
@page{size:A4;margin:14mm}
@media print{
:root{color-scheme:light;${LIGHT}}
html{font-size:12px}
body{background:#fff;font-size:12px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.layout{display:block;max-width:none;padding:0}
nav,.skip,.zoom,.behind,.cursor,.tip,.selection{display:none!important}
main>section+section{margin-top:1.6rem}
.tiles{grid-template-columns:repeat(4,1fr);gap:.6rem}
.tile{padding:.7rem}
.value{font-size:1.35rem}
.tile,.chart,.verdict,tr,.terms div{break-inside:avoid}
h2,h3{break-after:avoid}
.scroll,.tile,.chart,.facts{box-shadow:none}
.scroll{overflow:visible}
table{font-size:9px}
th,td{padding:.25rem .35rem;min-width:0}
td .server-text{min-width:0}
.dense{font-size:8.5px}
.dense th,.dense td{padding:.2rem .3rem}
code.id{font-size:7px;min-width:11rem}
pre.scroll{white-space:pre-wrap}
a{color:inherit;text-decoration:none}
}
`.trim();
