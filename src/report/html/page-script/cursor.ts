/** The line at the nearest point, in all charts of time, with the figures there. Part of the script of a report: see `page-script.ts`. */
export const CURSOR = `
  // Where the plot lies within the stage, in CSS pixels.
  function frame(chart) {
    var svg = chart.holder.querySelector('svg');
    var box = svg.getBoundingClientRect();
    var outer = chart.stage.getBoundingClientRect();
    var ratio = box.width / svg.width.baseVal.value;
    var scale = chart.view.scale('x');
    var origin = chart.view.origin();
    var padding = chart.view.padding();
    return {
      left: box.left - outer.left + (origin[0] + padding.left) * ratio,
      top: box.top - outer.top + (origin[1] + padding.top) * ratio,
      width: scale.range()[1] * ratio,
      height: chart.view.signal('height') * ratio,
      ratio: ratio,
      scale: scale
    };
  }
  function xAt(chart, event) {
    var area = frame(chart);
    var px = event.clientX - chart.stage.getBoundingClientRect().left - area.left;
    return area.scale.invert(Math.min(area.width, Math.max(0, px)) / area.ratio);
  }
  function nearest(chart, x) {
    var xs = chart.model.rows.x;
    var best = -1;
    var visible = chart.view.scale('x').domain();
    for (var index = 0; index < xs.length; index++) {
      if (xs[index] < visible[0] || xs[index] > visible[1]) continue;
      if (best < 0 || Math.abs(xs[index] - x) < Math.abs(xs[best] - x)) best = index;
    }
    return best;
  }

  function drawCursor(chart, index) {
    chart.at = index;
    if (index < 0) { chart.cursor.hidden = true; return; }
    var area = frame(chart);
    chart.cursor.style.left = area.left + area.scale(chart.model.rows.x[index]) * area.ratio + 'px';
    chart.cursor.style.top = area.top + 'px';
    chart.cursor.style.height = area.height + 'px';
    chart.cursor.hidden = false;
  }
  function showAt(chart, index) {
    drawCursor(chart, index);
    if (index < 0) { chart.tip.hidden = true; return; }
    var tip = chart.tip;
    tip.replaceChildren(element('p', '', xText(chart, chart.model.rows.x[index])));
    chart.model.series.forEach(function (series) {
      if (chart.hidden.indexOf(series.id) >= 0) return;
      var value = chart.model.rows.columns[series.id][index];
      var beyond = series.beyond && series.beyond.indexOf(index) >= 0;
      var line = element('div');
      line.append(swatch(series));
      line.append(element('span', '', series.label));
      line.append(element('b', '', beyond ? chart.model.beyond : value === null ? 'none' : units[chart.model.unit](value)));
      tip.append(line);
    });
    tip.hidden = false;
    var area = frame(chart);
    var left = area.left + area.scale(chart.model.rows.x[index]) * area.ratio;
    var over = left + 16 + tip.offsetWidth > chart.stage.clientWidth;
    tip.style.left = Math.max(0, over ? left - 14 - tip.offsetWidth : left + 14) + 'px';
    tip.style.top = area.top + 6 + 'px';
    if (chart.model.x.kind !== 'time') return;
    charts.forEach(function (other) {
      if (other !== chart && other.model.x.kind === 'time') drawCursor(other, index);
    });
  }
  function hide() {
    charts.forEach(function (chart) {
      chart.cursor.hidden = true;
      chart.tip.hidden = true;
      chart.at = null;
    });
  }
`;
