/** Elements of the page, and the rows of a chart. Part of the script of a report: see `page-script.ts`. */
export const ELEMENTS = `
  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  function swatch(series) {
    var svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    var line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
    var of = { 'class': 'swatch', width: 26, height: 10, viewBox: '0 0 26 10' };
    Object.keys(of).forEach(function (name) { svg.setAttribute(name, of[name]); });
    var drawn = { x1: 1, y1: 5, x2: 25, y2: 5, stroke: series.colour, 'stroke-width': 2.25, 'stroke-dasharray': series.dash.join(' ') };
    Object.keys(drawn).forEach(function (name) { line.setAttribute(name, drawn[name]); });
    svg.append(line);
    return svg;
  }
  function rowsOf(rows) {
    var ids = Object.keys(rows.columns);
    return rows.x.map(function (x, index) {
      var row = { x: x };
      ids.forEach(function (id) { row[id] = rows.columns[id][index]; });
      return row;
    });
  }
`;
